"""Forms about people and what they make first."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from console.models import Organization
from teams.models import User


class FirstOwnerForm(forms.ModelForm[User]):
    """The first account of an installation."""

    password = forms.CharField(
        max_length=128,
        strip=False,
        help_text="At least 12 characters. A sentence is fine.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ("name", "email")
        labels = {"name": "Your name"}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "username"}),
        }

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            try:
                validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class InvitedUserForm(FirstOwnerForm):
    """The account of an invited person; the address is the invitation's."""

    def __init__(self, data: Any = None, *, email: str) -> None:  # noqa: ANN401 - as Form
        super().__init__(data, instance=User(email=email))
        self.fields["email"].disabled = True


class OrganizationForm(forms.ModelForm[Organization]):
    """A new organization."""

    class Meta:
        model = Organization
        fields = ("name", "slug")
        help_texts = {
            "name": "What people read. You can change it.",
            "slug": "Stands in addresses, paths and login names. It never changes.",
        }
        widgets = {"slug": forms.TextInput(attrs={"data-slug-of": "name"})}


class ProfileForm(forms.ModelForm[User]):
    """What a person may change about themselves."""

    class Meta:
        model = User
        fields = ("name",)
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
