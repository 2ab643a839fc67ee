"""Forms about teams."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from console.forms import choose_from, named
from console.pages.cards import Card, Choices, cards, pairs
from console.permissions.roles import BUILTIN_ROLES, REPOSITORY_LEVELS, Scope
from teams.models import Membership, Team

TEAM_ROLES: Choices = (
    ("member", "Member", "Holds what the team holds."),
    ("owner", "Owner", "Holds what the team holds, and manages its people and robot accounts."),
)
VISIBILITIES: Choices = (
    ("visible", "Visible", "Everybody in the organization sees that it exists and who is in it."),
    ("secret", "Secret", "Only its members and owners of the organization see it."),
)
LEVELS: Choices = tuple(
    (name, name.capitalize(), BUILTIN_ROLES[Scope.REPOSITORY, name].description)
    for name in REPOSITORY_LEVELS
)


class TeamSettingsForm(forms.ModelForm[Team]):
    """What of a team may change."""

    visibility = forms.ChoiceField(choices=pairs(VISIBILITIES), initial="visible")

    class Meta:
        model = Team
        fields: tuple[str, ...] = ("description",)
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.secret:
            self.initial["visibility"] = "secret"

    @property
    def visibilities(self) -> list[Card]:
        return cards(VISIBILITIES, self["visibility"].value())

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = named(self)
        return given | {"secret": given.pop("visibility") == "secret"}


class TeamForm(TeamSettingsForm):
    """A new team."""

    class Meta(TeamSettingsForm.Meta):
        fields = ("name", "description")
        help_texts = {"name": "It never changes."}


class TeamMembersForm(forms.Form):
    """Whom to let into a team, and as what."""

    member = forms.ModelMultipleChoiceField(
        Membership.objects.none(),
        to_field_name="uuid",
        label="People",
        error_messages={"required": "Choose at least one person."},
    )
    role = forms.ChoiceField(choices=pairs(TEAM_ROLES), initial="member")

    def __init__(self, data: Any = None, *, people: QuerySet[Membership]) -> None:  # noqa: ANN401 - as Form
        super().__init__(data)
        choose_from(self, "member", people)

    @property
    def roles(self) -> list[Card]:
        return cards(TEAM_ROLES, self["role"].value())
