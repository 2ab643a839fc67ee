"""The operator's pages of people: the list, one person, and what can be done to the account."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.health.findings import several
from console.http import Request
from console.models import Session
from console.pages.actions import Action
from console.pages.confirmation import Consequence, confirm
from console.pages.htmx import page_or_part
from console.pages.reading import read_search
from console.pages.site import operators_only, site_frame
from console.paging import Order, capped_count, count_words, page_of
from console.reauthentication import fresh_sign_in
from teams.models import User
from teams.users.queries import people_of_site, sole_ownerships
from teams.users.services import disable_person, enable_person, end_sessions, send_password_link

BY_ADDRESS = Order("email", unique=True)
SHOWN = 20


@require_GET
@operators_only
def person_list(request: Request) -> HttpResponse:
    """Everybody who has an account."""
    reading = read_search(request)
    page = page_of(people_of_site(reading.text), BY_ADDRESS, reading, ("person", "people"))
    context = site_frame("people") | {"page": page, "q": reading.text}
    return page_or_part(request, "teams/users/person_list.html", "person-table", context)


@require_GET
@operators_only
def person(request: Request, person: UUID) -> HttpResponse:
    """What is known of the account, and what can be done."""
    found = _find(person)
    memberships = found.memberships.select_related("organization").order_by("organization__name")
    context = _frame(found) | {
        "memberships": memberships[:SHOWN],
        "more": max(0, memberships.count() - SHOWN),
        "sessions": _sessions(found),
        "tokens": count_words(capped_count(found.tokens.living())),
        "actions": [] if found == request.user else _actions(found),
        "may_disable": found.is_active and found != request.user,
    }
    return render(request, "teams/users/person.html", context)


def _sessions(person: User) -> int:
    """In how many browsers somebody is signed in."""
    return Session.objects.held_by(person.pk).going_on().count()


def _find(person: UUID) -> User:
    return get_object_or_404(User, uuid=person)


def _frame(found: User, *items: str) -> dict[str, Any]:
    """What is around a page about a person, and the way to it."""
    own = _address("person", found)
    way = [("People", reverse("teams:person-list")), (found.display_name, own if items else "")]
    breadcrumb = [*way, *((item, "") for item in items)]
    return site_frame("people") | {"person": found, "back": own, "breadcrumb": breadcrumb}


def _address(name: str, found: User) -> str:
    return reverse(f"teams:{name}", args=[found.uuid])


def _actions(found: User) -> list[Action]:
    if not found.is_active:
        return [Action("Enable Account", _address("person-enable", found), "user-check")]
    sent = [Action("Send Password Link", _address("person-link", found), "mail")]
    return [
        *(sent if settings.ROSTER_SENDS_MAIL else []),
        Action("Sign Out Everywhere", _address("person-sessions", found), "log-out"),
    ]


@require_http_methods(["GET", "POST"])
@operators_only
@fresh_sign_in
def person_disable(request: Request, person: UUID) -> HttpResponse:
    """Says what ends and what stays."""
    found = _find(person)
    context = _frame(found, "Disable") | {
        "sessions": several(_sessions(found), "session", "sessions"),
        "tokens": count_words(capped_count(found.tokens.living())),
        "alone": sole_ownerships(found),
    }
    consequence = Consequence(
        lambda: disable_person(actor=request.user, person=found),
        f"The account of {found.display_name} is disabled.",
        _address("person", found),
    )
    return confirm(request, "teams/users/person_disable.html", context, consequence)


@require_http_methods(["GET", "POST"])
@operators_only
@fresh_sign_in
def person_enable(request: Request, person: UUID) -> HttpResponse:
    found = _find(person)
    consequence = Consequence(
        lambda: enable_person(actor=request.user, person=found),
        f"The account of {found.display_name} works again.",
        _address("person", found),
    )
    tokens = count_words(capped_count(found.tokens.living()))
    context = _frame(found, "Enable") | {"tokens": tokens}
    return confirm(request, "teams/users/person_enable.html", context, consequence)


@require_http_methods(["GET", "POST"])
@operators_only
@fresh_sign_in
def person_sessions(request: Request, person: UUID) -> HttpResponse:
    found = _find(person)
    number = several(_sessions(found), "session", "sessions")
    consequence = Consequence(
        lambda: end_sessions(actor=request.user, person=found),
        f"{found.display_name} is signed out everywhere.",
        _address("person", found),
    )
    context = _frame(found, "Sign out everywhere") | {"sessions": number}
    return confirm(request, "teams/users/person_sessions.html", context, consequence)


@require_http_methods(["GET", "POST"])
@operators_only
@fresh_sign_in
def person_link(request: Request, person: UUID) -> HttpResponse:
    found = _find(person)
    consequence = Consequence(
        lambda: send_password_link(actor=request.user, person=found),
        f"A link to set a new password goes to {found.email}.",
        _address("person", found),
    )
    context = _frame(found, "Send password link")
    return confirm(request, "teams/users/person_link.html", context, consequence)
