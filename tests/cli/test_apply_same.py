"""What says the same is the same: nothing differs for ever, and an export makes the same again."""

import json
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from roster import shapes
from roster.manifest import kinds, values

from console.hosts import is_place
from console.models import Organization, Service
from console.names import MAX_NAME, MAX_TEXT
from console.permissions.roles import BUILTIN_ROLES
from console.permissions.vocabulary import CONTROL_PERMISSIONS, IMPLIED, Permission
from robots.base.periods import MAX_DAYS
from robots.models.labels import MAX_LABELS, MAX_VALUE
from teams.grants.services import GrantSpec, give
from teams.models import Membership
from tests.actors import events_written
from tests.cli.conftest import As
from tests.cli.files import NOTHING, apply
from tests.cli.shells import Shell
from tests.conftest import Cast
from tests.factories import OrganizationFactory

FILE = """\
projects: [{slug: web, name: " The Web ", description: "Pages. "}]
roles: [{name: releaser, project: web, description: " ", permissions: [artifact:push]}]
teams:
  - name: builders
    description: |
      Build.

      All of it.
    members: [{email: Member@Example.com}]
robots:
  - name: fleet
    description: |
      Rolls out.
    purpose: >
      Rollouts
    responsible: OWNER@example.com
    labels: {zone: " eu ", env: prod}
    expires_at: 2099-12-31T23:59:59.500+02:00
    addresses: ["2001:DB8::/32", "192.0.2.7/32, 10.0.0.0/8", 10.0.0.0/8, "::ffff:10.1.0.0/112"]
  - {name: plain, project:, expires_at: ~}
grants:
  - {team: builders, project: web, permissions: [tag:create, artifact:push, tag:create]}
  - {user: MEMBER@example.com, project: web, role: project:guest}
"""


def test_what_the_server_keeps_otherwise_does_not_differ(roster: Shell) -> None:
    apply(roster, FILE)
    with events_written() as events:
        assert apply(roster, FILE) == NOTHING
    assert not events


def test_what_differs_in_nothing_that_is_kept_changes_nothing(roster: Shell) -> None:
    apply(roster, FILE)
    content = yaml.safe_load(roster.good("export"))
    fleet = next(robot for robot in content["robots"] if robot["name"] == "fleet")
    fleet["description"] += " \n"
    fleet["addresses"].reverse()
    fleet["expires_at"] = "2100-01-01T01:59:59.5+04:00"
    with events_written() as events:
        assert apply(roster, yaml.safe_dump(content)) == NOTHING
    assert not events


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_an_export_makes_the_same_in_a_fresh_organization(
    roster: Shell, cast: Cast, kind: str
) -> None:
    """Also what is private in a public project, and what is disabled."""
    more = FILE.replace('"Pages. "', '"Pages. ", public: true') + (
        "repositories: [{path: web/hidden, public: false}, {path: web/shown}]\n"
    )
    apply(roster, more.replace("{name: plain,", "{name: plain, disabled: true,"))
    check_round_trip(roster, cast.organization, kind)


def test_the_demonstration_makes_the_same_in_a_fresh_organization(as_: As, cast: Cast) -> None:
    call_command("demo", "--organization", "demo", stdout=StringIO())
    check_round_trip(as_(cast.operator), Organization.objects.get(slug="demo"), "yaml")


def check_round_trip(shell: Shell, organization: Organization, kind: str) -> None:
    fresh = OrganizationFactory(slug="fresh", name="Fresh")
    for membership in Membership.objects.filter(organization=organization):
        Membership.objects.create(organization=fresh, user=membership.user, role=membership.role)
    content = export(shell, organization.slug, kind)
    content["organization"] = "fresh"
    text = json.dumps(content) if kind == "json" else yaml.safe_dump(content)
    (shell.home / "fresh.yaml").write_text(text)
    shell.good("apply", "-f", "fresh.yaml", "--yes")
    assert shell.good("diff", "-f", "fresh.yaml", "--prune") == "Nothing to change in fresh\n"
    assert export(shell, "fresh", kind) == content


def export(shell: Shell, slug: str, kind: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(
        shell.good("export", "-a", slug, "--format", "json" if kind == "json" else "default")
    )
    return found


def test_an_export_says_what_it_leaves_out(roster: Shell, as_: As, cast: Cast) -> None:
    """Grants of a team that is secret from who exports."""
    apply(
        roster,
        "teams: [{name: quiet, secret: true}]\ngrants: [{team: quiet, project: payments, level: read}]",
    )
    rights = CONTROL_PERMISSIONS - {Permission.TEAM_READ} | {Permission.REPOSITORY_VIEW}
    spec = GrantSpec(cast.organization, permissions=rights)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    ran = as_(cast.member)("export")
    assert ran.err == (
        "roster: warning: left out are grants of teams or roles that you may not see: 1\n"
    )
    roster.good("create", "token", "--system", "--role", "viewer", "watch")
    assert not roster("export").err


def test_the_command_knows_the_rules_of_the_server() -> None:
    assert {str(one): str(other) for one, other in IMPLIED.items()} == values.IMPLIED
    assert {name for _, name in BUILTIN_ROLES} | {"new"} == set(kinds.BUILT_IN)
    assert (MAX_TEXT, MAX_VALUE, MAX_LABELS) == (
        values.LONGEST_TEXT,
        values.LONGEST_VALUE,
        values.MAX_LABELS,
    )
    assert MAX_DAYS == values.MAX_DAYS
    assert values.name(MAX_NAME)("a" * MAX_NAME)
    assert tuple(Service.PersonalTokens) == shapes.PERSONAL_TOKENS


@pytest.mark.parametrize(
    "word",
    [
        *(
            "a",
            "a.example.com",
            "A-b.c:5000",
            "127.0.0.1",
            "10.0.0.1:443",
            "[::1]",
            "[2001:db8::1]:5000",
        ),
        *(
            "",
            "a:",
            "a:0",
            "a:65535",
            "a:65536",
            "a:123456",
            "a b",
            "a/b",
            "https://a",
            "-a",
            "a-",
            "a..b",
        ),
        *(
            "1.2.3",
            "1.2.3.4.5",
            "::1",
            "[1.2.3.4]",
            "[[::1]",
            "[::1",
            "[]",
            "[fe80::1%eth0]",
            "ä.example",
        ),
        *("a" * 63, "a" * 64, ".".join(["a" * 63] * 3), ".".join(["a" * 63] * 4)),
    ],
)
def test_the_command_knows_a_host_as_the_server_does(word: str) -> None:
    try:
        known = values.host(word) == word
    except values.Wrong:
        known = False
    assert known == is_place(word)
