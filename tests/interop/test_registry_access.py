"""Teams, roles, levels, projects and role accounts decide real pushes and pulls, on the next request."""

from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.interop.console import Console, Made
from tests.interop.images import Skopeo
from tests.interop.processes import Serving

PASSWORD = "a long enough phrase"
PUSH_AND_PULL = ["artifact:push", "artifact:pull"]


@pytest.fixture(scope="module")
def console(server: Serving) -> Console:
    """The owner of initech in a browser."""
    made = server.installation.do("organization", slug="initech", password=PASSWORD)
    return Console(server.installation.origin, "initech", made["owner"], PASSWORD)


@pytest.fixture(scope="module")
def payments(console: Console) -> str:
    """The UUID of the project initech/payments; there is initech/other beside it."""
    console.project("other")
    return console.project("payments")


@dataclass(frozen=True)
class Client:
    """A robot's skopeo."""

    skopeo: Skopeo
    image: Path
    made: Made

    def may(self, repository: str) -> str:
        """What works now in a repository, each with an access token of its own: "push pull"."""
        auth = self.skopeo.auth(self.made["login_name"], self.made["secret"])
        name = f"initech/{repository}"
        push = self._works(self.skopeo.push(self.image, name, auth))
        pull = self._works(self.skopeo.pull(name, auth))
        return " ".join(word for word, works in (("push", push), ("pull", pull)) if works)

    def _works(self, done: CompletedProcess[str]) -> bool:
        refused = "denied" in done.stderr or "unauthorized" in done.stderr
        assert done.returncode == 0 or refused, done.stderr
        return done.returncode == 0

    def logs_in(self) -> bool:
        return self.skopeo.login(self.made["login_name"], self.made["secret"]).returncode == 0


@pytest.fixture
def client(skopeo: Skopeo, image: Path) -> Any:
    """Makes a robot's client."""
    return lambda made: Client(skopeo, image, made)


def team_of(console: Console, name: str, robot: Made) -> str:
    team = console.make("teams/new/", name=name, visibility="visible")
    console.send(f"teams/{team}/robots/new/", robot=robot["uuid"])
    return team


def test_a_team_gives_while_the_robot_is_in_it(
    console: Console, payments: str, client: Any
) -> None:
    robot = console.robot("joiner")
    joiner = client(robot)
    team = console.make("teams/new/", name="joined", visibility="secret")
    console.send(f"teams/{team}/permissions/new/", what="write", place=f"project:{payments}")
    assert joiner.may("payments/joined") == ""
    console.send(f"teams/{team}/robots/new/", robot=robot["uuid"])
    assert joiner.may("payments/joined") == "push pull"
    assert joiner.may("other/joined") == ""
    console.send(f"teams/{team}/robots/{robot['uuid']}/removal/")
    assert joiner.may("payments/joined") == ""
    assert joiner.logs_in()


def test_a_level_that_is_lowered_in_the_matrix_takes_the_push_alone(
    console: Console, payments: str, client: Any
) -> None:
    robot = console.robot("lowered")
    team = team_of(console, "lowered", robot)
    repository = console.make("projects/payments/repositories/new/", name="lowered")

    def change(seen: str, wanted: str) -> None:
        fields = {f"seen-team-{team}": seen, f"level-team-{team}": wanted}
        console.send(f"repositories/{repository}/permissions/", **fields)

    found = []
    for seen, wanted in (("", "write"), ("write", "read"), ("read", "view"), ("view", "")):
        change(seen, wanted)
        found.append(client(robot).may("payments/lowered"))
    assert found == ["push pull", "pull", "", ""]


def role_of_team(console: Console, name: str, robot: Made) -> str:
    """A custom role that pushes and pulls, given to the robot's team in payments."""
    role = console.make("roles/new/", name=name, level="organization", permissions=PUSH_AND_PULL)
    team = team_of(console, name, robot)
    console.send("projects/payments/members/new/", holder=f"team-{team}", role=f"custom:{role}")
    return role


def test_a_role_that_is_edited_decides_anew(console: Console, payments: str, client: Any) -> None:
    robot = console.robot("edited")
    role = role_of_team(console, "edited", robot)
    assert client(robot).may("payments/edited") == "push pull"
    console.send(f"roles/{role}/settings/", permissions=["artifact:pull"])
    assert client(robot).may("payments/edited") == "pull"
    console.send(f"roles/{role}/settings/", permissions=["tag:create"])
    assert client(robot).may("payments/edited") == ""


def test_a_role_that_is_deleted_gives_nothing(console: Console, payments: str, client: Any) -> None:
    robot = console.robot("bereft")
    role = role_of_team(console, "bereft", robot)
    assert client(robot).may("payments/bereft") == "push pull"
    console.confirm()
    console.send(f"roles/{role}/deletion/", name="bereft")
    assert client(robot).may("payments/bereft") == ""
    assert client(robot).logs_in()


def test_a_role_account_pushes_in_its_project_and_nowhere_else(
    console: Console, payments: str, client: Any
) -> None:
    role = console.make(
        "roles/new/",
        name="pusher",
        level="project",
        project=payments,
        project_permissions=PUSH_AND_PULL,
    )
    account = client(console.token(f"roles/{role}/tokens/new/"))
    assert account.made["login_name"] == "robot_initech.payments+role.pusher"
    assert account.may("payments/pushed") == "push pull"
    assert account.may("other/pushed") == ""
    console.send(f"roles/{role}/settings/", permissions=["artifact:pull"])
    assert account.may("payments/pushed") == "pull"
    console.confirm()
    console.send(f"roles/{role}/deletion/", name="pusher")
    assert account.may("payments/pushed") == ""
    assert not account.logs_in()


def test_a_project_made_again_under_its_name_takes_nothing_of_the_old_one(
    console: Console, client: Any
) -> None:
    first = console.project("again")
    place = {"level": "project", "project": first, "permissions": PUSH_AND_PULL}
    own = client(console.robot("own", **place))
    row = f"access-{first}"
    reach = {f"{row}-choice": "ticked", f"{row}-permissions": PUSH_AND_PULL}
    outer = client(console.robot("outer", **reach))
    assert [own.may("again/app"), outer.may("again/app")] == ["push pull", "push pull"]
    console.confirm()
    console.send("projects/again/deletion/", name="again")
    second = console.project("again", reuse="confirmed")
    assert second != first
    assert not own.logs_in()
    assert outer.logs_in()
    assert [own.may("again/app"), outer.may("again/app")] == ["", ""]
    renewed = client(console.robot("own", **place | {"project": second}))
    assert renewed.made["login_name"] == own.made["login_name"]
    assert renewed.may("again/app") == "push pull"
    assert not own.logs_in()


def test_a_project_robot_is_refused_elsewhere_whatever_the_rows_say(
    console: Console, payments: str, client: Any, server: Serving
) -> None:
    inside = {"level": "project", "project": payments, "permissions": PUSH_AND_PULL}
    robot = console.robot("inside", **inside)
    server.installation.do("give_beyond", robot=robot["uuid"], project="other")
    assert client(robot).may("payments/inside") == "push pull"
    assert client(robot).may("other/inside") == ""
