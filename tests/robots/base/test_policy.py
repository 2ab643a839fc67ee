"""What a policy allows, by itself: no database, no clock."""

from datetime import UTC, datetime, timedelta

import pytest

from robots.base.policy import OPEN, OWN, Policy, effective, verdict

SINCE = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
NINETY = Policy(maximum_days=90, never_allowed=False, default_days=90)


def test_without_a_policy_everything_is_allowed() -> None:
    for end in (None, SINCE + DAY, SINCE + 36_500 * DAY):
        for kind in ("signed", "compact", OWN):
            assert verdict(OPEN, SINCE, end, kind) == ""


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (SINCE + 90 * DAY - SECOND, ""),
        (SINCE + 90 * DAY, ""),
        (SINCE + 90.5 * DAY - SECOND / 1_000_000, ""),
        (SINCE + 90.5 * DAY, "Tokens may live for 90 days at most."),
        (None, "Tokens may live for 90 days at most."),
        (SINCE - DAY, ""),
    ],
)
def test_the_longest_lifetime_holds_to_the_end_of_its_last_day(
    end: datetime | None, reason: str
) -> None:
    assert verdict(NINETY, SINCE, end, "signed") == reason


def test_never_can_be_ruled_out_alone() -> None:
    policy = Policy(never_allowed=False, default_days=30)
    assert verdict(policy, SINCE, None, "signed") == "Tokens have to end."
    assert verdict(policy, SINCE, SINCE + 36_500 * DAY, "signed") == ""


def test_own_secrets_can_be_ruled_out() -> None:
    policy = Policy(own_secrets_allowed=False)
    assert verdict(policy, SINCE, None, OWN) == "Own secrets are not allowed."
    assert verdict(policy, SINCE, None, "compact") == ""


@pytest.mark.parametrize(
    ("whole", "own", "both"),
    [
        (None, None, OPEN),
        (NINETY, None, NINETY),
        (None, NINETY, NINETY),
        (
            Policy(maximum_days=90, never_allowed=False),
            Policy(maximum_days=30),
            Policy(maximum_days=30, never_allowed=False),
        ),
        (
            Policy(maximum_days=30, never_allowed=False),
            Policy(maximum_days=90),
            Policy(maximum_days=30, never_allowed=False),
        ),
        (Policy(own_secrets_allowed=False), Policy(), Policy(own_secrets_allowed=False)),
        (Policy(), Policy(own_secrets_allowed=False), Policy(own_secrets_allowed=False)),
        (Policy(default_days=90), Policy(default_days=30), Policy(default_days=30)),
        (Policy(default_days=90), Policy(), Policy(default_days=90)),
        (Policy(unused_days=None), Policy(unused_days=30), Policy(unused_days=30)),
        (Policy(unused_days=60), Policy(unused_days=None), Policy(unused_days=60)),
    ],
)
def test_of_both_the_stricter_counts(
    whole: Policy | None, own: Policy | None, both: Policy
) -> None:
    assert effective(whole, own) == both


@pytest.mark.parametrize(
    ("policy", "days"),
    [
        (OPEN, None),
        (Policy(default_days=30), 30),
        (Policy(default_days=90, maximum_days=30), 30),
        (Policy(never_allowed=False), 90),
        (Policy(never_allowed=False, maximum_days=7), 7),
    ],
)
def test_what_the_form_presets_is_allowed(policy: Policy, days: int | None) -> None:
    assert policy.preset_days == days


def test_a_longest_lifetime_rules_out_never_whatever_else_it_says() -> None:
    """The model refuses such a policy; what is decided by it must not be a way round."""
    for policy in (NINETY, Policy(maximum_days=90), Policy(maximum_days=1)):
        assert verdict(policy, SINCE, None, "signed") == policy.lifetime_words != ""


def test_one_day_is_one_day_in_words() -> None:
    words = [Policy(maximum_days=days).lifetime_words for days in (1, 2, 1000)]
    assert words == [
        f"Tokens may live for {it} at most." for it in ("1 day", "2 days", "1,000 days")
    ]
