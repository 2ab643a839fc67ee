"""Forms of scanning partners. Rules live on the models."""

from django import forms

from console.models import ScanningKey, ScanningPartner


class PartnerForm(forms.ModelForm[ScanningPartner]):
    """A new partner."""

    class Meta:
        model = ScanningPartner
        fields = ("name",)
        help_texts = {
            "name": "It stands in the audit log and in the letters to owners. It never changes."
        }


class PartnerKeyForm(forms.ModelForm[ScanningKey]):
    """One more public key."""

    class Meta:
        model = ScanningKey
        fields = ("identifier", "public_pem")
        help_texts = {
            "identifier": "What the partner sends as Github-Public-Key-Identifier.",
            "public_pem": "In PEM, of the curve P-256, as the partner publishes it.",
        }
        widgets = {"public_pem": forms.Textarea(attrs={"rows": 5, "spellcheck": "false"})}
