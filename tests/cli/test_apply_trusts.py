"""Robots' trusts in an organization's file."""

import json

import pytest
import yaml

from console.permissions.vocabulary import CONTROL_PERMISSIONS, Permission
from robots.models import Robot, Trust
from robots.trusts.services import create_trust
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.cli.conftest import As
from tests.cli.files import NOTHING, apply, diff, refused
from tests.cli.shells import Shell
from tests.conftest import Cast
from tests.factories import MembershipFactory, OrganizationFactory, RobotFactory
from tests.fixtures import JOBS
from tests.robots.trusts.foreign import Issuer

FULL = """\
robots:
  - name: deploy
    trusts:
      - name: github
        preset: github
        conditions:
          repository_id: "74"
          environment: production
      - name: cluster
        issuer: https://cluster.example.com
        audience: roster
        conditions: {sub: "system:serviceaccount:ci:*"}
        lifetime: 450
        permissions: [artifact:push]
        expires_at: 2099-12-31T23:59:59.500+02:00
        disabled: true
"""
PLAIN = "robots: [{name: deploy, trusts: [{name: github, %s}]}]"
WITHOUT = "robots: [{name: deploy}]"


def github() -> Trust:
    return Trust.objects.living().with_robot().get(token__name="github")


def test_they_are_made_and_applied_twice_nothing_changes(roster: Shell) -> None:
    assert diff(roster, FULL) == [
        "+ trust deploy/github",
        "+ trust deploy/cluster",
        "2 to create.",
    ]
    assert apply(roster, FULL).splitlines()[-2:] == [
        "trust deploy/github created",
        "trust deploy/cluster created",
    ]
    made = Trust.objects.get(token__name="cluster")
    assert (made.issuer, made.audience, made.lifetime_seconds) == (
        *("https://cluster.example.com", "roster"),
        450,
    )
    assert (made.preset, made.token.narrowed_to) == ("other", ["artifact:pull", "artifact:push"])
    assert made.token.disabled_at
    assert github().issuer == "https://token.actions.githubusercontent.com"
    with events_written() as events:
        assert apply(roster, FULL) == NOTHING
    assert not events


def test_a_robot_comes_with_its_trusts(roster: Shell) -> None:
    document = (
        "robots: [{name: new, project: payments, trusts: [{name: jobs, preset: gitlab,"
        " conditions: {project_id: '20', ref_protected: 'true'}}]}]"
    )
    assert diff(roster, document)[:2] == [
        "+ robot payments/new",
        "+ trust payments/new/jobs",
    ]
    apply(roster, document)
    [made] = Trust.objects.living()
    assert str(made) == "acme/payments/new/jobs"


def test_changes_and_what_the_file_does_not_name_stays(roster: Shell) -> None:
    apply(roster, FULL)
    changed = PLAIN % "conditions: {repository_id: '75'}, lifetime: 1h, permissions: []"
    plan = diff(roster, changed)
    assert plan == [
        (
            '~ trust deploy/github: conditions {"repository_id": "74", "environment": "production"}'
            ' → {"repository_id": "75"}, lifetime "15m" → "60m", permissions null → []'
        ),
        "1 to change.",
    ]
    with events_written() as events:
        apply(roster, changed)
    assert [event.action for event in events] == ["trust:updated"]
    assert [str(it) for it in github().rules] == ["repository_id = 75"]
    assert (github().lifetime_seconds, github().token.permissions) == (3600, frozenset())
    for same in (WITHOUT, PLAIN % "disabled: false", "robots: []"):
        assert apply(roster, same) == NOTHING
    assert apply(roster, PLAIN % "permissions:") != NOTHING
    assert github().token.permissions is None


def test_what_lets_in_more_than_one_thinks_is_told(roster: Shell) -> None:
    document = PLAIN % "preset: github, conditions: {repository_id: '74'}"
    (roster.home / "acme.yaml").write_text(document)
    ran = roster("apply", "-f", "acme.yaml", "--yes")
    assert ran.code == 0
    assert ran.err.startswith("roster: warning: trust deploy/github: Every branch and every pull")


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_an_export_makes_the_same_again(roster: Shell, cast: Cast, kind: str) -> None:
    issuer = Issuer()
    create_trust(
        actor=cast.owner,
        robot=cast.robot,
        name="keys",
        **JOBS | {"keys": issuer.jwks, "permissions": frozenset()},
    )
    apply(roster, FULL)
    exported = roster.good("export", "--format", kind)
    assert apply(roster, exported) == NOTHING
    content = yaml.safe_load(exported)
    trusts = {robot["name"]: robot.get("trusts") for robot in content["robots"]}
    [cluster, told] = trusts["deploy"]
    assert told == {
        "name": "github",
        "preset": "github",
        "issuer": "https://token.actions.githubusercontent.com",
        "conditions": {"repository_id": "74", "environment": "production"},
        "lifetime": "15m",
    }
    assert (cluster["lifetime"], cluster["audience"]) == (450, "roster")
    assert [(one["keys"], one["permissions"]) for one in trusts["ci"]] == [(issuer.jwks, [])]


def test_an_export_makes_the_same_elsewhere(roster: Shell, cast: Cast) -> None:
    apply(roster, FULL)
    content = yaml.safe_load(roster.good("export"))
    fresh = OrganizationFactory(slug="fresh", name="Fresh")
    MembershipFactory(organization=fresh, user=cast.owner, role="owner")
    document = json.dumps({"organization": "fresh", "robots": [content["robots"][0]]})
    apply(roster, document, "--state", "fresh.json")
    again = yaml.safe_load(roster.good("export", "-a", "fresh"))
    assert again["robots"] == [content["robots"][0]]
    own = Robot.objects.get(organization=fresh)
    assert str(own.uuid) in Trust.objects.get(token__robot=own, token__name="github").audience


def test_prune_deletes_what_it_made_and_nothing_else(roster: Shell, cast: Cast) -> None:
    apply(roster, FULL)
    create_trust(actor=cast.owner, robot=cast.organization_robot, name="hand", **JOBS)
    assert apply(roster, WITHOUT) == NOTHING
    assert diff(roster, WITHOUT, "--prune") == [
        "- trust deploy/cluster",
        "- trust deploy/github",
        "2 to delete.",
    ]
    apply(roster, WITHOUT, "--prune")
    assert [trust.name for trust in Trust.objects.living()] == ["hand"]
    assert apply(roster, WITHOUT, "--prune") == NOTHING


def test_what_was_made_again_by_somebody_is_not_pruned(roster: Shell) -> None:
    apply(roster, FULL)
    roster.good("robot", "trust", "delete", "deploy", "github", "--force")
    said = ("--preset", "github", "--condition", "repository_id=7")
    roster.good("robot", "trust", "create", "deploy", "github", *said)
    assert diff(roster, WITHOUT, "--prune") == ["- trust deploy/cluster", "1 to delete."]


def test_a_robot_goes_with_its_trusts(roster: Shell, cast: Cast) -> None:
    conditions = "preset: github, conditions: {repository_id: '74'}"
    apply(roster, f"robots: [{{name: fleet, trusts: [{{name: github, {conditions}}}]}}]")
    assert diff(roster, "robots: []", "--prune") == [
        "- trust fleet/github",
        "- robot fleet",
        "2 to delete.",
    ]
    robot = Robot.objects.get(name="fleet")
    create_trust(actor=cast.owner, robot=robot, name="hand", **JOBS)
    ran = refused(roster, "robots: []", "--prune")
    assert "this would delete what somebody else made: trust fleet/hand" in ran.error
    apply(roster, "robots: []", "--prune", "--delete-unmanaged")
    assert not Trust.objects.living().exists()


LATER = """\
robots: [{name: deploy, trusts: [{name: open, preset: github, conditions: {repository_id: "7"}}]}]
grants: [{robot: deploy, project: payments, role: project:admin}]
"""
OPENED = """\
robots:
  - name: deploy
    trusts:
      - {name: open, conditions: {repository_id: "8"}}
      - {name: new, preset: github, conditions: {repository_id: "9"}}
grants: [{robot: deploy, project: payments, role: project:guest}]
"""


def test_it_opens_after_what_closes(roster: Shell) -> None:
    """Nobody else is let in while the robot still has more than the file says."""
    apply(roster, LATER)
    assert [line.split(":")[0] for line in diff(roster, OPENED)][:-1] == [
        "~ grant to robot deploy on payments",
        "~ trust deploy/open",
        "+ trust deploy/new",
    ]
    closing = LATER.replace('conditions: {repository_id: "7"}', "disabled: true")
    closing = closing.replace("admin", "guest")
    assert [line.split(":")[0] for line in diff(roster, closing)][:-1] == [
        "~ trust deploy/open",
        "~ grant to robot deploy on payments",
    ]


def test_what_is_refused_is_told_and_the_rest_is_done(roster: Shell) -> None:
    """Which claims name a workload only the server knows."""
    document = (
        "robots: [{name: deploy, trusts: [{name: a, preset: github, conditions: {ref: main}},"
        " {name: b, preset: github, conditions: {repository_id: '74'}}]}]"
    )
    ran = refused(roster, document)
    assert "trust deploy/a: conditions: Say which workload is let in" in ran.err
    assert ran.error == "1 done, 1 refused, 0 not tried; mend that and run it again"
    assert [trust.name for trust in Trust.objects.living()] == ["b"]


@pytest.fixture
def limited(as_: As, cast: Cast) -> Shell:
    """A robot that may do all in Roster but see trusts."""
    robot = RobotFactory(organization=cast.organization)
    rights = CONTROL_PERMISSIONS - {Permission.TRUST_READ}
    give(
        actor=cast.owner,
        holder=robot,
        spec=GrantSpec(cast.organization, permissions=rights),
    )
    return as_(robot)


def test_who_may_not_see_them_applies_everything_else(limited: Shell) -> None:
    document = "teams: [{name: builders}]"
    assert apply(limited, document).splitlines()[-1] == "team builders created"
    for more, *options in ((FULL,), (document, "--prune")):
        assert "trust:read" in refused(limited, more, *options).error
    assert "trust:read" in limited("export").error
    assert not Trust.objects.exists()
