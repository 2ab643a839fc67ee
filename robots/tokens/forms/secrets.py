"""Forms that make a secret: of which kind, typed or minted, shown here or handed over by a link."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from console.minted_secrets import Plaintext
from robots.base.credentials import OWN_RULES, own_secret_faults
from robots.base.secret_lifetimes import LINK_LIVES, OLD_ENDS, LinkLife, OldEnds
from robots.models import Handover, Secret

HERE, LINK = "here", "link"
DELIVERIES = (
    (HERE, "Show it to me", "Once, on the next page."),
    (
        LINK,
        "Hand it over",
        "You get a one-time link to send. The secret is made when it is opened.",
    ),
)
TYPED = {"autocomplete": "new-password", "spellcheck": "false"}
RULES_ID = "own-secret-rules"
# What of the form a person's own token has no use for.
OF_ROBOTS = ("manual", "own_secret", "own_secret_again", "delivery", "life")


class DeliveryFormMixin(forms.Form):
    """Of which kind a secret is that Roster makes, and who gets it."""

    kind = forms.ChoiceField(
        label="Kind of secret",
        choices=Handover.Kind.choices,
        initial=Handover.Kind.SIGNED,
        help_text="Compact fits password boxes that refuse long text.",
    )
    delivery = forms.ChoiceField(
        label="Who gets the secret",
        required=False,
        choices=[(key, name) for key, name, _ in DELIVERIES],
    )
    life = forms.ChoiceField(
        label="The link works for", required=False, choices=LINK_LIVES, initial=LinkLife.DAY
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def deliveries(self) -> list[dict[str, object]]:
        """The choice of who gets the secret, as radio cards."""
        chosen = self["delivery"].value() or HERE
        return [
            {"value": key, "label": name, "description": text, "checked": key == chosen}
            for key, name, text in DELIVERIES
        ]

    @property
    def by_link(self) -> bool:
        """Whether the secret goes to whoever opens a link."""
        return bool(self.cleaned_data.get("delivery") == LINK)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["life"] = cleaned.get("life") or LinkLife.DAY
        return cleaned

    def secret_values(self) -> dict[str, Any]:
        """What a service takes that makes a secret, or the link to one."""
        names = ("kind", "life", "request_key") if self.by_link else ("kind", "request_key")
        return {name: self.cleaned_data[name] for name in names}


class NewSecretFormMixin(DeliveryFormMixin):
    """The same, or an own secret typed twice. What is typed is never sent back."""

    manual = forms.BooleanField(label="Specify the new secret manually", required=False)
    own_secret = forms.CharField(
        label="New secret",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs=TYPED | {"aria-describedby": RULES_ID}),
    )
    own_secret_again = forms.CharField(
        label="New secret, again",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs=TYPED),
    )
    field_order: Sequence[str] = ("kind", "manual", "own_secret", "own_secret_again")

    def show_minted_alone(self) -> None:
        """Offer no secret that somebody chose, and no link: for people's own tokens."""
        for name in OF_ROBOTS:
            del self.fields[name]

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """What an own secret needs: patterns and words."""
        return OWN_RULES

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["own"] = self._own(cleaned) if cleaned.get("manual") else None
        if cleaned.get("manual") and cleaned.get("delivery") == LINK:
            self.add_error("delivery", "Only a secret that Roster makes can be handed over.")
        return cleaned

    def _own(self, cleaned: dict[str, Any]) -> Plaintext | None:
        typed, again = cleaned.get("own_secret", ""), cleaned.get("own_secret_again", "")
        if faults := own_secret_faults(typed):
            self.add_error("own_secret", faults)
        elif typed != again:
            self.add_error("own_secret_again", "The two are not the same.")
        return Plaintext(typed)

    def secret_values(self) -> dict[str, Any]:
        own = {} if self.by_link else {"own": self.cleaned_data["own"]}
        return super().secret_values() | own


class SecretForm(NewSecretFormMixin):
    """A new secret of a token that is there; `current` is the one that was the newest on the page."""

    current = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Whether an older secret has to end so that a new one may be made.
    is_full = False

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        current: Secret | None = None,
        personal: bool = False,
    ) -> None:
        known: dict[str, Any] = {"request_key": uuid.uuid4()}
        if current is not None:
            known["current"] = current.pk
        if current is not None and current.kind in Handover.Kind.values:
            known["kind"] = current.kind
        super().__init__(data, initial=known)
        if personal:
            self.show_minted_alone()


class RotationForm(SecretForm):
    """The same beside the old one; where two work, the older one ends with it.

    `secrets` are those that work, the newest first.
    """

    old_ends = forms.ChoiceField(
        label="The old secret ends",
        choices=OLD_ENDS,
        initial=OldEnds.DAY,
        help_text="Until then both work, so that machines change over one by one.",
    )
    end_older = forms.BooleanField(
        label="End the older secret now",
        required=False,
        help_text="The newer one of the two becomes the old one.",
    )

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        secrets: Sequence[Secret] = (),
        personal: bool = False,
    ) -> None:
        self.newest = secrets[0] if secrets else None
        super().__init__(data, current=self.newest, personal=personal)
        self.is_full = len(secrets) > 1
        if not self.is_full:
            del self.fields["end_older"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # Who saw another secret there is told that first.
        if self.is_full and cleaned.get("current") == getattr(self.newest, "pk", None):
            self._require_a_place(cleaned)
        return cleaned

    def _require_a_place(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("delivery") == LINK:
            self.add_error("delivery", "With a link, end one of the two secrets first.")
        elif not cleaned.get("end_older"):
            self.add_error("end_older", "A token has two secrets at most. Let the older one end.")
