"""Questions before something ends: one to confirm, and one that takes a typed name and a fresh sign-in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from console.forms import posted
from console.http import Request
from console.pages.htmx import done, form_page, page_or_dialog
from console.reauthentication import fresh_sign_in


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a yes does: the change, what is said of it, and where that leads."""

    change: Callable[[], object]
    message: str
    to: Any

    def happen(self, request: Request) -> HttpResponse:
        """Make the change and lead on."""
        self.change()
        messages.success(request, self.message)
        return done(request, self.to)


def confirm(
    request: Request, template: str, context: dict[str, Any], consequence: Consequence
) -> HttpResponse:
    """Ask on a page or in a dialog; a POST is a yes."""
    if request.method == "POST":
        return consequence.happen(request)
    return page_or_dialog(request, template, context)


class DeletionForm(forms.Form):
    """The name of what ends, typed."""

    name = forms.CharField(max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any = None, *, expected: str) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data)
        self.expected = expected
        self.fields["name"].label = f"Type {expected} to confirm"

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if name != self.expected:
            raise forms.ValidationError(f"This is not the name. Type {self.expected}.")
        return name


@fresh_sign_in
def confirm_by_name(
    request: Request,
    template: str,
    name: str,
    context: Callable[[], dict[str, Any]],
    consequence: Consequence,
) -> HttpResponse:
    """Ask for `name`, which ends with all that `context` tells; after a fresh sign-in alone."""
    form = DeletionForm(posted(request), expected=name)
    if request.method == "POST" and form.is_valid():
        return consequence.happen(request)
    return form_page(request, template, context() | {"form": form}, invalid=form.is_bound)
