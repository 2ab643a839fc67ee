"""The left-hand menu shows what one can open, and nothing else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.grants.services import GrantSpec, give
from tests.browsers import browser, text
from tests.conftest import Cast

EVERYBODY = {"Overview", "Projects", "Repositories", "Users", "Teams", "Settings"}
OPENS = {
    "": EVERYBODY,
    "project:guest": EVERYBODY,
    "project:developer": EVERYBODY,
    "project:maintainer": EVERYBODY | {"Robots", "Tokens"},
    "project:admin": EVERYBODY | {"Robots", "Tokens", "Roles"},
    "organization:project-creator": EVERYBODY,
    "organization:viewer": EVERYBODY | {"Robots", "Tokens", "Roles", "Audit log"},
    "organization:owner": EVERYBODY | {"Robots", "Tokens", "Roles", "Audit log"},
}
PAGES = {
    "Robots": "robots/",
    "Tokens": "tokens/",
    "Roles": "roles/",
    "Audit log": "audit-log/",
    "Settings": "settings/",
    "Users": "users/",
    "Projects": "projects/",
    "Teams": "teams/",
}


@pytest.mark.parametrize("role", OPENS)
def test_the_menu_follows_what_one_holds(cast: Cast, role: str) -> None:
    if role:
        project = cast.project if role.startswith("project") else None
        spec = GrantSpec(cast.organization, project, role=role)
        give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    menu = (
        text(client.get("/o/acme/", follow=True))
        .partition('<ul class="nav">')[2]
        .partition("</ul>")[0]
    )
    assert set(re.findall(r"</svg>([^<]+?) ?</a>", menu)) == OPENS[role]
    for name in OPENS[role] & PAGES.keys():
        assert client.get(f"/o/acme/{PAGES[name]}").status_code == 200


def test_the_menu_costs_no_query(cast: Cast) -> None:
    counts = []
    for role in ("organization:viewer", "organization:owner"):
        spec = GrantSpec(cast.organization, role=role)
        give(actor=cast.owner, holder=cast.member, spec=spec)
        client = browser(cast.member)
        with CaptureQueriesContext(connection) as queries:
            client.get("/o/acme/help/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
