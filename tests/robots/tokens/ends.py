"""Ends of tokens, for tests of the forms that choose them."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from tests.browsers import browser
from tests.conftest import Cast


def expiry(cast: Cast) -> str:
    return f"/o/acme/robots/{cast.robot.uuid}/tokens/{cast.token.uuid}/expiry/"


def last_second(days: int) -> datetime:
    """Of the day on which so many days are over."""
    return datetime.combine(timezone.now() + timedelta(days=days), time(23, 59, 59), UTC)


def new(cast: Cast) -> str:
    return f"/o/acme/robots/{cast.robot.uuid}/tokens/new/"


def send(cast: Cast, **fields: str) -> Any:
    sent = {"name": "fresh", "kind": "compact", "request_key": str(uuid4())} | fields
    return browser(cast.owner).post(new(cast), sent)
