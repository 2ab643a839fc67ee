"""`roster robot create --token`: a robot and its first token by one request, its secret in one place."""

import json

import pytest

from robots.models import Robot, Token, TokenPolicy
from teams.models import Team
from tests.api.making import logs_in
from tests.cli.shells import Shell
from tests.cli.standins import Reply, StandIn
from tests.conftest import Cast

BOTH = ("robot", "create", "builder", "--project", "payments", "--token", "first")
TOKEN = {"access_id": "an-id", "name": "first", "secret": "the-secret"}
MADE = {"id": "robot-id", "name": "builder", "path": "acme/payments/builder", "token": TOKEN}
LINE = '{"accessId":"an-id","token":"the-secret"}\n'


def test_both_are_made_and_the_file_logs_in(roster: Shell) -> None:
    more = ("--permission", "artifact:pull", "--token-expires-in", "90d", "--kind", "compact")
    ran = roster(*BOTH, "--output", "ci.json", *more)
    assert (ran.code, ran.out) == (0, "acme/payments/builder created, with its token first\n")
    assert "cannot be recovered" in ran.err
    file = roster.home / "ci.json"
    assert file.stat().st_mode & 0o777 == 0o600
    written = json.loads(file.read_text())
    token = Token.objects.get(robot__name="builder")
    assert (str(token.uuid), token.name) == (written["accessId"], "first")
    assert token.expires_at is not None
    assert token.of_robot.expires_at is None
    assert token.secrets.get().kind == "compact"
    assert logs_in(written["accessId"], written["token"])


def test_without_an_end_the_token_has_the_one_that_the_policy_presets(
    roster: Shell, cast: Cast
) -> None:
    TokenPolicy.objects.create(organization=cast.organization, default_days=30)
    roster.good(*BOTH, "-o", "ci.json")
    assert Token.objects.get(robot__name="builder").expires_at is not None


def test_it_joins_teams(roster: Shell, cast: Cast) -> None:
    for name in ("web", "nightly"):
        Team.objects.create(organization=cast.organization, name=name)
    roster.good("robot", "create", "builder", "--team", "web", "--team", "nightly")
    assert roster.good("robot", "team", "list", "builder").split() == ["TEAMS", "nightly", "web"]
    ran = roster("robot", "create", "other", "--team", "nowhere")
    assert (ran.code, ran.error) == (
        1,
        "teams: There is no team 'nowhere', or you do not see it",
    )
    assert not Robot.objects.filter(name="other").exists()


def test_a_token_that_is_refused_leaves_no_robot_and_no_file(roster: Shell) -> None:
    ran = roster("robot", "create", "builder", "--token", "Not A Name", "-o", "ci.json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.error.startswith("token.name: ")
    assert not Robot.objects.filter(name="builder").exists()
    assert not (roster.home / "ci.json").exists()


def test_results_as_json_have_no_secret(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(201, MADE))
    ran = here(*BOTH, "-o", "t", "--format", "json")
    shown = json.loads(ran.out)
    assert shown["token"] == {"access_id": "an-id", "name": "first"}
    assert "the-secret" not in ran.out + ran.err
    assert (here.home / "t").read_text() == LINE


def test_standard_output_has_the_secret_alone(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(201, MADE))
    ran = here(*BOTH, "-o", "-")
    assert (ran.code, ran.out) == (0, LINE)
    (asked,) = standin.asked
    assert asked.headers["Idempotency-Key"]


def test_without_a_place_nothing_is_made(here: Shell, standin: StandIn) -> None:
    ran = here(*BOTH)
    said = "Refusing to emit sensitive output. Please specify output location."
    assert (ran.code, ran.out, ran.error, standin.asked) == (1, "", said, [])


def test_a_file_that_is_there_stays(here: Shell, standin: StandIn) -> None:
    (here.home / "t").write_text("mine")
    ran = here(*BOTH, "-o", "t")
    assert ran.error == "t exists already; use --force to overwrite it"
    assert ((here.home / "t").read_text(), standin.asked) == ("mine", [])
    standin.will(Reply(201, MADE))
    here.good(*BOTH, "-o", "t", "--force")
    assert (here.home / "t").read_text() == LINE


@pytest.mark.parametrize(
    "option",
    ["--output t", "--file t", "--force", "--kind compact", "--token-expires-in never"],
)
def test_what_is_said_of_no_token_is_a_usage_error(
    here: Shell, standin: StandIn, option: str
) -> None:
    ran = here("robot", "create", "builder", *option.split())
    assert ran.code == 2
    assert "goes with --token" in ran.error
    assert standin.asked == []
    assert not (here.home / "t").exists()


def test_an_answer_that_was_lost_says_where_the_token_is(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(503), Reply(409, {"detail": "Made before.", "location": "/api/v1/there/"}))
    ran = here(*BOTH, "-o", "t")
    assert ran.code == 1
    assert "nobody has it. Refresh the token or delete it: /api/v1/there/" in ran.error
    assert not (here.home / "t").exists()
