"""What the frame of every page shows about the person and their organizations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from console.http import Request
from console.models import Organization
from console.notices.queries import Bell
from console.pages.context import listed_organizations
from teams.models import User
from teams.users.services import may_create_organization

# Lists that are longer than the first are searched; the second is how many stand in a menu on every page.
READ_AT_A_GLANCE, IN_MENU = 8, 12


@dataclass(frozen=True, slots=True)
class OrganizationLink:
    """One row of the account menu, and of the menu in which one switches between organizations."""

    name: str
    slug: str

    @property
    def console_url(self) -> str:
        return reverse("robots:overview", args=[self.slug])

    @property
    def settings_url(self) -> str:
        return reverse("console:organization-settings", args=[self.slug])


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, as the frame shows them."""

    name: str
    email: str
    initials: str


@dataclass(frozen=True, slots=True)
class Shell:
    """The account menu: who is signed in, and where they can go."""

    person: Person
    listed: list[OrganizationLink]
    may_create_organization: bool
    bell: Bell

    @property
    def organizations(self) -> list[OrganizationLink]:
        """The first of one's own, by name."""
        return self.listed[:IN_MENU]

    @property
    def has_more(self) -> bool:
        return len(self.listed) > IN_MENU

    @property
    def is_searchable(self) -> bool:
        """Whether there are more organizations than one reads at a glance."""
        return len(self.listed) > READ_AT_A_GLANCE


def _person(user: User) -> Person:
    words = user.display_name.replace("@", " ").replace(".", " ").split()
    return Person(user.display_name, user.email, "".join(word[0] for word in words[:2]).upper())


def shell(request: Request) -> dict[str, Any]:
    """Context processor: `shell` for signed-in people; empty for everyone else."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    listed = listed_organizations(request)
    bell, may_create = Bell(user, listed), may_create_organization(user)
    return {"shell": Shell(_person(user), links_to(listed), may_create, bell)}


def links_to(organizations: Iterable[Organization]) -> list[OrganizationLink]:
    """Each with the ways to it."""
    return [OrganizationLink(each.name, each.slug) for each in organizations]
