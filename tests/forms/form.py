"""A form that changes something: its address, what a right one says, and who sends it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from console.models import Organization
from robots.models import Robot, Token
from robots.overview.answers import NeedsOf
from robots.overview.services import answer_need
from robots.policies.services import Effects
from robots.queries.unused_permissions import unused_permissions
from robots.tokens.services.handovers import create_link
from teams.models import Invitation, User
from tests.addresses import acme, address_of
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import UserFactory
from tests.fixtures import INVITED
from tests.robots.access.long_held import hold_for, use

Sender = Callable[..., Client]


def owner(cast: Cast, **options: Any) -> Client:
    return browser(cast.owner, confirmed=True, **options)


def typing(cast: Cast, **options: Any) -> Client:
    """The owner, who chooses the secret."""
    return owner(cast, **options)


def operator(cast: Cast, **options: Any) -> Client:
    return browser(cast.operator, confirmed=True, **options)


def member(cast: Cast, **options: Any) -> Client:
    return browser(cast.member, **options)


def sure_member(cast: Cast, **options: Any) -> Client:
    """A member who gave the password just now."""
    return browser(cast.member, confirmed=True, **options)


def hand(cast: Cast, **options: Any) -> Client:
    """Whoever is in the team."""
    return browser(User.objects.get(email="hand@acme.example.com"), **options)


def answered(cast: Cast, **options: Any) -> Client:
    """The owner, who said something about the need."""
    for needs in (NeedsOf(cast.organization), NeedsOf(cast.organization, cast.project)):
        answer_need(actor=cast.owner, needs=needs, need="refused", kind="acknowledged")
    return owner(cast, **options)


def narrowing(cast: Cast, **options: Any) -> Client:
    """The owner, whose robot has used less than it holds for long."""
    hold_for(cast.robot)
    use(cast.robot, "artifact:pull", at=cast.project)
    return owner(cast, **options)


def observing(cast: Cast, **options: Any) -> Client:
    """The owner, where networks are only observed so far."""
    for rows in (Robot.objects, Token.objects):
        rows.update(network_mode="observe")
    return owner(cast, **options)


def requiring(cast: Cast, **options: Any) -> Client:
    """The owner of an organization that will require a second factor."""
    rows = Organization.objects.filter(pk=cast.organization.pk)
    rows.update(required_factor="factor", factor_from=date(2099, 1, 1))
    return owner(cast, **options)


def newcomer(cast: Cast, user: User | None = None, **options: Any) -> Client:
    """Somebody who has followed the link of the invitation."""
    client, invitation = browser(user, **options), Invitation.objects.get(email=INVITED)
    client.get(reverse("teams:invitation", args=[invitation.uuid, invitation.key()]))
    return client


def receiver(cast: Cast, **options: Any) -> Client:
    """Somebody who has followed a one-time link."""
    client = browser(**options)
    link = create_link(actor=cast.owner, token=cast.token, purpose="refresh", kind="compact")
    client.get(reverse("robots:handover", args=[link.handover.uuid, link.key.reveal()]))
    return client


def invited(cast: Cast, **options: Any) -> Client:
    """Somebody invited who has an account already."""
    user = User.objects.filter(email=INVITED).first() or UserFactory(email=INVITED)
    return newcomer(cast, user, **options)


@dataclass(frozen=True)
class Form:
    """One form, with a right answer.

    `fields` are all of its fields that take a text, `changes` what of existing rows it may change,
    `makes` and `ends` which rows come and go. `{robot}` and the like stand for what is there.
    """

    name: str
    right: dict[str, str]
    fields: tuple[str, ...] = ()
    changes: set[str] = field(default_factory=set)
    makes: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    sender: Sender = owner

    def __str__(self) -> str:
        return self.name if self.sender is owner else f"{self.name}-{self.sender.__name__}"

    def opened(self, cast: Cast, **options: Any) -> "Opened":
        """The form in the browser of whoever sends it."""
        client = self.sender(cast, **options)
        # Who sends it may have followed a link of their own.
        places = acme(cast) | {"handover": cast.token.handovers.latest("id").uuid}
        return Opened(self, client, address_of(self.name, places), known_in(cast, places))


@dataclass(frozen=True)
class Opened:
    """A form in a browser, and what is known to fill it in."""

    form: Form
    client: Client
    address: str
    known: dict[str, object]

    def named(self, field: str) -> str:
        """The name that the field has on this page."""
        return field.format(**self.known)

    def data(self, **changes: object) -> dict[str, Any]:
        """What a browser sends when all is well, with `changes`."""
        known = self.known | {"key": uuid4()}
        right = {self.named(key): value.format(**known) for key, value in self.form.right.items()}
        return right | {self.named(key): value for key, value in changes.items()}

    def send(self, **changes: object) -> Any:
        return self.client.post(self.address, self.data(**changes))


def known_in(cast: Cast, places: dict[str, object]) -> dict[str, object]:
    """What may stand in a form: acme's things by identifier, and those that are not yet where they go."""
    organization = cast.organization
    return places | {
        "project": cast.project.uuid,
        "secret": cast.secret,
        "person": cast.member.uuid,
        "outsider": cast.member.memberships.get(organization=organization).uuid,
        "narrowing": " ".join(it.seen for it in unused_permissions(cast.robot, set()).own),
        "nothing_hit": Effects().fingerprint,
    }
