"""What a rotation of many tokens by links asks."""

import uuid
from typing import Any

from django import forms

from robots.base.secret_lifetimes import LINK_LIVES, OLD_ENDS, LinkLife, OldEnds


class LinksForm(forms.Form):
    """When the old secrets end, and how long the links work."""

    old_ends = forms.ChoiceField(
        label="The old secrets end",
        choices=OLD_ENDS,
        initial=OldEnds.DAY,
        help_text="Counted from the moment when a link is opened. Until then nothing changes.",
    )
    life = forms.ChoiceField(label="The links work for", choices=LINK_LIVES, initial=LinkLife.DAY)
    # So that a form that comes twice makes no second links.
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, initial={"request_key": uuid.uuid4()})
