"""What a holder has at a place that the file names is what the file says, and nothing beside it."""

from datetime import datetime

import pytest
import yaml

from console.permissions.vocabulary import CONTROL_PERMISSIONS, Permission
from teams.grants.services import GrantSpec, give
from teams.models import TeamGrant
from tests.actors import events_written
from tests.cli.conftest import As
from tests.cli.files import NOTHING, apply, diff
from tests.cli.shells import Shell
from tests.conftest import Cast

FILE = """\
teams: [{{name: builders}}]
roles: [{{name: releaser, project: payments, permissions: [artifact:push]}}]
grants: [{{team: builders, {place}, {gives}}}]
"""
ON_API, ON_PROJECT = "repository: payments/api", "project: payments"
LESS = [
    (ON_API, "level: write", "level: read", 'level "write" → "read"'),
    (
        ON_PROJECT,
        "role: project:admin",
        "role: project:guest",
        'role "project:admin" → "project:guest"',
    ),
    (
        ON_PROJECT,
        "role: payments/releaser",
        "level: view",
        'role "payments/releaser" → level "view"',
    ),
    (
        ON_PROJECT,
        "permissions: [artifact:push, tag:create]",
        "permissions: [tag:create]",
        'permissions ["artifact:pull", "artifact:push", "tag:create"] → ["tag:create"]',
    ),
    (
        ON_API,
        "level: admin",
        "permissions: [tag:create]",
        'level "admin" → permissions ["tag:create"]',
    ),
    (
        ON_PROJECT,
        "level: admin",
        "role: payments/releaser",
        'level "admin" → role "payments/releaser"',
    ),
]


def file(place: str, gives: str) -> str:
    return FILE.format(place=place, gives=gives)


@pytest.mark.parametrize(("place", "before", "after", "shown"), LESS)
def test_what_is_lowered_in_the_file_is_lowered(
    roster: Shell, place: str, before: str, after: str, shown: str
) -> None:
    """In one change: at no moment is there more than before, nor nothing."""
    apply(roster, file(place, before))
    where = place.partition(": ")[2]
    name = f"grant to team builders on {where}"
    assert diff(roster, file(place, after)) == [f"~ {name}: {shown}", "1 to change."]
    with events_written() as events:
        assert f"{name} changed" in apply(roster, file(place, after), "--prune")
    assert [event.action for event in events] == ["grant:updated"]
    assert TeamGrant.objects.count() == 1
    assert apply(roster, file(place, after), "--prune") == NOTHING
    (exported,) = [
        grant
        for grant in yaml.safe_load(roster.good("export"))["grants"]
        if grant.get("team") == "builders"
    ]
    assert exported == {"team": "builders"} | yaml.safe_load(f"{{{place}, {after}}}")


def test_what_somebody_gave_by_hand_is_lowered_as_well(roster: Shell) -> None:
    roster.good("team", "create", "builders")
    roster.good("repository", "permission", "grant", "builders", "payments/api", "admin")
    assert diff(roster, file(ON_API, "level: read"))[1] == (
        '~ grant to team builders on payments/api (made by hand): level "admin" → "read"'
    )
    apply(roster, file(ON_API, "level: read"))
    assert TeamGrant.objects.get().role == "repository:read"
    assert apply(roster, file(ON_API, "level: read")) == NOTHING


def test_what_is_too_much_there_ends(roster: Shell) -> None:
    """Somebody gave a second grant at a place that the file speaks of."""
    document = file(ON_PROJECT, "role: project:guest")
    apply(roster, document)
    team = roster.good("team", "list", "--format", "json")
    body = {"team": yaml.safe_load(team)[0]["id"], "project": "payments", "role": "project:admin"}
    roster.good("api", "POST", "organizations/acme/grants/", *fields(body))
    assert diff(roster, document) == [
        "- grant project:admin to team builders on payments (made by hand)",
        "1 to delete.",
    ]
    apply(roster, document)
    assert TeamGrant.objects.get().role == "project:guest"
    assert apply(roster, document) == NOTHING


def fields(body: dict[str, str]) -> list[str]:
    return [word for key, value in body.items() for word in ("-f", f"{key}={value}")]


def test_of_two_that_give_the_same_none_is_left(roster: Shell, cast: Cast) -> None:
    """Push confers pull, said or not."""
    holder = cast.organization.teams.create(name="builders")
    for names in ({Permission.ARTIFACT_PUSH}, {Permission.ARTIFACT_PUSH, Permission.ARTIFACT_PULL}):
        spec = GrantSpec(cast.organization, cast.project, permissions=frozenset(names))
        give(actor=cast.owner, holder=holder, spec=spec)
    apply(roster, file(ON_PROJECT, "permissions: [artifact:push]"))
    assert TeamGrant.objects.count() == 2
    apply(roster, file(ON_PROJECT, "permissions: [artifact:pull]"))
    assert [sorted(one.permissions) for one in TeamGrant.objects.all()] == [["artifact:pull"]]


def test_a_level_below_another_one_is_in_no_file_and_left(roster: Shell, cast: Cast) -> None:
    holder = cast.organization.teams.create(name="builders")
    for level in ("repository:read", "repository:write"):
        spec = GrantSpec(cast.organization, cast.project, cast.repository, role=level)
        give(actor=cast.owner, holder=holder, spec=spec)
    exported = roster.good("export")
    assert apply(roster, exported) == NOTHING
    assert TeamGrant.objects.count() == 2
    apply(roster, exported.replace("level: write", "level: view"))
    assert [grant.role for grant in TeamGrant.objects.all()] == ["repository:view"]


def test_two_that_the_file_names_are_two(roster: Shell) -> None:
    document = file(ON_PROJECT, "role: project:guest").replace(
        "guest}]", "guest}, {team: builders, project: payments, role: payments/releaser}]"
    )
    apply(roster, document)
    assert TeamGrant.objects.count() == 2
    assert apply(roster, document) == NOTHING


def test_a_place_that_the_file_does_not_name_stays(roster: Shell) -> None:
    roster.good("team", "create", "builders")
    roster.good("repository", "permission", "grant", "builders", "payments/api", "admin")
    assert diff(roster, file(ON_PROJECT, "level: read"))[-1] == "2 to create."


def test_what_was_changed_is_still_pruned(roster: Shell) -> None:
    apply(roster, file(ON_API, "level: write"))
    apply(roster, file(ON_API, "level: read"))
    without = file(ON_API, "level: read").partition("grants")[0]
    assert "grant repository:read to team builders on payments/api deleted" in apply(
        roster, without, "--prune"
    )
    assert not TeamGrant.objects.exists()


def test_a_member_that_is_no_owner_any_longer(roster: Shell) -> None:
    team = "teams: [{name: builders, members: [{email: member@example.com%s}]}]"
    apply(roster, team % ", role: owner")
    assert diff(roster, team % "")[0].endswith('role "owner" → "member"')
    apply(roster, team % "")
    assert apply(roster, team % "") == NOTHING


def test_whoever_creates_a_project_has_there_what_the_file_says(as_: As, cast: Cast) -> None:
    """And not what the server gives to somebody who holds less."""
    rights = CONTROL_PERMISSIONS | {Permission.REPOSITORY_VIEW, Permission.ARTIFACT_PULL}
    spec = GrantSpec(cast.organization, permissions=rights)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    shell = as_(cast.member)
    grant = "grants: [{user: member@example.com, project: web, role: project:guest}]"
    document = f"projects: [{{slug: web}}]\n{grant}"
    apply(shell, document)
    assert [one.role for one in cast.member.grants.filter(project__slug="web")] == ["project:guest"]
    assert apply(shell, document) == NOTHING
    assert "project web deleted" in apply(shell, "teams: []", "--prune")


UNTIL = "level: read, expires_at: {end}"


def test_an_end_is_given_changed_and_exported(roster: Shell) -> None:
    late, later = "2098-05-06T07:08:09Z", "2099-05-06T07:08:09Z"
    apply(roster, file(ON_API, UNTIL.format(end=late)))
    assert TeamGrant.objects.get().expires_at == datetime.fromisoformat(late)
    exported = yaml.safe_load(roster.good("export"))["grants"]
    assert [it["expires_at"] for it in exported if it.get("team") == "builders"] == [late]
    assert apply(roster, file(ON_API, UNTIL.format(end=late))) == NOTHING
    # What the file does not name stays.
    assert apply(roster, file(ON_API, "level: read")) == NOTHING
    wanted = file(ON_API, UNTIL.format(end=later))
    [step, _] = diff(roster, wanted)
    assert step.endswith(f'payments/api: expires_at "{late}" → "{later}"')
    with events_written() as events:
        apply(roster, wanted)
    assert [event.action for event in events] == ["grant:expiry-changed"]
    assert diff(roster, file(ON_API, "level: write, expires_at: null"))[0].endswith(
        f'level "read" → "write", expires_at "{later}" → null'
    )
    apply(roster, file(ON_API, "level: write, expires_at: null"))
    assert TeamGrant.objects.get().expires_at is None


def test_what_ended_long_ago_is_not_given_again(roster: Shell) -> None:
    ended = file(ON_API, UNTIL.format(end="2001-05-06T07:08:09Z"))
    apply(roster, ended)
    assert not TeamGrant.objects.exists()
    assert apply(roster, ended) == NOTHING
