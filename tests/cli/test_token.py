"""`roster robot token` against Roster itself: the secrets that it writes work."""

import json
import re
import subprocess
from datetime import timedelta

import pytest
import yaml
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from robots.models import Robot, Token
from tests.cli.conftest import As
from tests.cli.shells import PROGRAM, Shell
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


def test_the_server_counts_how_long_a_token_lives(roster: Shell) -> None:
    """Though this machine's clock is more than a year fast."""
    create = ("robot", "token", "create", "deploy", "hours", "-o", "-", "--expires-in", "12h")
    subprocess.run(
        ["faketime", "-f", "+400d", *PROGRAM, *create],
        cwd=roster.home,
        env=roster.environment | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        capture_output=True,
        check=True,
    )
    token = Token.objects.get(name="hours")
    assert token.expires_at
    assert abs(token.expires_at - token.created_at - timedelta(hours=12)) < timedelta(minutes=1)


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
    Token.objects.update(created_at=timezone.now() - timedelta(days=5))
    lines = roster.good("robot", "token", "list", "ci").splitlines()
    assert lines[0].split() == ["NAME", "ID", "CREATED"]
    assert lines[1].split() == ["nightly", str(cast.token.uuid), "5d"]
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


def test_a_rotation_within_the_last_one_s_overlap(roster: Shell, cast: Cast) -> None:
    rotate = ("robot", "token", "rotate", "ci", "nightly", "--end-older", "--force", "-o")
    first = roster.good(*rotate, "1.json")
    assert "has ended" not in first
    refused = roster("robot", "token", "rotate", "ci", "nightly", "-o", "no.json")
    assert (refused.code, refused.error) == (
        1,
        "two secrets of acme/payments/ci/nightly work already; --end-older ends the older one",
    )
    assert not (roster.home / "no.json").exists()
    assert roster.good(*rotate, "2.json").endswith(" UTC, the one before it has ended\n")
    tried = (cast.secret, made(roster, "1.json")["token"], made(roster, "2.json")["token"])
    assert [works(roster, it) for it in tried] == [False, True, True]


def test_one_of_two_secrets_is_ended(roster: Shell, cast: Cast) -> None:
    end = ("robot", "token", "end-secret", "ci", "nightly", "--force")
    only = roster(*end)
    assert (only.code, only.error) == (
        1,
        "acme/payments/ci/nightly has one secret; refresh it, or delete the token",
    )
    roster.good("robot", "token", "rotate", "ci", "nightly", "-o", "t.json")
    assert roster.good(*end) == "acme/payments/ci/nightly: the older secret has ended\n"
    assert not works(roster, cast.secret)
    newer = made(roster)["token"]
    assert works(roster, newer)
    roster.good("robot", "token", "rotate", "ci", "nightly", "-o", "n.json")
    asked = roster.at_terminal(*end[:-1], "--which", "newer", answers="y\n", until=b"[y/n]: ")
    assert "Are you sure you want to end the newer secret" in asked.out
    assert [works(roster, it) for it in (newer, made(roster, "n.json")["token"])] == [True, False]


def test_an_end_whose_answer_was_lost(roster: Shell, cast: Cast, live_server: LiveServer) -> None:
    roster.good("robot", "token", "rotate", "ci", "nightly", "-o", "t.json")
    profile = yaml.safe_load(roster.config.read_text())["profiles"]["default"]
    end = ("robot", "token", "end-secret", "ci", "nightly", "--force")
    with standing_in(LosesAnswers(live_server.url, 1, method="DELETE")) as between:
        roster.log_in(between.url, profile["token"], profile["organization"])
        assert roster.good(*end) == "acme/payments/ci/nightly: the older secret has ended\n"
    assert [it.method for it in between.asked].count("DELETE") == 2
    assert cast.token.secrets.live().count() == 1


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
