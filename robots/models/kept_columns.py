"""Columns that repeat what stands elsewhere, so that lists of all tokens find it on the row itself."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce, Least

from console.networks import sort_key
from robots.base.periods import NEVER_ENDS
from robots.base.states import earlier


class OrganizationOfToken(models.ForeignKey[Any, Any]):
    """The organization of a secret's token, written with a new row."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401 - Django's own signature
        token = getattr(model_instance, "token", None)
        if add and token is not None:
            setattr(model_instance, self.attname, token.organization_id)
        return super().pre_save(model_instance, add)


class EffectiveEnd(models.DateTimeField[Any, Any]):
    """The earlier of a token's end and its robot's, written with a new row, and by
    `Robot.keep_next_expiry` when one of the two moves.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime:
        end = getattr(model_instance, "ends_at", None)
        if add:
            setattr(model_instance, self.attname, earlier(end) or NEVER_ENDS)
        kept: datetime = super().pre_save(model_instance, add)
        return kept


def keep_sorted_ends(tokens: models.QuerySet[Any], robot_end: datetime | None) -> None:
    """Write anew when each of a robot's `tokens` ends, where that has moved."""
    own = Coalesce("expires_at", Value(NEVER_ENDS))
    end = Least(own, Value(robot_end or NEVER_ENDS))
    tokens.exclude(sorted_end=end).update(sorted_end=end)


class AddressKey(models.CharField[Any, Any]):
    """`console.networks.sort_key` of a row's address, written with a new row."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        if add:
            setattr(model_instance, self.attname, sort_key(getattr(model_instance, "address", "")))
        kept: str = super().pre_save(model_instance, add)
        return kept
