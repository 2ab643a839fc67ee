"""Trying a token on trusts: what the exchange would find, told to whoever may see the trust. Nothing of the
token is kept, and it is not used up.
"""

import json
from dataclasses import dataclass, replace

from django.views.decorators.debug import sensitive_variables

from robots.base.states import State
from robots.models import Trust, UsedAssertion
from robots.trusts.assertions import Assertion
from robots.trusts.matching import SIGNATURE, Check, checks

STATES = {
    State.EXPIRED: "has expired",
    State.DISABLED: "is disabled",
    State.BLOCKED: "is blocked",
    State.REVOKED: "is deleted",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a token at one trust."""

    trust: Trust
    checks: list[Check]

    @property
    def broken(self) -> list[Check]:
        return [check for check in self.checks if not check.is_kept]

    @property
    def is_let_in(self) -> bool:
        return not self.broken


@sensitive_variables("assertion")
def try_token(trust: Trust, assertion: Assertion) -> Trial:
    """Every rule of the trust, and whether it and its robot let anybody in now."""
    judged = [replace(check, words=visible(check.words)) for check in checks(trust, assertion)]
    is_signed = any(check.is_kept for check in judged if check.name == SIGNATURE)
    # Whoever made the token up is not told whether one like it was exchanged.
    used = [_unused(assertion)] if is_signed else []
    return Trial(trust, [*judged, *_in_force(trust), *used])


@sensitive_variables("assertion")
def try_everywhere(trusts: list[Trust], assertion: Assertion) -> list[Trial]:
    """The token at each trust: first those that take it, last those that are about others, whose issuers are
    not asked.
    """
    about = [try_token(trust, assertion) for trust in trusts if _is_about(trust, assertion)]
    others = [_of_others(trust, assertion) for trust in trusts if not _is_about(trust, assertion)]
    return [*sorted(about, key=lambda trial: len(trial.broken)), *others]


def _is_about(trust: Trust, assertion: Assertion) -> bool:
    return (trust.issuer, trust.audience) == (assertion.issuer, assertion.audience)


def _of_others(trust: Trust, assertion: Assertion) -> Trial:
    """What a token of another issuer, or for another audience, breaks; the rest does not matter."""
    pairs = (
        ("Issuer", trust.issuer, assertion.issuer),
        ("Audience", trust.audience, assertion.audience),
    )
    return Trial(
        trust,
        [
            Check(name, False, f"is {said}, and has to be {wanted}")
            for name, wanted, said in pairs
            if wanted != said
        ],
    )


def _in_force(trust: Trust) -> list[Check]:
    """The trust's own state, and its robot's."""
    states = {"Trust": trust.token.state, "Robot account": trust.robot.state}
    return [
        Check(name, state == State.ACTIVE, STATES.get(state, "is in force"))
        for name, state in states.items()
    ]


def _unused(assertion: Assertion) -> Check:
    is_used = UsedAssertion.objects.filter(digest=assertion.digest).exists()
    words = "was exchanged before, and is not taken again" if is_used else "was not exchanged yet"
    return Check("Used once", not is_used, words)


def in_clear(assertion: Assertion) -> list[tuple[str, str]]:
    """Header and claims as JSON, without the signature."""
    parts = (("Header", assertion.header), ("Claims", assertion.claims))
    return [(name, _shown(members)) for name, members in parts]


def _shown(members: object) -> str:
    try:
        return visible(json.dumps(members, indent=2, ensure_ascii=False))
    except RecursionError:
        return "It is nested too deeply to be shown."


def visible(text: str) -> str:
    """`text` with what nobody can see, or no page can hold, written as JSON writes it."""
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\u{ord(character):04x}"
        for character in text
    )
