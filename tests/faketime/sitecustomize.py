"""What Python loads first under faketime, whose libfaketime 0.9.10 makes an error of each `time.sleep`."""

import select
import time
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex, /) -> None:
    """As long as the real clock says, by a call that libfaketime leaves alone."""
    select.select([], [], [], float(seconds))


time.sleep = sleep
