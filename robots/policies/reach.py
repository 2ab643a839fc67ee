"""The tokens that policies may hit, found by the database; whom they do hit, `verdict` says of each.

Whatever is left out here is inside every policy, or over: the conditions are necessary ones, in words
that both databases answer without asking Python about a row.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, F, FloatField, Func, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from robots.base.policy import Policy
from robots.models.tokens import TokenQuerySet
from robots.policies.enforcement import with_own_secret

# Both ends of a token; the earlier one counts.
ENDS = ("expires_at", "robot__expires_at")
AT_ONCE = 2000


class Row(NamedTuple):
    """What of a token its policy is about, by Django's look-ups."""

    id: int
    robot__project_id: int | None
    chosen_at: datetime
    expires_at: datetime | None
    robot__expires_at: datetime | None
    blocked_at: datetime | None
    blocked_by: str
    blocked_reason: str
    has_own: bool


class _Day(Func):
    """A moment as a number of days with their parts: some milliseconds off."""

    function = "julianday"
    arity = 1
    output_field = FloatField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:  # noqa: ANN401 - Django's own signature
        return self.as_sql(
            compiler, connection, template="EXTRACT(EPOCH FROM %(expressions)s) / 86400"
        )


def rows_in_reach(
    tokens: TokenQuerySet, policies: Collection[Policy], now: datetime
) -> Iterator[Row]:
    """Of `tokens`, at least all that are outside one of `policies`, and all that are blocked."""
    found = _with_own_secret(tokens, policies).annotate(
        chosen_at=Coalesce("renewed_at", "created_at")
    )
    in_reach = found.filter(_ahead(now), Q(blocked_at__isnull=False) | _outside(policies))
    rows = in_reach.order_by("id").values_list(*Row._fields)
    return (Row(*row) for row in rows.iterator(chunk_size=AT_ONCE))


def _with_own_secret(tokens: TokenQuerySet, policies: Collection[Policy]) -> TokenQuerySet:
    """With `has_own`; not asked for where it makes no difference."""
    if all(policy.own_secrets_allowed for policy in policies):
        return tokens.annotate(has_own=Value(False, output_field=BooleanField()))
    return with_own_secret(tokens)


def _ahead(now: datetime) -> Q:
    """Not over; what is gets a new end by a change that asks the policy."""
    return Q(*(Q(**{end: None}) | Q(**{f"{end}__gt": now}) for end in ENDS))


def _outside(policies: Collection[Policy]) -> Q:
    """What at least one of the policies may refuse."""
    may_be = Q(pk__in=[])
    if any(not policy.own_secrets_allowed for policy in policies):
        may_be |= Q(has_own=True)
    if any(policy.lifetime_words for policy in policies):
        may_be |= Q(**dict.fromkeys(ENDS))
    limits = [policy.maximum_days for policy in policies if policy.maximum_days is not None]
    return may_be | _longer_than(min(limits)) if limits else may_be


def _longer_than(days: int) -> Q:
    """Both ends that late: a day less is asked for, so that no rounding loses any."""
    lives = ((end, _Day(F(end)) - _Day(F("chosen_at"))) for end in ENDS)
    return Q(*(Q(**{end: None}) | Q(GreaterThan(life, days - 1.0)) for end, life in lives))
