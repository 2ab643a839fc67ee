"""Forms about second factors: setting them up, and using them instead of django-allauth's own checks."""

from typing import Any

from allauth.core import context as current
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm as AllauthPasskeyForm
from allauth.mfa.webauthn.forms import LoginWebAuthnForm as AllauthPasskeyLoginForm
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm as AllauthPasskeyAgainForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError

from teams.models import User
from teams.sign_in import refusals, tries
from teams.sign_in.origins import is_ours
from teams.sign_in.refusals import Refusal
from teams.sign_in.services.using import take_challenge, take_code

CODE = forms.TextInput(
    attrs={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"}
)
WRONG_CODE = "That code is not right, or it was used before."
REFUSED = "That passkey was not taken. Try again."
LONGEST_NAME = 100


class _OneUse:
    """Checking a code: counted, used up, and noted where it is wrong."""

    user: User
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            taken = tries.take_for_code(current.request, self.user.email)
        except tries.LockedOut as locked_out:
            refusals.note(Refusal.LOCKED_OUT, self.user.email)
            raise ValidationError(locked_out.words) from locked_out
        row = take_code(self.user, code)
        if row is None:
            refusals.note(Refusal.CODE, self.user.email)
            raise ValidationError(WRONG_CODE)
        taken.rollback()
        row.user = self.user
        self.authenticator = row
        return code


class AuthenticateForm(_OneUse, AllauthAuthenticateForm):  # type: ignore[misc] # allauth is not typed
    """After the password."""

    code = forms.CharField(
        max_length=40, widget=CODE, help_text="Of your authenticator app, or a recovery code."
    )


class ReauthenticateForm(_OneUse, AllauthReauthenticateForm):  # type: ignore[misc] # as above
    """A fresh sign-in by a code."""

    code = AuthenticateForm.base_fields["code"]


class _OneAnswer:
    """Checking what a passkey says: for our pages, to a question that was not answered before."""

    user: User | None
    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Authenticator:
        email = self.user.email if self.user else ""
        try:
            taken = tries.take_for_passkey(current.request)
        except tries.LockedOut as locked_out:
            refusals.note(Refusal.LOCKED_OUT, email)
            raise ValidationError(locked_out.words) from locked_out
        try:
            row = self._checked()
        except ValidationError as refusal:
            refusals.note(Refusal.PASSKEY, email)
            raise ValidationError(REFUSED) from refusal
        finally:
            auth.clear_state()
        taken.rollback()
        return row

    def _checked(self) -> Authenticator:
        if not (
            is_ours(self.cleaned_data["credential"]) and take_challenge(current.request.session)
        ):
            raise ValidationError(REFUSED)
        row: Authenticator = super().clean_credential()  # type: ignore[misc] # allauth's
        return row


class PasskeyForm(_OneAnswer, AllauthPasskeyForm):  # type: ignore[misc] # allauth is not typed
    """After the password."""


class PasskeyLoginForm(_OneAnswer, AllauthPasskeyLoginForm):  # type: ignore[misc] # as above
    """Instead of the password."""


class PasskeyAgainForm(_OneAnswer, AllauthPasskeyAgainForm):  # type: ignore[misc] # as above
    """A fresh sign-in by a passkey."""


class AppForm(forms.Form):
    """The first code of an authenticator app."""

    code = forms.CharField(
        max_length=40, label="Code", widget=CODE, help_text="Six digits that the app shows now."
    )


class PasskeyNameForm(forms.Form):
    """What a passkey is called."""

    name = forms.CharField(max_length=LONGEST_NAME, help_text="So that you know it again.")


class NewPasskeyForm(PasskeyNameForm):
    """A passkey that the browser has just made."""

    credential = forms.JSONField(widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, Any]:
        """What is kept of it, once it was made for this page and with the person verified."""
        credential: dict[str, Any] = self.cleaned_data["credential"]
        if not (is_ours(credential) and take_challenge(current.request.session)):
            raise ValidationError(REFUSED)
        try:
            auth.parse_registration_response(credential)
            auth.complete_registration(credential)
        except ValidationError as refusal:
            raise ValidationError(REFUSED) from refusal
        finally:
            auth.clear_state()
        return credential
