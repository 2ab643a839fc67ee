"""The forms of a trust's rule."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from console import names
from console.forms import copy_of
from console.pages.cards import Card, Choices, cards, pairs
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.forms.permissions import Tick, permissions_field, ticks
from robots.base.claim_conditions import (
    MAX_CLAIM,
    MAX_CONDITIONS,
    MAX_VALUE,
    Condition,
    read_condition,
)
from robots.base.trust_presets import Claim, Preset, issuer_fault, warnings, workload_fault
from robots.models import Robot, Trust
from robots.models.trusts import (
    MAX_KEYS,
    MAX_LIFETIME,
    MAX_TEXT,
    MIN_LIFETIME,
    default_audience,
)
from robots.policies.expiry_fields import KEEP, ExpiryFormMixin, KeptExpiryMixin
from robots.trusts.guides import GUIDES, Guide
from robots.trusts.keys import LeakedKey, parse_keys

UNREADABLE = "\ufffd"  # where bytes are not UTF-8
FROM_ISSUER, PASTED = "issuer", "pasted"
KEY_SOURCES: Choices = (
    (FROM_ISSUER, "From the issuer", "Roster asks at its address, and sees new keys by itself."),
    (PASTED, "Pasted", "For an issuer that Roster cannot reach, such as a cluster."),
)
TYPED = {"autocomplete": "off", "spellcheck": "false"}
MAX_LINES = MAX_CONDITIONS * (MAX_CLAIM + MAX_VALUE + 5)
# The order of the page, around the claims.
HEAD = ("name", "issuer", "audience", "key_source", "keys")
FOOT = ("conditions", "lifetime_minutes", "expiry", "expiry_days", "expiry_date", "permissions")
MINUTES = tuple(int(life.total_seconds()) // 60 for life in (MIN_LIFETIME, MAX_LIFETIME))


def claim_field_name(claim: str) -> str:
    """What the field of a claim is called."""
    return f"claim-{claim}"


class RuleFormMixin(ExpiryFormMixin):
    """Whose tokens a trust takes, and what they have to say. A preset's claims have fields of their own."""

    issuer = forms.CharField(max_length=MAX_TEXT, widget=forms.TextInput(attrs=TYPED))
    audience = forms.CharField(max_length=MAX_TEXT, widget=forms.TextInput(attrs=TYPED))
    key_source = forms.ChoiceField(label="Its keys", choices=pairs(KEY_SOURCES))
    keys = forms.CharField(
        label="Pasted keys",
        required=False,
        max_length=MAX_KEYS,
        widget=forms.Textarea(attrs=TYPED | {"rows": 6}),
    )
    conditions = forms.CharField(
        label="More conditions",
        required=False,
        max_length=MAX_LINES,
        widget=forms.Textarea(attrs=TYPED | {"rows": 3}),
        help_text="One a line, on any claim: claim = value. A claim inside another is named by its path, "
        "like /kubernetes.io/namespace.",
    )
    lifetime_minutes = forms.IntegerField(
        label="A login lasts",
        min_value=MINUTES[0],
        max_value=MINUTES[1],
        help_text="It ends earlier where the robot account or this trust ends.",
    )

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        preset: Preset,
        robot: Robot,
        trust: Trust | None = None,
    ) -> None:
        self.preset, self.trust, self.guide = preset, trust, GUIDES[preset.key]
        super().__init__(data, initial=self._initial(robot))
        self.fields["issuer"].help_text = preset.hint
        self.fields["audience"].help_text = _audience_help(self.guide)
        self.fields["keys"].help_text = f"A JWK set, or public keys as PEM. {self.guide.keys}"
        self.offered = [*TICKABLE, *self._more_permissions(robot)]
        self.fields["permissions"] = permissions_field("Narrow to permissions", self.offered)
        for claim in self.claims:
            self.fields[claim_field_name(claim.name)] = _claim_field(claim)
        self.order_fields([*HEAD, *(claim_field_name(claim.name) for claim in self.claims), *FOOT])

    def _initial(self, robot: Robot) -> dict[str, Any]:
        trust = self.trust
        if trust is None:
            return {
                "issuer": self.preset.issuer,
                "audience": "" if self.guide.has_own_audience else default_audience(robot),
                "key_source": PASTED if self.guide.keys else FROM_ISSUER,
                "lifetime_minutes": self.preset.lifetime_minutes,
            }
        return {
            "issuer": trust.issuer,
            "audience": trust.audience,
            "key_source": PASTED if trust.keys else FROM_ISSUER,
            "keys": trust.keys,
            "conditions": "\n".join(map(str, self._others)),
            "lifetime_minutes": trust.lifetime_minutes,
            "permissions": trust.token.narrowed_to,
            "expiry": KEEP,
            **{claim_field_name(rule.claim): rule.value for rule in trust.rules},
        }

    def _more_permissions(self, robot: Robot) -> list[Permission]:
        """What the robot may do in Roster itself, and what the trust is narrowed to, beside the ten."""
        present = self.trust.token.permissions if self.trust else None
        more = robot.strong_permissions() | (present or frozenset())
        return [name for name in Permission if name in more and name not in TICKABLE]

    @property
    def claims(self) -> list[Claim]:
        """The preset's, those that never change first and names last."""
        return sorted(self.preset.claims, key=lambda it: (it.can_move, not it.workload))

    @property
    def claim_rows(self) -> list[tuple[Claim, forms.BoundField]]:
        """Each claim of the preset with its field."""
        return [(claim, self[claim_field_name(claim.name)]) for claim in self.claims]

    @property
    def key_cards(self) -> list[Card]:
        return cards(KEY_SOURCES, self["key_source"].value())

    def narrowing_ticks(self) -> list[Tick]:
        """The list for narrowing; nothing ticked means not narrowed."""
        return ticks(self["permissions"].value() or (), offered=self.offered)

    @property
    def _others(self) -> list[Condition]:
        """What the trust says of claims that have no field."""
        own = {claim.name for claim in self.preset.claims}
        return [rule for rule in self.trust.rules if rule.claim not in own] if self.trust else []

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"])
        if fault := issuer_fault(self.preset, issuer):
            raise ValidationError(fault)
        return issuer

    def clean_keys(self) -> str:
        """Pasted keys, as they were if only blanks differ. A private one is not sent back."""
        text = _plain(self.cleaned_data["keys"])
        if UNREADABLE in text:
            raise ValidationError("Some of it is not text.")
        is_wanted = self.cleaned_data.get("key_source") == PASTED
        try:
            parse_keys(text)
        except LeakedKey as fault:
            self.data = data = copy_of(self.data)
            data["keys"] = ""
            raise ValidationError(str(fault)) from fault
        except ValueError as fault:
            if is_wanted:
                raise ValidationError(str(fault) if text else "Paste its public keys.") from fault
        before = self.trust.keys if self.trust else ""
        kept = before if _plain(before) == text else text
        return kept if is_wanted else ""

    def clean_conditions(self) -> list[Condition]:
        """What stands in the lines; as it was where the field did not come."""
        if self._is_missing("conditions"):
            return self._others
        found, faults = list[Condition](), list[str]()
        for line in filter(None, map(str.strip, self.cleaned_data["conditions"].splitlines())):
            try:
                found.append(read_condition(line))
            except ValueError as fault:
                faults.append(str(fault))
        if faults:
            raise ValidationError(faults)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["permissions"] = frozenset(cleaned.get("permissions") or ()) or None
        named = list(self._named_conditions(cleaned))
        cleaned["rules"] = self._in_order([*named, *(cleaned.get("conditions") or ())])
        if "conditions" not in self.errors:
            self._require_workload(cleaned["rules"])
        return cleaned

    def _named_conditions(self, cleaned: dict[str, Any]) -> Iterator[Condition]:
        """What the fields of claims say, each with its faults at its field."""
        for claim in self.claims:
            name = claim_field_name(claim.name)
            value = self.initial.get(name) if self._is_missing(name) else cleaned.get(name)
            if value:
                condition = Condition(claim.name, value)
                yield condition
                for fault in condition.faults():
                    self.add_error(name, _without_claim(fault, claim))

    def _in_order(self, rules: list[Condition]) -> list[Condition]:
        """Those that the trust had in the order that they had."""
        before = [rule.claim for rule in self.trust.rules] if self.trust else []
        places = {claim: place for place, claim in enumerate(before)}
        return sorted(rules, key=lambda rule: places.get(rule.claim, len(places)))

    def _require_workload(self, rules: list[Condition]) -> None:
        fault = workload_fault(self.preset, rules)
        first = next(claim_field_name(claim.name) for claim in self.claims if claim.workload)
        if fault and first not in self.errors:
            self.add_error(first, fault)

    def _is_missing(self, name: str) -> bool:
        """Whether the form came without the field."""
        return self.add_prefix(name) not in self.data

    @property
    def warnings(self) -> list[str]:
        """What of a valid form lets in more than one would think, and did not before."""
        known = self.trust.warnings if self.trust else []
        return [
            words
            for words in warnings(self.preset, self.cleaned_data["rules"])
            if words not in known
        ]

    @property
    def narrowed(self) -> str:
        """What a valid form narrows to, if it does."""
        return ", ".join(sorted(self.cleaned_data["permissions"] or ()))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        cleaned = self.cleaned_data
        minutes, trust = cleaned["lifetime_minutes"], self.trust
        is_same = trust is not None and trust.lifetime_minutes == minutes
        return {
            **{name: cleaned[name] for name in ("issuer", "audience", "keys", "permissions")},
            "conditions": cleaned["rules"],
            "lifetime_seconds": trust.lifetime_seconds if trust and is_same else minutes * 60,
            "expires_at": cleaned["expires_at"],
        }


class TrustForm(RuleFormMixin):
    """A new trust."""

    name = forms.CharField(
        max_length=names.MAX_NAME,
        validators=[names.validate_name],
        widget=forms.TextInput(attrs=TYPED),
        help_text="What the audit log calls it. It never changes.",
    )

    def values(self) -> dict[str, Any]:
        return super().values() | {
            "name": self.cleaned_data["name"],
            "preset": self.preset.key,
        }


class TrustEditForm(RuleFormMixin, KeptExpiryMixin):
    """The rule of a trust, as it is."""

    def __init__(self, data: Any = None, *, trust: Trust) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, preset=trust.kind, robot=trust.robot, trust=trust)
        self.keep_end(trust.token.expires_at)


def _plain(text: str) -> str:
    """As it was typed, whatever a browser makes of the ends of lines."""
    return text.replace("\r\n", "\n").strip()


def _audience_help(guide: Guide) -> str:
    return f"Whom a token has to be for; it is refused with any other. {guide.audience}"


def _claim_field(claim: Claim) -> forms.CharField:
    return forms.CharField(
        label=claim.name,
        required=False,
        max_length=MAX_VALUE,
        help_text=f"{claim.meaning}.",
        widget=forms.TextInput(attrs=TYPED | {"placeholder": claim.example}),
    )


def _without_claim(fault: str, claim: Claim) -> str:
    """The sentence beside the field, which says which claim it is about."""
    words = fault.removeprefix(f"{claim.name}: ")
    return f"{words[0].upper()}{words[1:]}"
