"""What the search of an organization finds in it, through the eyes of the viewer: a few of each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from console.http import Request
from console.models import Organization, Project, Repository, Service, Webhook
from console.organizations.queries import (
    organizations_matching,
    projects_matching,
    repositories_matching,
)
from console.pages.listing import query_of
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token
from robots.queries import search
from robots.queries.clues import IDENTIFIER
from robots.queries.filtering import order_of
from robots.queries.finding import visible_tokens
from robots.queries.roles import ShownRole
from robots.trusts.queries import trusts_visible_to
from teams.members.queries import people_of
from teams.models import Role, Team
from teams.teams.queries import teams_matching

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing to go to, with what tells it from others of its name."""

    name: str
    url: str
    icon: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    title: str
    hits: list[Hit]


def things_found(request: Request, text: str) -> list[Group]:
    """At most `SHOWN` of each kind that have `text` in their names: one question to each kind."""
    groups = [Group(title, _best_first(find(request, text), text)) for title, find in KINDS]
    return [group for group in groups if group.hits]


def organizations_found(request: Request, text: str) -> list[Group]:
    """Those that one is in, and one's own tokens; without a text the first organizations."""
    seen = Organization.objects.visible_to(request.user).order_by("name", "id")
    found = organizations_matching(seen, text)[:SHOWN]
    hits = [Hit(it.name, it.get_absolute_url(), "building-2", it.slug) for it in found]
    groups = [Group("Organizations", _best_first(hits, text))]
    if text:
        groups.append(Group("API tokens", _best_first(_own_tokens(request, text), text)))
    return [group for group in groups if group.hits]


def _own_tokens(request: Request, text: str) -> list[Hit]:
    own = Token.objects.living().filter(user=request.user)
    named = {"uuid": UUID(text)} if IDENTIFIER.fullmatch(text) else {"name__contains": text.lower()}
    found = own.filter(**named).order_by("name", "id")[:SHOWN]
    return [Hit(it.name, it.get_absolute_url(), "key-round", str(it.uuid)) for it in found]


def _best_first(hits: list[Hit], text: str) -> list[Hit]:
    """Those that are called so, that begin so, that have it in their names, and the rest."""
    wanted = text.casefold()

    def rank(hit: Hit) -> tuple[bool, bool, bool]:
        name = hit.name.casefold()
        return name != wanted, not name.startswith(wanted), wanted not in name

    return sorted(hits, key=rank)


def _robots(request: Request, text: str) -> list[Hit]:
    return [
        Hit(it.name, reverse("robots:robot", args=_where(request, it.uuid)), "bot", it.login_name)
        for it in _found_robots(request, text)
    ]


def _found_robots(request: Request, text: str) -> list[Robot]:
    """Those of that name first: among very many that have it in theirs, it would not be of the newest."""
    robots = Robot.objects.visible_to(request.viewer, request.organization)
    if IDENTIFIER.fullmatch(text):
        return list(robots.filter(uuid=UUID(text)))
    called = list(robots.filter(name=text.lower()).order_by("id")[:SHOWN])
    found = search.matching(robots, text).order_by(*order_of({"q": text}).by)
    others = found.exclude(pk__in=[it.pk for it in called])
    return [*called, *others[: SHOWN - len(called)]]


def _tokens(request: Request, text: str) -> list[Hit]:
    """By access ID, or by a part of the name."""
    seen = visible_tokens(request.viewer, request.organization).filter(by_trust=False)
    if IDENTIFIER.fullmatch(text):
        seen = seen.filter(uuid=UUID(text))
    else:
        seen = seen.filter(name__contains=text.lower())
    found = seen.select_related("robot__organization").order_by("name", "id")
    return [
        Hit(it.name, it.get_absolute_url(), "key-round", it.of_robot.login_name)
        for it in found[:SHOWN]
    ]


def _repositories(request: Request, text: str) -> list[Hit]:
    seen = Repository.objects.visible_to(request.viewer, request.organization)
    found = repositories_matching(seen, text).select_related("project__organization")
    return [
        Hit(it.name, it.get_absolute_url(), "package", str(it))
        for it in found.order_by("name", "id")[:SHOWN]
    ]


def _projects(request: Request, text: str) -> list[Hit]:
    seen = Project.objects.visible_to(request.viewer, request.organization)
    found = projects_matching(seen, text).select_related("organization").order_by("slug")
    return [Hit(it.name, it.get_absolute_url(), "folder", str(it)) for it in found[:SHOWN]]


def _teams(request: Request, text: str) -> list[Hit]:
    seen = Team.objects.visible_to(request.viewer, request.organization)
    found = teams_matching(seen, text).select_related("organization").order_by("name")
    return [Hit(it.name, it.get_absolute_url(), "users", it.description) for it in found[:SHOWN]]


def _people(request: Request, text: str) -> list[Hit]:
    """Each leads to their line in the list of people."""
    if request.viewer.projects_with(Permission.MEMBER_READ) is not None:
        return []
    listed = reverse("teams:member-list", args=[request.organization.slug])
    users = [person.user for person in people_of(request.organization, text)[:SHOWN]]
    return [
        Hit(it.display_name, listed + query_of({"q": it.email}), "user", it.email) for it in users
    ]


def _roles(request: Request, text: str) -> list[Hit]:
    """Built-in ones, for whoever sees roles anywhere, and custom ones."""
    organization, places = request.organization, request.viewer.projects_with(Permission.ROLE_READ)
    if places is not None and not places:
        return []
    builtin = [
        ShownRole(organization, builtin=it)
        for it in BUILTIN_ROLES.values()
        if it.scope is not Scope.REPOSITORY and text.casefold() in it.name
    ]
    seen = Role.objects.visible_to(request.viewer, organization).filter(name__has_text=text)
    found = seen.select_related("project").order_by("name", "id")[:SHOWN]
    shown = [*builtin, *(ShownRole(organization, custom=it) for it in found)]
    return [Hit(it.name, it.get_absolute_url(), "shield", it.description) for it in shown[:SHOWN]]


def _trusts(request: Request, text: str) -> list[Hit]:
    """By name, or by a part of the issuer's address."""
    seen = trusts_visible_to(request.viewer, request.organization)
    if IDENTIFIER.fullmatch(text):
        named = Q(token__uuid=UUID(text))
    else:
        named = Q(token__name__contains=text.lower()) | Q(issuer__contains=text.lower())
    found = seen.filter(named).order_by("token__name", "id")
    return [
        Hit(it.token.name, it.get_absolute_url(), "handshake", it.token.of_robot.login_name)
        for it in found[:SHOWN]
    ]


def _services(request: Request, text: str) -> list[Hit]:
    """The organization's own."""
    if request.viewer.projects_with(Permission.ORGANIZATION_READ) is not None:
        return []
    named = Q(name__has_text=text) | Q(description__has_text=text) | Q(host__contains=text.lower())
    found = Service.objects.of(request.organization).filter(named).order_by("name")
    return [
        Hit(it.name, it.get_absolute_url(), "blocks", it.get_kind_display()) for it in found[:SHOWN]
    ]


def _webhooks(request: Request, text: str) -> list[Hit]:
    if request.viewer.projects_with(Permission.ORGANIZATION_UPDATE) is not None:
        return []
    seen = Webhook.objects.filter(organization=request.organization, name__has_text=text)
    found = seen.select_related("organization").order_by("name")
    return [Hit(it.name, it.get_absolute_url(), "webhook") for it in found[:SHOWN]]


def _where(request: Request, uuid: UUID) -> list[object]:
    return [request.organization.slug, uuid]


KINDS: tuple[tuple[str, Callable[[Request, str], list[Hit]]], ...] = (
    ("Robot accounts", _robots),
    ("Tokens", _tokens),
    ("Trusts", _trusts),
    ("Projects", _projects),
    ("Repositories", _repositories),
    ("Teams", _teams),
    ("People", _people),
    ("Roles", _roles),
    ("Services", _services),
    ("Webhooks", _webhooks),
)
