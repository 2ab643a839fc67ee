"""What a token policy allows: an organization's, a project's, the stricter of both. Pure."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from robots.base.periods import last_day

OWN = "own"
UNUSED_DAYS = 90
# Between these lies what a policy may disable something after.
LEAST_UNUSED_DAYS, MOST_UNUSED_DAYS = 30, 365
# What is preset for a token that may do much in Roster itself.
STRONG_DAYS = 90


@dataclass(frozen=True, slots=True)
class Policy:
    """How long tokens may live and of which kind they may be. `None` means: no limit, not at all.

    `default_days` presets the form, `None` being never; tokens unused for `unused_days` are pointed out,
    and what is unused for the days of the last two is disabled.
    """

    default_days: int | None = None
    maximum_days: int | None = None
    never_allowed: bool = True
    own_secrets_allowed: bool = True
    unused_days: int | None = UNUSED_DAYS
    disable_tokens_days: int | None = None
    disable_robots_days: int | None = None

    @property
    def preset_days(self) -> int | None:
        """The default within the limits; `None` is never."""
        if self.never_allowed or self.default_days is not None:
            return _smaller(self.default_days, self.maximum_days)
        return self.maximum_days or UNUSED_DAYS

    def presetting_an_end(self) -> "Policy":
        """The same for strong tokens: one that never ends is made only by choosing that."""
        return self if self.preset_days else replace(self, default_days=STRONG_DAYS)

    @property
    def lifetime_words(self) -> str:
        """How long tokens may live, as a sentence; empty where every end is allowed."""
        if self.maximum_days is not None:
            return f"Tokens may live for {_days(self.maximum_days)} at most."
        return "" if self.never_allowed else "Tokens have to end."

    @property
    def words(self) -> str:
        """All that is not allowed, as sentences."""
        own = "" if self.own_secrets_allowed else OWN_REFUSED
        return " ".join(filter(None, (self.lifetime_words, own)))

    def last_day(self, since: datetime) -> date | None:
        """The last day on which a token may end whose life counts from `since`, to its end in UTC."""
        return None if self.maximum_days is None else last_day(since, self.maximum_days)


OPEN = Policy()
# What holds for people's own tokens.
PERSONAL = Policy(default_days=90, own_secrets_allowed=False)
OWN_REFUSED = "Own secrets are not allowed."


def effective(organization: Policy | None, project: Policy | None) -> Policy:
    """The stricter of both in everything; the project's default where it has one."""
    if organization is None or project is None:
        return organization or project or OPEN
    return Policy(
        default_days=project.default_days or organization.default_days,
        maximum_days=_smaller(organization.maximum_days, project.maximum_days),
        never_allowed=organization.never_allowed and project.never_allowed,
        own_secrets_allowed=organization.own_secrets_allowed and project.own_secrets_allowed,
        unused_days=_smaller(organization.unused_days, project.unused_days),
        disable_tokens_days=_smaller(organization.disable_tokens_days, project.disable_tokens_days),
        disable_robots_days=_smaller(organization.disable_robots_days, project.disable_robots_days),
    )


def within(organization: Policy, own: Policy) -> Policy:
    """A project's own policy without what the organization has forbidden since."""
    return replace(
        own,
        never_allowed=own.never_allowed and organization.never_allowed,
        own_secrets_allowed=own.own_secrets_allowed and organization.own_secrets_allowed,
    )


def verdict(policy: Policy, since: datetime, ends_at: datetime | None, kind: str) -> str:
    """Why a token is outside the policy, as a sentence; empty when it is inside.

    `since` is when its present end was chosen, `ends_at` the effective end: the earlier of the
    token's and its robot's.
    """
    if kind == OWN and not policy.own_secrets_allowed:
        return OWN_REFUSED
    return lifetime_verdict(policy, since, ends_at)


def lifetime_verdict(policy: Policy, since: datetime, ends_at: datetime | None) -> str:
    """`verdict` on the end alone."""
    last = policy.last_day(since)
    if ends_at is None:
        return "" if policy.never_allowed and last is None else policy.lifetime_words
    is_later = last is not None and ends_at.astimezone(UTC).date() > last
    return policy.lifetime_words if is_later else ""


def _smaller(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _days(count: int) -> str:
    return f"{count:,} day" if count == 1 else f"{count:,} days"
