"""One organization with people and robots of every kind, and what is checked after each of their acts."""

from collections.abc import Callable
from random import Random
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.errors import Conflict
from console.models import Organization, Project, Repository
from robots.models import Robot, Token
from robots.tokens.services.minting import Minted
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from teams.models import Role, Team, User
from tests.rules.beginning import PLACES, first_world
from tests.rules.ledger import Moment, impossible_rows, miswritten, unlawful
from tests.rules.model import Holder, Place, World, is_in_force
from tests.rules.remembering import Remembering
from tests.rules.rows import GRANTS, write
from tests.snapshots import watched_writes

REFUSALS = (PermissionDenied, ValidationError, Conflict)
# What takes away happens less often, or there would soon be nothing to act on.
ENDS = ("delete", "end", "leave", "remove", "take", "withdraw")


def act(**choices: Callable[[Random, World], Any]) -> Callable[[Any], Any]:
    """Mark a method as something that may happen, and say how its arguments are chosen."""

    def mark(method: Any) -> Any:
        method.choices = choices
        return method

    return mark


class Acts:
    """Somebody does something to something, again and again; before and after are compared."""

    def __init__(self) -> None:
        counters.take()
        self.secrets = write(first_world()).secrets
        self.remembering = Remembering()
        self.remembering.otherwise(self.secrets.values(), PLACES)  # and what is made once is made
        self.now = Moment(PLACES)
        self.story: list[str] = []
        found = [it for name in dir(self) if hasattr(it := getattr(self, name), "choices")]
        self.acts = [it for it in found for _ in range(1 if it.__name__.startswith(ENDS) else 3)]

    def happen(self, seed: str) -> None:
        """One act. Its seed says what it is whatever came before, so that others can be left out."""
        chance = Random(seed)
        method = chance.choice(self.acts)
        chosen = {name: choose(chance, self.now.world) for name, choose in method.choices.items()}
        self.story.append(f"{method.__name__} {chosen}")
        method(**chosen)

    def check_the_log(self) -> None:
        for organization in Organization.objects.all():
            assert verify_chain(chain_of(organization)) == []

    def actor(self, holder: Holder) -> Any:
        """Who acts, by the way in that it has; `None` when that is closed."""
        kind, key = holder
        world = self.now.world
        if kind == "token":
            return self.credential(key)
        if kind == "robot":
            found = key in world.robots and is_in_force(world, holder)
            return find(Robot, login_name=key, deleted_at=None) if found else None
        return find(User, name=key)

    def credential(self, key: str) -> Credential | None:
        if key not in self.now.world.tokens:
            return None
        found = authenticate(None, self.secrets[key], Use("test"))
        assert isinstance(found, Credential) == is_in_force(self.now.world, ("token", key))
        return found if isinstance(found, Credential) else None

    def attempt(
        self,
        holder: Holder,
        call: Callable[[Any], Any],
        *,
        gives: bool = True,
        made: Place | None = None,
        also: tuple[Holder, ...] = (),
        events: int = 1,
    ) -> None:
        """Let `holder` make one call of a service and hold the rules against what came of it."""
        actor = self.actor(holder)
        if actor is None:
            return
        before = self.now
        with watched_writes() as written:
            try:
                refusal = self.refusal(call, actor)
            except Gone:
                return
        if not written:
            return
        self.now = Moment(PLACES)
        if refusal:
            same = (self.now.world, self.now.sizes) == (before.world, before.sizes)
            wrong = [] if same else [f"refused ({refusal}), and yet something was written"]
        else:
            wrong = unlawful(before, self.now, [holder, *also], gives=gives, made=made)
            wrong += miswritten(before, self.now, actor, events) + impossible_rows()
        wrong += self.remembering.otherwise(self.secrets.values(), PLACES)
        assert not wrong, f"by {holder}: {wrong}"

    def refusal(self, call: Callable[[Any], Any], actor: Any) -> str:
        """Why the service refuses; empty when it does not."""
        try:
            self.remember(call(actor))
        except REFUSALS as refusal:
            return f"{type(refusal).__name__}: {refusal}"
        return ""

    def remember(self, made_now: Any) -> None:
        if isinstance(made_now, Minted):
            token = made_now.token
            self.secrets[f"{token.of_robot.login_name}/{token.name}"] = made_now.plaintext.reveal()


class Gone(Exception):
    """Nothing of this name is there to act on."""


def find(model: Any, **names: Any) -> Any:
    found = model.objects.filter(**names).first()
    if found is None:
        raise Gone(f"{model.__name__} {names}")
    return found


def organization(place: Place) -> Organization:
    found: Organization = find(Organization, slug=place.organization)
    return found


def project(place: Place) -> Project | None:
    """`None` for a place that is a whole organization."""
    if not place.project:
        return None
    found: Project = find(Project, organization__slug=place.organization, slug=place.project)
    return found


def repository(place: Place) -> Repository | None:
    if not place.repository:
        return None
    found: Repository = find(
        Repository,
        project__organization__slug=place.organization,
        project__slug=place.project,
        name=place.repository,
    )
    return found


def named(kind: str, key: str) -> Any:
    """A team, person, robot or role by its key."""
    home, _, name = key.rpartition("/")
    if kind == "person":
        return find(User, name=key)
    if kind == "robot":
        return find(Robot, login_name=key, deleted_at=None)
    if kind == "team":
        return find(Team, organization__slug=home, name=name)
    where, _, project_slug = home.partition("/")
    own = {"project__slug": project_slug} if project_slug else {"project": None}
    return find(Role, organization__slug=where, name=name, **own)


def nth_grant(number: int) -> Any:
    grants = [grant for kind in GRANTS.values() for grant in kind.objects.order_by("id")]
    return nth(grants, number)


def nth_token(number: int) -> Token:
    found: Token = nth(list(Token.objects.living().order_by("id")), number)
    return found


def nth(rows: list[Any], number: int) -> Any:
    if not rows:
        raise Gone("none at all")
    return rows[number % len(rows)]
