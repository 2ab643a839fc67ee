"""Whether a trust lets a token in, rule by rule: the exchange asks it, and who tries a token is shown it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from joserfc.jwk import Key

from robots.base.claim_conditions import Condition, text_of
from robots.base.jwt import verified_claims
from robots.trusts import issuers
from robots.trusts.assertions import Assertion, time_fault
from robots.trusts.issuers import KeysFault
from robots.trusts.keys import parse_keys

SIGNATURE, TIME = "Signature", "Time"


class Rule(Protocol):
    """A trust, as a model or as a row of the hot path."""

    @property
    def issuer(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def keys(self) -> str: ...
    @property
    def rules(self) -> list[Condition]: ...


@dataclass(frozen=True, slots=True)
class Check:
    """One rule, and whether the token keeps it; `words` are for whoever may see the trust.

    Where the issuer's keys cannot be had now, it may be told again in `retry_after` seconds.
    """

    name: str
    is_kept: bool
    words: str
    retry_after: int = 0


def checks(rule: Rule, assertion: Assertion, signed: Check | None = None) -> list[Check]:
    """Every rule of a trust, in the order in which they decide; `signed` is the signature's, if known."""
    return [
        _same("Issuer", rule.issuer, assertion.issuer),
        _same("Audience", rule.audience, assertion.audience),
        signed or signature(rule, assertion),
        _time(assertion),
        *(_claim(condition, assertion) for condition in rule.rules),
    ]


def _same(name: str, wanted: str, said: str) -> Check:
    words = f"is {said}" if said == wanted else f"is {said}, and has to be {wanted}"
    return Check(name, said == wanted, words)


def signature(rule: Rule, assertion: Assertion) -> Check:
    """Whether a key of the issuer's, or a pasted one, has signed the token."""
    whose = "the pasted keys" if rule.keys else "the issuer's keys"
    try:
        keys = _keys(rule, assertion)
    except KeysFault as fault:
        return Check(SIGNATURE, False, fault.reason, fault.retry_after)
    for key in keys:
        if verified_claims(assertion.text, key, assertion.algorithm) is not None:
            return Check(SIGNATURE, True, f"by one of {whose}")
    return Check(SIGNATURE, False, f"by none of {whose}")


def _keys(rule: Rule, assertion: Assertion) -> Sequence[Key]:
    if rule.keys:
        return parse_keys(rule.keys).fitting(assertion.kid, assertion.algorithm)
    return issuers.keys_for(rule.issuer, assertion.kid, assertion.algorithm)


def _time(assertion: Assertion) -> Check:
    fault = time_fault(assertion)
    return Check(TIME, not fault, fault or "it has begun and not ended")


def _claim(condition: Condition, assertion: Assertion) -> Check:
    said = text_of(assertion.claims, condition.claim)
    if condition.is_met(assertion.claims):
        return Check(condition.claim, True, f"is {said}")
    found = "is not there" if said is None else f"is {said}"
    return Check(condition.claim, False, f"{found}, and has to be {condition.value}")
