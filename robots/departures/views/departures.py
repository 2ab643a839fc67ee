"""What somebody leaves behind: secrets to rotate, and what nobody is in charge of any more."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET

from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read, read_search
from console.paging import page_of, page_of_gathered
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.accounts.forms.bulk import MOST
from robots.accounts.views.ticked import Back, Kind, of_ticked
from robots.departures.queries import (
    TURN,
    Leaver,
    Seen,
    find_leaver,
    leavers,
    tokens_of_leaver,
    tokens_to_rotate,
    uuids_to_rotate,
    with_what_follows,
)
from robots.models import Token
from robots.tokens.views.links import VERB, hand_over
from robots.tokens.views.ticked import GET_AND_POST, TOKENS
from teams.members.alone import Alone, held_alone, nobodys
from teams.members.views.frame import users_crumbs, users_page

SHOWN = 50
TOKENS_NOUN, PEOPLE_NOUN = ("token", "tokens"), ("person", "people")


@require_GET
@in_organization("users")
def departure_list(request: Request, organization: Organization) -> HttpResponse:
    """Who has left, the latest first, with how much is still to do."""
    require(request.viewer, Permission.MEMBER_DELETE, organization)
    reading = read_search(request)
    text = reading.text.lower()
    people = [each for each in leavers(organization) if text in f"{each.name} {each.email}".lower()]
    page = page_of_gathered(people, _latest_first, reading, PEOPLE_NOUN)
    to_do = tokens_to_rotate(request, [each.uuid for each in page.rows])
    context = users_page(request, "People who left") | {
        "page": page,
        "q": reading.text,
        "rows": [(each, to_do.get(each.uuid, 0), _address(request, each)) for each in page.rows],
    }
    return page_or_part(
        request, "robots/departures/departure_list.html", "departure-table", context
    )


def _latest_first(leaver: Leaver) -> str:
    """A key that is smaller the later somebody left; whoever left before that was kept comes last."""
    left = leaver.left_at.timestamp() if leaver.left_at else 0
    return f"{10**12 - left:020.6f} {leaver.uuid}"


def _address(request: Request, leaver: Leaver) -> str:
    return reverse("robots:departure", args=[request.organization.slug, leaver.uuid])


@require_GET
@in_organization("users")
def departure(request: Request, organization: Organization, person: UUID) -> HttpResponse:
    """All that one person leaves behind; of a member, all that they would."""
    require(request.viewer, Permission.MEMBER_DELETE, organization)
    leaver = find_leaver(organization, person)
    tokens = tokens_of_leaver(request, leaver)
    page = page_of(with_what_follows(tokens), TURN, read(request), TOKENS_NOUN)
    waiting = uuids_to_rotate(tokens)
    context = {
        "leaver": leaver,
        "page": page,
        "rows": [_seen(request, leaver, token) for token in page.rows],
        "to_rotate": waiting[:MOST],
        "to_rotate_count": len(waiting),
        "alone": _shown(_alone(organization, leaver)),
        "can_rotate": _may_rotate(request),
        "breadcrumb": users_crumbs(organization, _listed(organization), leaver.name),
    }
    return render(request, "robots/departures/departure.html", context)


def _listed(organization: Organization) -> tuple[str, str]:
    return "People who left", reverse("robots:departure-list", args=[organization.slug])


def _may_rotate(request: Request) -> bool:
    """Whether the viewer may make new secrets anywhere in the organization."""
    return request.viewer.projects_with(Permission.TOKEN_ROTATE) != set()


def _seen(request: Request, leaver: Leaver, token: Any) -> Seen:  # noqa: ANN401 - of `with_what_follows`
    theirs = [secret for secret in token.live if secret.seen_by == leaver.uuid]
    may = token.is_open and allows(request.viewer, Permission.TOKEN_ROTATE, token)
    return Seen(
        token,
        next(iter(theirs), None),
        token.is_open,
        next(iter(token.waiting), None),
        token.address("token-rotate") if may else "",
    )


def _alone(organization: Organization, leaver: Leaver) -> Alone:
    if leaver.membership:
        return held_alone(leaver.membership)
    left = leaver.departure.left_alone if leaver.departure else {}
    return nobodys(organization).only(left)


def _shown(alone: Alone) -> list[tuple[str, list[Any], int]]:
    """The first of each kind that there is, and how many more."""
    words = {"teams": "Teams", "projects": "Projects", "robots": "Robot accounts"}
    kinds = [(words[kind], *_first(rows)) for kind, rows in alone.kinds()]
    return [each for each in kinds if each[1]]


def _first(rows: QuerySet[Any]) -> tuple[list[Any], int]:
    first = list(rows[:SHOWN])
    return first, rows.count() - SHOWN if len(first) == SHOWN else 0


@never_cache
@sensitive_variables()
@GET_AND_POST
@in_organization("users")
def departure_rotate(request: Request, organization: Organization, person: UUID) -> HttpResponse:
    """New secrets of tokens whose secrets they saw, by one-time links."""
    require(request.viewer, Permission.MEMBER_DELETE, organization)
    leaver = find_leaver(organization, person)
    return of_ticked(request, organization, _kind(request, leaver), VERB, hand_over)


def _kind(request: Request, leaver: Leaver) -> Kind[Token]:
    back = Back(_address(request, leaver))
    return Kind(
        name="token",
        noun="token",
        heading="Token",
        listed=leaver.name,
        list_name="robots:departure-list",
        warning="",
        find=partial(_find, leaver),
        again=TOKENS.again,
        line=TOKENS.line,
        back=lambda *_: back,
    )


def _find(leaver: Leaver, request: Request, _: Organization, ticked: Iterable[UUID]) -> list[Token]:
    tokens = tokens_of_leaver(request, leaver).filter(uuid__in=list(ticked))
    return list(with_what_follows(tokens).order_by("name", "id"))
