"""`roster robot token` against Roster itself: the secrets that it writes work."""

import json
import re

import pytest
from pytest_django.live_server_helper import LiveServer

from robots.models import Robot, Token
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.cli.standins import LosesAnswers, standing_in
from tests.conftest import Cast


def works(roster: Shell, secret: str) -> bool:
    """Whether Roster takes the secret."""
    return roster("api", "GET", "me/", ROSTER_TOKEN=secret).code == 0


def made(roster: Shell, name: str = "t.json") -> dict[str, str]:
    found: dict[str, str] = json.loads((roster.home / name).read_text())
    return found


def test_create(roster: Shell) -> None:
    shown = roster.good("robot", "token", "create", "deploy", "my-token", "--output", "t.json")
    assert shown == "acme/deploy/my-token created\n"
    file = made(roster)
    token = Token.objects.get(name="my-token")
    assert set(file) == {"accessId", "token"}
    assert file["accessId"] == str(token.uuid)
    assert token.secrets.get().handed_over_at
    assert works(roster, file["token"])
    me = roster.good("api", "GET", "me/", ROSTER_TOKEN=file["token"])
    assert json.loads(me)["login_name"] == "robot_acme+deploy"


def test_kind_and_end(roster: Shell) -> None:
    create = ("robot", "token", "create", "deploy")
    roster.good(*create, "short", "-o", "t.json", "--kind", "compact", "--expires-in", "90d")
    assert made(roster)["token"].startswith("rbt_")
    assert Token.objects.get(name="short").expires_at
    roster.good(*create, "hours", "-o", "-", "--expires-in", "12h")
    assert Token.objects.get(name="hours").expires_at
    roster.good(*create, "endless", "-o", "-", "--expires-in", "never")
    assert Token.objects.get(name="endless").expires_at is None


def test_an_own_secret_is_typed_twice(roster: Shell) -> None:
    secret = "Correct-horse-9-battery"
    create = ("robot", "token", "create", "deploy", "own", "-o", "t.json", "--kind", "own")
    differs = roster.at_terminal(*create, answers=f"{secret}\nother\n", until=b": ")
    assert differs.out.endswith("roster: error: the two secrets differ\n")
    assert not (roster.home / "t.json").exists()
    ran = roster.at_terminal(*create, answers=f"{secret}\n{secret}\n", until=b": ")
    assert ran.code == 0
    assert secret not in ran.out
    assert made(roster)["token"] == secret
    assert roster(*create).error == "refusing to prompt in non-interactive terminal"


def test_a_taken_name_leaves_no_file(roster: Shell) -> None:
    ran = roster("robot", "token", "create", "ci", "nightly", "-o", "t.json")
    assert ran.code == 1
    assert not (roster.home / "t.json").exists()


def test_list(roster: Shell, cast: Cast) -> None:
    lines = roster.good("robot", "token", "list", "ci").splitlines()
    assert lines[0].split() == ["NAME", "ID", "CREATED"]
    assert lines[1].split()[:2] == ["nightly", str(cast.token.uuid)]
    assert re.fullmatch(r"\d+s", lines[1].split()[2])
    wide = roster.good("robot", "token", "list", "ci", "--wide").splitlines()
    assert wide[0].split("   ")[-1] == "LAST USED"
    assert wide[1].split()[3:] == ["active", "never", "never"]
    roster.good("robot", "token", "create", "ci", "ends", "-o", "-", "--expires-in", "90d")
    ends = roster.good("robot", "token", "list", "ci", "--wide").splitlines()[1]
    assert re.search(r"   active   \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ   never$", ends)
    assert roster.good("robot", "token", "list", "deploy") == (
        "No tokens found for robot deploy in acme\n"
    )
    assert cast.secret not in roster.good("robot", "token", "list", "ci", "--format", "json")


def test_delete(roster: Shell, cast: Cast) -> None:
    delete = ("robot", "token", "delete", "ci", "nightly")
    assert roster(*delete).error == "refusing to prompt in non-interactive terminal"
    ran = roster.at_terminal(*delete, answers="y\n", until=b"[y/n]: ")
    assert ran.out == (
        "Are you sure you want to delete this robot token? [y/n]: y\n"
        "Deleting robot token acme/payments/ci/nightly. This cannot be undone.\n"
        "acme/payments/ci/nightly deleted\n"
    )
    assert not works(roster, cast.secret)
    missing = roster(*delete, "--force").error
    assert missing == "could not find token nightly of robot ci in acme"


def test_delete_with_force(roster: Shell) -> None:
    shown = roster.good("robot", "token", "delete", "ci", "nightly", "--force")
    assert shown == "acme/payments/ci/nightly deleted\n"


def test_rotate_keeps_the_old_secret_for_a_day(roster: Shell, cast: Cast) -> None:
    shown = roster.good("robot", "token", "rotate", "ci", "nightly", "-o", "t.json")
    assert re.fullmatch(
        r"acme/payments/ci/nightly rotated, the old secret ends at \d{4}-\d\d-\d\d .* UTC\n", shown
    )
    assert made(roster)["accessId"] == str(cast.token.uuid)
    assert works(roster, made(roster)["token"])
    assert works(roster, cast.secret)


def test_rotate_now(roster: Shell, cast: Cast) -> None:
    rotate = ("robot", "token", "rotate", "ci", "nightly", "-o", "t.json")
    assert roster.good(*rotate, "--overlap", "now").endswith("the old secret ends now\n")
    assert works(roster, made(roster)["token"])
    assert not works(roster, cast.secret)


def test_refresh(roster: Shell, cast: Cast) -> None:
    refresh = ("robot", "refresh", "ci", "-o", "t.json")
    shown = roster.good(*refresh, "--yes")
    assert shown == "acme/payments/ci/nightly refreshed, the old secret has ended\n"
    assert works(roster, made(roster)["token"])
    assert not works(roster, cast.secret)


def test_secrets_stay_out_of_what_is_shown(roster: Shell) -> None:
    ran = roster("robot", "token", "create", "deploy", "one", "-o", "t.json", "--format", "yaml")
    assert "access_id:" in ran.out
    secret = made(roster)["token"]
    assert secret not in ran.out + ran.err
    refused = roster("robot", "list", ROSTER_TOKEN=secret[:-8] + "AAAAAAAA")
    assert "ROSTER_TOKEN" in refused.error
    assert secret[:40] not in refused.err


def test_a_robot_acts_by_its_own_token(as_: As, cast: Cast) -> None:
    robot = as_(Robot.objects.get(name="deploy"))
    assert robot("robot", "token", "create", "ci", "more", "-o", "t.json").code == 1
    assert not (robot.home / "t.json").exists()
    assert robot("can-i", "artifact:pull", "payments/api").out.startswith("no\n")


def test_login(roster: Shell, as_: As, cast: Cast) -> None:
    token = roster.config.read_text().split("token: ")[1].strip()
    server = roster.config.read_text().split("server: ")[1].split()[0]
    roster.config.unlink()
    login = ("login", "-a", "acme", "-t", "-", "--server", server)
    assert roster.good(*login, typed=token) == "owner@example.com logged in\n"
    assert roster.good("profile", "current").splitlines()[1].split() == [
        "*",
        "default",
        "user",
        "acme",
    ]
    assert "payments/ci" in roster.good("robot", "list")
    robot = roster.good("login", "-t", cast.secret, "--server", server, "--profile", "ci")
    assert robot == "robot_acme.payments+ci logged in\n"
    assert roster.good("profile", "current").splitlines()[1].split() == ["*", "ci", "robot", "acme"]
    assert (
        "not a member"
        in roster("login", "-t", "-", "-a", "globex", "--profile", "default", typed=token).error
    )
    assert roster("login", "-t", "-", typed="rbt_wrong").code == 1
    assert roster.good("logout") == "robot_acme.payments+ci logged out\n"
    assert roster.good("robot", "list", "--profile", "default")


@pytest.mark.parametrize("losses", [1, 3])
def test_a_lost_answer_never_makes_two(roster: Shell, live_server: LiveServer, losses: int) -> None:
    before = Token.objects.count()
    with standing_in(LosesAnswers(live_server.url, losses)) as between:
        token = roster.config.read_text().split("token: ")[1].strip()
        roster.log_in(between.url, token, "acme")
        ran = roster("robot", "token", "create", "deploy", "once", "-o", "t.json")
    assert Token.objects.count() == before + 1
    assert "the answer with it was lost on its way; nobody has it" in ran.error
    assert ran.error.endswith(f"/tokens/{Token.objects.get(name='once').uuid}/")
    assert not (roster.home / "t.json").exists()
    assert len([asked for asked in between.asked if asked.method == "POST"]) == losses + 1
