"""Conditions on the claims of another issuer's token. Pure: no models, no request."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_CONDITIONS = 20
MAX_CLAIM = 200
MAX_VALUE = 500
# What a rule judges by itself, or what is another one in every token.
JUDGED_APART = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti"})
# `*` stands for one or more of these: it never reaches into the next part of a subject or a path.
PART = "[^:/]+"
PART_ENDS = (":", "/")
# Between a claim and its value, as people write a condition.
EQUALS = " = "


@dataclass(frozen=True, slots=True)
class Condition:
    """What one claim has to be: `value` to the letter, or with `*` for whole parts of it.

    A claim inside another is named by a JSON Pointer (RFC 6901), like `/kubernetes.io/namespace`.
    """

    claim: str
    value: str

    def __str__(self) -> str:
        return f"{self.claim}{EQUALS}{self.value}"

    @property
    def is_exact(self) -> bool:
        return "*" not in self.value

    def is_met(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claim is there and fits."""
        said = text_of(claims, self.claim)
        return said is not None and self._pattern().fullmatch(said) is not None

    def _pattern(self) -> re.Pattern[str]:
        return re.compile(PART.join(map(re.escape, self.value.split("*"))), re.DOTALL)

    def faults(self) -> list[str]:
        """Why nobody may set this condition, a sentence each."""
        return [*self._claim_faults(), *self._value_faults()]

    def _claim_faults(self) -> list[str]:
        if not self.claim or len(self.claim) > MAX_CLAIM or not _is_plain(self.claim):
            return [f"The name of a claim has 1 to {MAX_CLAIM} visible characters."]
        if EQUALS in self.claim:
            return ["The name of a claim has no = between blanks in it."]
        if self.claim in JUDGED_APART:
            return [f"{self.claim} is checked anyway, and takes no condition."]
        return []

    def _value_faults(self) -> list[str]:
        if not self.value or len(self.value) > MAX_VALUE or not _is_plain(self.value):
            return [f"{self.claim}: give 1 to {MAX_VALUE} visible characters."]
        beginning = self.value.partition("*")[0]
        if not self.is_exact and not beginning.endswith(PART_ENDS):
            return [f"{self.claim}: what comes before the first * has to end in : or /."]
        return []


def _is_plain(text: str) -> bool:
    """Visible, and nothing that a decoder put in place of what it could not read."""
    return text.isprintable() and text == text.strip() and "\ufffd" not in text


def text_of(claims: Mapping[str, Any], claim: str) -> str | None:
    """A claim's value as a condition compares it; `None` where there is none, or none that is one value."""
    value = _found(claims, claim)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None


def _found(claims: Mapping[str, Any], claim: str) -> Any:  # noqa: ANN401 - whatever the issuer says
    if claim in claims or not claim.startswith("/"):
        return claims.get(claim)
    inside: Any = claims
    for name in claim.split("/")[1:]:
        if not isinstance(inside, Mapping):
            return None
        inside = inside.get(name.replace("~1", "/").replace("~0", "~"))
    return inside


def conditions_of(rows: Sequence[Mapping[str, str]]) -> list[Condition]:
    """Conditions as they are stored and sent."""
    return [Condition(row["claim"], row["value"]) for row in rows]


def read_condition(line: str) -> Condition:
    """A condition as people write it, `claim = value`; raises `ValueError` with a sentence."""
    equals = EQUALS if EQUALS in line else "="
    claim, found, value = line.partition(equals)
    if not found:
        raise ValueError(f"“{line[:60]}” is no condition: write claim = value.")
    return Condition(claim.strip(), value.strip())


def list_faults(conditions: Sequence[Condition]) -> list[str]:
    """Why nobody may set all of these together, a sentence each."""
    names = [condition.claim for condition in conditions]
    faults = [fault for condition in conditions for fault in condition.faults()]
    if len(names) > MAX_CONDITIONS:
        faults.append(f"Give at most {MAX_CONDITIONS} conditions.")
    faults += [
        f"{name} has two conditions." for name in sorted(set(names)) if names.count(name) > 1
    ]
    return faults
