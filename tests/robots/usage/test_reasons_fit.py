"""Each reason of a refusal can be counted: one that cannot would keep all the others from being written."""

from datetime import UTC, datetime

import pytest

from robots.base.states import Refusal
from robots.models import DailyOutcome, Usage
from robots.usage import counters
from robots.usage.counters import Use
from robots.usage.flush import flush
from tests.conftest import Cast


@pytest.mark.parametrize("reason", Refusal)
def test_each_reason_is_written_and_fits_its_columns(cast: Cast, reason: Refusal) -> None:
    counters.refused(cast.token.pk, reason, Use("registry"), datetime.now(UTC))
    assert flush()
    for model in (Usage, DailyOutcome):
        row = model._default_manager.get(outcome=reason)
        row.clean_fields()
