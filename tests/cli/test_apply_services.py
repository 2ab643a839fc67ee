"""An organization's own services in its file; never the site's."""

import json

import pytest
import yaml

from console.models import Service
from console.permissions.vocabulary import CONTROL_PERMISSIONS, Permission
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.cli.conftest import As
from tests.cli.files import NOTHING, apply, diff, refused
from tests.cli.shells import Shell
from tests.conftest import Cast
from tests.factories import MembershipFactory, OrganizationFactory, RobotFactory

FULL = """\
services:
  - name: mirror
    host: mirror.example.com:5000
    description: "Copies. "
    personal_tokens: pull
    x5c: false
"""
PLAIN = "services: [{name: mirror, host: mirror.example.com}]"
WITHOUT = "services: []"


@pytest.fixture
def site_s(cast: Cast) -> Service:
    """One of the site that has the name of the organization's own."""
    return Service.objects.create(name="mirror", host="site.example.com", description="Shared.")


@pytest.fixture
def limited(as_: As, cast: Cast) -> Shell:
    """Somebody who may do all in Roster but change the organization."""
    rights = CONTROL_PERMISSIONS - {Permission.ORGANIZATION_UPDATE}
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, permissions=rights),
    )
    return as_(cast.member)


@pytest.fixture
def operator(as_: As, cast: Cast) -> Shell:
    """An owner who might change the services of the site as well."""
    MembershipFactory(organization=cast.organization, user=cast.operator, role="owner")
    return as_(cast.operator)


@pytest.fixture
def blind(as_: As, cast: Cast) -> Shell:
    """A robot that may do all in Roster but see the organization's settings, and so its services."""
    rights = CONTROL_PERMISSIONS - {Permission.ORGANIZATION_READ, Permission.ORGANIZATION_UPDATE}
    spec = GrantSpec(cast.organization, permissions=rights)
    robot = RobotFactory(organization=cast.organization)
    give(actor=cast.owner, holder=robot, spec=spec)
    return as_(robot)


def own() -> Service:
    return Service.objects.get(organization__slug="acme")


def test_it_is_made_and_applied_twice_nothing_changes(roster: Shell) -> None:
    assert diff(roster, FULL) == ["+ service mirror", "1 to create."]
    assert apply(roster, FULL).splitlines()[-1] == "service mirror created"
    made = own()
    assert (made.name, made.host, made.description) == (
        *("mirror", "mirror.example.com:5000"),
        "Copies.",
    )
    assert (made.kind, made.personal_tokens, made.uses_x5c) == ("registry", "pull", False)
    with events_written() as events:
        assert apply(roster, FULL) == NOTHING
    assert not events


def test_what_is_not_said_is_what_a_new_one_has(roster: Shell) -> None:
    apply(roster, PLAIN)
    assert (own().description, own().personal_tokens, own().uses_x5c) == ("", "none", True)


def test_changes_and_what_the_file_does_not_name_stays(roster: Shell) -> None:
    apply(roster, FULL)
    changed = (
        "services: [{name: mirror, host: '[2001:db8::1]:5000', personal_tokens: all, x5c: true}]"
    )
    assert diff(roster, changed) == [
        (
            '~ service mirror: host "mirror.example.com:5000" → "[2001:db8::1]:5000",'
            ' personal_tokens "pull" → "all", x5c false → true'
        ),
        "1 to change.",
    ]
    with events_written() as events:
        apply(roster, changed)
    assert [event.action for event in events] == ["service:updated"]
    assert (own().host, own().personal_tokens, own().uses_x5c) == (
        "[2001:db8::1]:5000",
        "all",
        True,
    )
    assert own().description == "Copies."
    assert apply(roster, "services: [{name: mirror}]") == NOTHING
    assert apply(roster, "teams: []") == NOTHING


def test_a_new_one_has_to_say_where_it_is(roster: Shell) -> None:
    ran = refused(roster, "services:\n  - {name: mirror}")
    assert ran.error == (
        "acme.yaml, line 2: services, entry 1: host is missing; say where clients reach it"
    )
    assert not Service.objects.filter(organization__slug="acme").exists()


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_an_export_makes_the_same_again(roster: Shell, cast: Cast, kind: str) -> None:
    more = "  - {name: plain, host: plain.example.com}\n"
    apply(roster, FULL + more)
    exported = roster.good("export", "--format", kind)
    full = yaml.safe_load(FULL)["services"][0] | {"description": "Copies."}
    plain = {"name": "plain", "host": "plain.example.com"}
    content = yaml.safe_load(exported)
    assert content["services"] == [full, plain]
    assert apply(roster, exported) == NOTHING
    fresh = OrganizationFactory(slug="fresh", name="Fresh")
    document = json.dumps({"organization": "fresh", "services": content["services"]})
    MembershipFactory(organization=fresh, user=cast.owner, role="owner")
    apply(roster, document, "--state", "fresh.json")
    assert Service.objects.filter(organization=fresh).count() == 2
    again = yaml.safe_load(roster.good("export", "-a", "fresh"))
    assert again["services"] == content["services"]


def test_an_export_has_the_section_only_where_there_are_some(
    roster: Shell, site_s: Service
) -> None:
    assert "services" not in yaml.safe_load(roster.good("export"))


def test_the_site_s_of_the_same_name_stays_as_it_is(operator: Shell, site_s: Service) -> None:
    """Also for an operator, who might change it."""
    there = Service.objects.filter(organization=None).values()
    before = list(there)
    assert diff(operator, FULL) == ["+ service mirror", "1 to create."]
    apply(operator, FULL)
    apply(operator, PLAIN)
    assert own().host == "mirror.example.com"
    assert yaml.safe_load(operator.good("export"))["services"] == [
        {
            "name": "mirror",
            "host": "mirror.example.com",
            "description": "Copies.",
            "personal_tokens": "pull",
            "x5c": False,
        }
    ]
    plan = diff(operator, WITHOUT, "--prune")
    assert plan == ["- service mirror", "1 to delete."]
    apply(operator, WITHOUT, "--prune")
    assert not Service.objects.filter(organization__slug="acme").exists()
    assert list(there.all()) == before


def test_the_registry_of_the_environment_is_in_no_file(roster: Shell) -> None:
    Service.objects.update_or_create(from_environment=True)
    assert "services" not in yaml.safe_load(roster.good("export"))
    assert diff(roster, WITHOUT, "--prune") == []
    assert Service.objects.filter(from_environment=True).exists()


def test_prune_deletes_what_it_made_and_nothing_else(roster: Shell) -> None:
    apply(roster, FULL)
    roster.good("service", "create", "hand", "--host", "hand.example.com")
    assert apply(roster, WITHOUT) == NOTHING
    assert diff(roster, WITHOUT, "--prune") == ["- service mirror", "1 to delete."]
    assert apply(roster, WITHOUT, "--prune").splitlines()[-1] == "service mirror deleted"
    assert own().name == "hand"
    assert apply(roster, WITHOUT, "--prune") == NOTHING


def test_what_was_made_again_by_somebody_is_not_pruned(roster: Shell) -> None:
    apply(roster, FULL)
    roster.good("service", "delete", "mirror", "--force")
    roster.good("service", "create", "mirror", "--host", "hand.example.com")
    assert apply(roster, WITHOUT, "--prune") == NOTHING
    assert own().host == "hand.example.com"


def test_services_count_among_what_an_organization_consists_of(roster: Shell) -> None:
    names = [f"{{name: s{number}, host: a}}" for number in range(9)]
    apply(roster, f"services: [{', '.join(names)}]")
    ran = refused(roster, WITHOUT, "--prune")
    assert ran.error.startswith("this would delete 9 of the 13 projects, repositories, roles,")
    assert Service.objects.filter(organization__slug="acme").count() == 9
    apply(roster, WITHOUT, "--prune", "--remove-most-of", "acme")
    assert not Service.objects.filter(organization__slug="acme").exists()


LATER = """
services: [{name: mirror, host: a}, {name: open, host: b, personal_tokens: all}]
robots: [{name: fleet}]
grants: [{robot: fleet, project: payments, role: project:admin}]
"""
OPENED = """
services:
  - {name: mirror, host: a, personal_tokens: pull}
  - {name: open, host: b, personal_tokens: none}
  - {name: new, host: c}
grants: [{robot: fleet, project: payments, role: project:guest}]
"""


def test_a_registry_opens_after_what_closes(roster: Shell) -> None:
    """None begins to ask, or to take people's own tokens, while more is granted than the file says."""
    apply(roster, LATER)
    assert [line.split(":")[0] for line in diff(roster, OPENED)][:-1] == [
        "~ service open",
        "~ grant to robot fleet on payments",
        "~ service mirror",
        "+ service new",
    ]
    apply(roster, OPENED)


def test_who_may_not_hears_what_is_missing(limited: Shell, roster: Shell) -> None:
    apply(roster, FULL)
    ran = refused(limited, "services: [{name: other, host: a}, {name: mirror, host: a}]")
    lines = [line.removeprefix("roster: error: ") for line in ran.err.splitlines()]
    assert lines[0].startswith("service mirror: ")
    assert lines[1].startswith("service other: ")
    assert all("organization:update" in line for line in lines[:2])
    assert lines[2] == "0 done, 2 refused, 0 not tried; mend that and run it again"
    assert own().host == "mirror.example.com:5000"


def test_who_may_not_delete_it_does_not_prune_it(limited: Shell, roster: Shell) -> None:
    apply(roster, FULL)
    kept = roster.home / "acme.state.json"
    ran = refused(limited, WITHOUT, "--prune", "--state", str(kept))
    assert "service mirror: " in ran.err
    assert "organization:update" in ran.err
    assert own().name == "mirror"


def test_who_may_not_see_them_applies_everything_else(blind: Shell) -> None:
    assert "organization:read" in blind("service", "list").error
    document = "teams: [{name: builders}]"
    assert diff(blind, document) == ["+ team builders", "1 to create."]
    assert apply(blind, document).splitlines()[-1] == "team builders created"
    assert apply(blind, document) == NOTHING


def test_who_may_not_see_them_is_refused_where_they_count(blind: Shell) -> None:
    for document, *more in ((PLAIN,), ("teams: [{name: builders}]", "--prune")):
        assert "organization:read" in refused(blind, document, *more).error
    assert "organization:read" in blind("export").error
    assert not Service.objects.filter(organization__slug="acme").exists()
