"""`users`: everybody with an account, and what operators do to accounts, from the machine."""

import argparse
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db.models import QuerySet

from console.audit.recording import OPERATOR
from console.errors import Conflict
from console.health.findings import several
from console.management.operators import OperatorCommand
from console.models import Organization, Session
from teams.models import User
from teams.users.queries import people_of_site, sole_ownerships
from teams.users.services import demote_person, disable_person, enable_person, promote_person

HEADINGS = ("EMAIL", "NAME", "STATE", "OPERATOR", "ORGANIZATIONS", "LAST SIGN-IN")
READ_AT_ONCE = 500


class Command(OperatorCommand):
    """The services are those of the operator's pages; only who has the machine makes operators."""

    help = "List the people who have an account, disable and enable accounts, make operators."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True, metavar="WAY")
        self._add_list(ways.add_parser("list", help="who has an account"))
        for way, (words, _) in CHANGES.items():
            changing = ways.add_parser(way, help=words)
            changing.add_argument("email", help="the person's e-mail address")

    def _add_list(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--search", default="", metavar="TEXT", help="whose name or address contains it"
        )
        parser.add_argument("--organization", metavar="SLUG", help="who is in this organization")
        parser.add_argument("--operators", action="store_true", help="operators alone")
        states = parser.add_mutually_exclusive_group()
        states.add_argument("--disabled", action="store_true", help="disabled accounts alone")
        states.add_argument("--enabled", action="store_true", help="accounts that work alone")
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *_: Any, way: str, **options: Any) -> None:
        if way == "list":
            self._list(**options)
            return
        person = _found(options["email"])
        try:
            self.stdout.write(CHANGES[way][1](person))
        except Conflict as error:
            raise CommandError(str(error)) from error

    def _list(self, **options: Any) -> None:
        people = [_facts(person) for person in _asked(**options).iterator(READ_AT_ONCE)]
        if options["json"]:
            self.stdout.write(json.dumps(people, indent=2, ensure_ascii=False, default=str))
            return
        rows = [HEADINGS, *(_row(person) for person in people)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("   ".join(cells).rstrip())


def _found(email: str) -> User:
    address = email.strip().lower()
    person = User.objects.filter(email=address).first()
    if person is None:
        raise CommandError(f"{address} has no account")
    return person


def _asked(
    *,
    search: str,
    organization: str | None,
    operators: bool,
    disabled: bool,
    enabled: bool,
    **_: Any,
) -> QuerySet[User]:
    people = people_of_site(search.strip())
    if organization is not None:
        people = people.filter(memberships__organization=_organization(organization))
    if operators:
        people = people.filter(is_superuser=True)
    if disabled or enabled:
        people = people.filter(is_active=enabled)
    return people.order_by("email")


def _organization(slug: str) -> Organization:
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        raise CommandError(f"there is no organization {slug}")
    return organization


def _facts(person: Any) -> dict[str, Any]:  # noqa: ANN401 - with the annotated number
    signed_in: datetime | None = person.last_login
    return {
        "email": person.email,
        "name": person.name,
        "state": "enabled" if person.is_active else "disabled",
        "operator": person.is_superuser,
        "organizations": person.organizations,
        "last_sign_in": signed_in.isoformat() if signed_in else None,
        "uuid": str(person.uuid),
    }


def _row(person: dict[str, Any]) -> tuple[str, ...]:
    signed_in = person["last_sign_in"]
    return (
        person["email"],
        person["name"] or "-",
        person["state"],
        "yes" if person["operator"] else "no",
        f"{person['organizations']:,}",
        datetime.fromisoformat(signed_in).strftime("%Y-%m-%d %H:%M:%S") if signed_in else "never",
    )


def _disable(person: User) -> str:
    sessions = Session.objects.held_by(person.pk).going_on().count()
    alone = sole_ownerships(person)
    disable_person(actor=OPERATOR, person=person)
    words = (
        f"the account of {person.email} is disabled: {several(sessions, 'session', 'sessions')} ended,"
        " API tokens are refused, memberships stay"
    )
    return f"{words}. Nobody else owns {', '.join(alone)}" if alone else words


def _enable(person: User) -> str:
    enable_person(actor=OPERATOR, person=person)
    return f"the account of {person.email} works again"


def _promote(person: User) -> str:
    promoted = promote_person(actor=OPERATOR, person=person)
    return f"{person.email} is an operator" if promoted else f"{person.email} is one already"


def _demote(person: User) -> str:
    demoted = demote_person(actor=OPERATOR, person=person)
    return f"{person.email} is an operator no longer" if demoted else f"{person.email} is none"


Change = tuple[str, Callable[[User], str]]
CHANGES: dict[str, Change] = {
    "disable": ("let nobody in by an account; its memberships stay", _disable),
    "enable": ("let a disabled account work again", _enable),
    "promote": ("make somebody an operator of the installation", _promote),
    "demote": ("let an operator be one no longer", _demote),
}
