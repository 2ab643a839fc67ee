"""Teams, projects, repositories and permissions from a shell."""

import json

import pytest

from teams.models import Team, TeamGrant
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.conftest import Cast


def test_teams(roster: Shell) -> None:
    assert roster.good("team", "list") == "No teams found in acme\n"
    assert roster.good("team", "create", "builders", "--description", "Build.") == (
        "acme/builders created\n"
    )
    lines = roster.good("team", "list").splitlines()
    assert [line.split()[0] for line in lines] == ["NAME", "builders"]
    found = json.loads(roster.good("team", "get", "builders", "--format", "json"))
    assert (found["description"], found["secret"]) == ("Build.", False)
    assert lines[1].split()[1] == found["id"]
    ran = roster.at_terminal("team", "delete", "builders", answers="y\n", until=b"[y/n]: ")
    assert ran.out == (
        "Are you sure you want to delete this team? [y/n]: y\n"
        "Deleting team acme/builders. This cannot be undone.\n"
        "acme/builders deleted\n"
    )
    assert roster("team", "get", "builders").error == "could not find team builders in acme"


def test_team_members(roster: Shell) -> None:
    roster.good("team", "create", "builders")
    assert "No members" in roster.good("team", "member", "list", "builders")
    added = roster.good("team", "member", "add", "builders", "member@example.com")
    assert added == 'Added member@example.com to team "builders"\n'
    lines = roster.good("team", "member", "list", "builders").splitlines()
    assert lines[0].split() == ["EMAIL", "ID", "ROLE"]
    assert lines[1].split()[::2] == ["member@example.com", "member"]
    remove = ("team", "member", "remove", "builders", "member@example.com", "--force")
    assert roster.good(*remove) == 'Removed member@example.com from team "builders"\n'
    assert roster(*remove).error == "member@example.com is not in team builders of acme"
    assert roster("team", "member", "add", "builders", "nobody@example.com").code == 1


def test_projects(roster: Shell) -> None:
    assert roster.good("project", "create", "web", "--name", "The Web") == "acme/web created\n"
    lines = roster.good("project", "list").splitlines()
    assert lines[0].split("   ")[0] == "NAME"
    assert any(line.startswith("web ") and "The Web" in line for line in lines)
    assert json.loads(roster.good("project", "get", "web", "--format", "json"))["public"] is False
    assert roster.good("project", "delete", "web", "--force") == "acme/web deleted\n"
    assert roster("project", "get", "web").code == 1
    again = roster("project", "create", "web")
    assert again.code == 1
    assert roster.good("project", "create", "web", "--reuse") == "acme/web created\n"


def test_repositories(roster: Shell, cast: Cast) -> None:
    create = ("repository", "create", "payments/web/app", "--public")
    assert roster.good(*create) == "acme/payments/web/app created\n"
    lines = roster.good("repository", "list").splitlines()
    assert lines[0].split() == ["NAME", "ID", "PUBLIC", "CREATED"]
    assert {line.split()[0] for line in lines[1:]} == {"payments/api", "payments/web/app"}
    for name in ("payments/api", "acme/payments/api", str(cast.repository.uuid)):
        found = json.loads(roster.good("repository", "get", name, "--format", "json"))
        assert found["path"] == "acme/payments/api"
    assert roster.good("repository", "delete", "payments/web/app", "--force") == (
        "acme/payments/web/app deleted\n"
    )
    missing = roster("repository", "get", "payments/web/app").error
    assert missing == "could not find repository payments/web/app in acme"


def test_repository_permissions(roster: Shell) -> None:
    roster.good("team", "create", "builders")
    here = ("builders", "payments/api")
    assert roster.good("repository", "permission", "list", "builders") == (
        "No repository permissions found for team builders in account acme\n"
    )
    for level in ("read", "admin"):
        assert roster.good("repository", "permission", "grant", *here, level) == (
            f'Permission "{level}" granted to team "builders"'
            ' for repository "payments/api" in account "acme"\n'
        )
    lines = roster.good("repository", "permission", "list", "builders").splitlines()
    assert lines[0].split() == ["TEAM", "REPOSITORY", "PERMISSION", "CREATED"]
    assert [line.split()[:3] for line in lines[1:]] == [["builders", "payments/api", "admin"]]
    ran = roster.at_terminal(
        "repository", "permission", "revoke", *here, answers="y\n", until=b"[y/n]: "
    )
    about = 'team "builders" in repository "payments/api"'
    assert ran.out == (
        f"Are you sure you want to revoke the permission for {about}? [y/n]: y\n"
        f"Revoking repository permission for {about}\n"
        f"Repository permission for {about} revoked\n"
    )
    again = roster("repository", "permission", "revoke", *here, "--force")
    assert again.error == f"{about} has no permission of its own"


@pytest.mark.parametrize("level", ["view", "write", "read"])
def test_one_level_takes_the_place_of_several(roster: Shell, cast: Cast, level: str) -> None:
    roster.good("team", "create", "builders")
    team = Team.objects.get(name="builders")
    place = {"organization": cast.organization, "project": cast.project}
    for held in ("repository:read", "repository:write"):
        TeamGrant.objects.create(team=team, repository=cast.repository, role=held, **place)
    roster.good("repository", "permission", "grant", "builders", "payments/api", level)
    assert [grant.role for grant in team.grants.all()] == [f"repository:{level}"]


def test_an_address_and_fields_are_asked_together(roster: Shell) -> None:
    place = "organizations/{organization}/robots/?level=project"
    for more in (("--paginate",), ("-f", "limit=1"), ("--paginate", "-f", "sort=name")):
        answer = json.loads(roster.good("api", "GET", place, *more))
        rows = answer if isinstance(answer, list) else answer["results"]
        assert [row["name"] for row in rows] == ["ci"]
    both = roster("api", "GET", f"{place}&limit=1", "--paginate", "-f", "level=organization")
    assert "more than once" in both.error


def test_api(roster: Shell) -> None:
    made = roster.good("api", "POST", "organizations/{organization}/teams/", "-f", "name=builders")
    assert json.loads(made)["name"] == "builders"
    team = json.loads(made)["id"]
    place = f"/api/v1/organizations/acme/teams/{team}/"
    changed = roster.good("api", "PATCH", place, "-F", "secret=true", "--format", "yaml")
    assert "secret: true" in changed
    body = json.dumps({"description": "Builds."})
    assert "Builds." in roster.good("api", "patch", place, "--input", "-", typed=body)
    assert roster.good("api", "DELETE", place) == ""
    assert roster("api", "GET", place).code == 1
    rows = roster.good(
        "api", "GET", "organizations/{organization}/robots/", "--paginate", "-f", "limit=1"
    )
    assert len(json.loads(rows)) == 2
    assert roster("api", "POST", place, "--input", "-", typed="{").error.startswith("- is not JSON")
    missing = roster("api", "POST", place, "--input", "nowhere.json").error
    assert missing == "cannot read nowhere.json: No such file or directory"


def test_what_one_may_not_see(as_: As, cast: Cast) -> None:
    member = as_(cast.member)
    assert member.good("project", "list") == "No projects found in acme\n"
    ran = member("team", "create", "builders")
    assert "team:create" in ran.error
    assert ran.error.endswith("it takes team:create; Owner can give it")
