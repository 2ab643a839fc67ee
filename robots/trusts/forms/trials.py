"""The form that tries a token."""

from typing import Any

from django import forms


class UnrepeatedTextarea(forms.Textarea):
    """An area whose text is never sent back."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's own signature
        return super().get_context(name, None, attrs)


class TrialForm(forms.Form):
    """A token that somebody wants to try."""

    token = forms.CharField(
        label="Token",
        max_length=64 * 1024,
        widget=UnrepeatedTextarea(attrs={"autocomplete": "off", "spellcheck": "false", "rows": 6}),
        help_text="As the job has it: three parts with dots between them. It is neither kept nor used up.",
    )
