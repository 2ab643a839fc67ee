"""`roster robot trust` against Roster itself: what it prints, and who is let in afterwards."""

import json
import re
from typing import Any

import pytest
import yaml

from robots.models import Trust
from robots.trusts.services import create_trust
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.conftest import Cast
from tests.fixtures import JOBS
from tests.robots.trusts.foreign import Issuer, exchanged

CREATE = ("robot", "trust", "create", "ci", "jobs")
CONDITION = ("--condition", "repository_id=74")
LEAST = (*CREATE, "--preset", "github", *CONDITION)
WIDE = "roster: warning: Every branch and every pull request of the repository is let in."


@pytest.fixture
def jobs(cast: Cast) -> Trust:
    return create_trust(actor=cast.owner, robot=cast.robot, name="jobs", **JOBS)


def trust() -> Trust:
    """The one that there is."""
    return Trust.objects.living().with_robot().get()


def shown(roster: Shell) -> dict[str, Any]:
    line = ("robot", "trust", "get", "ci", "jobs", "--format", "json")
    found: dict[str, Any] = json.loads(roster.good(*line))
    return found


def test_create(roster: Shell) -> None:
    ran = roster(*LEAST)
    assert (ran.code, ran.out) == (0, "acme/payments/ci/jobs created\n")
    assert ran.err.startswith(WIDE)
    made = trust()
    assert (made.issuer, made.lifetime_seconds) == (
        "https://token.actions.githubusercontent.com",
        900,
    )
    assert made.conditions == [{"claim": "repository_id", "value": "74"}]


def test_everything_that_can_be_said_of_a_new_trust(roster: Shell) -> None:
    issuer = Issuer("https://ci.example.com")
    (roster.home / "keys.json").write_text(issuer.jwks)
    said = ("--issuer", issuer.url, "--audience", "roster", "--keys-file", "keys.json")
    conditions = ("--condition", "sub=project:7", "--condition", "/a/b=c=d")
    more = ("--lifetime", "1h", "--expires-in", "90d", "--permission", "artifact:pull")
    ran = roster(*CREATE, *said, *conditions, *more, "--format", "json")
    assert (ran.code, ran.err) == (0, "acme/payments/ci/jobs created\n")
    made = trust()
    assert json.loads(ran.out)["id"] == str(made.uuid)
    assert (made.preset, made.issuer, made.audience) == ("other", issuer.url, "roster")
    assert (made.keys, made.lifetime_seconds) == (issuer.jwks, 3600)
    assert [str(it) for it in made.rules] == ["sub = project:7", "/a/b = c=d"]
    assert made.token.permissions == {"artifact:pull"}
    assert made.token.expires_at is not None
    assert exchanged(issuer.token("roster", a={"b": "c=d"}))


def test_keys_from_standard_input(roster: Shell) -> None:
    issuer = Issuer()
    said = ("--issuer", issuer.url, "--condition", "sub=project:7", "--keys-file", "-")
    roster.good(*CREATE, *said, typed=f"{issuer.jwks}\n")
    assert trust().keys == issuer.jwks
    empty = roster(*CREATE, *said, typed="\n")
    assert empty.error == "standard input is empty"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((), "conditions: Say which workload is let in"),
        (("--condition", "ref=main"), "by one of these claims"),
        ((*CONDITION, "--condition", "sub=repo:a*"), "has to end in : or /"),
        ((*CONDITION, "--issuer", "http://a.example.com"), "issuer: “http://a.example.com” does"),
        ((*CONDITION, "--issuer", ""), "issuer: This field may not be blank"),
        ((*CONDITION, "--preset", "kubernetes"), "issuer: Say which issuer"),
        ((*CONDITION, "--lifetime", "2h"), "lifetime_seconds: Ensure this value is less than"),
        ((*CONDITION, "--permission", "a:b"), "permissions.0: "),
        ((*CONDITION, "--keys-file", "none.json"), "none.json: No such file or directory"),
        ((*CONDITION, "--keys-file", "empty.json"), "empty.json is empty"),
        ((*CONDITION, "--keys-file", "binary"), "keys: It is not JSON"),
        ((*CONDITION, "--keys-file", "private.pem"), "keys: It holds a private key"),
    ],
)
def test_what_is_refused_leaves_nothing(roster: Shell, said: tuple[str, ...], words: str) -> None:
    (roster.home / "empty.json").write_text("\n")
    (roster.home / "binary").write_bytes(b"\xff\xfe")
    (roster.home / "private.pem").write_text("-----BEGIN PRIVATE KEY-----")
    preset = () if "--preset" in said else ("--preset", "github")
    ran = roster(*CREATE, *preset, *said)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.error
    assert not Trust.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("--condition", "sub"), "--condition sub: say CLAIM=VALUE."),
        (("--condition", "=x"), "--condition =x: say CLAIM=VALUE."),
        (("--condition", "sub=a", "--condition", "sub=b"), "--condition sub is given twice"),
        (("--preset", "jenkins"), "'jenkins' is not one of"),
        (("--lifetime", "soon"), "'soon' is no time like 15m or 1h."),
        (("--lifetime", "now"), "'now' is no time like 15m or 1h."),
        (("--permission", "all", "--permission", "artifact:pull"), "--permission all stands alone"),
        (("--issuer", "a", "--issuer", "b"), "--issuer is given twice"),
    ],
)
def test_wrong_use(roster: Shell, said: tuple[str, ...], words: str) -> None:
    for line in (CREATE, ("robot", "trust", "update", "ci", "jobs")):
        ran = roster(*line, *said)
        assert (ran.code, words in ran.error) == (2, True), ran


def test_a_name_that_is_taken(roster: Shell, jobs: Trust) -> None:
    ran = roster(*LEAST)
    assert (ran.code, "has a trust of this name" in ran.error) == (1, True)


def test_list(roster: Shell, jobs: Trust) -> None:
    lines = roster.good("robot", "trust", "list", "ci").splitlines()
    assert lines[0].split() == ["NAME", "ID", "ISSUER", "CREATED"]
    assert lines[1].split()[:3] == ["jobs", str(jobs.uuid), jobs.issuer]
    wide = roster.good("robot", "trust", "list", "ci", "--wide").splitlines()
    assert re.split(" {3,}", wide[0])[4:] == ["STATUS", "EXPIRES", "LAST USED"]
    assert wide[1].split()[4:] == ["active", "never", "never"]
    as_json = roster.good("robot", "trust", "list", "ci", "--format", "json")
    assert json.loads(as_json) == yaml.safe_load(
        roster.good("robot", "trust", "list", "ci", "--format", "yaml")
    )
    empty = roster.good("robot", "trust", "list", "deploy")
    assert empty == "No trusts found for robot deploy in acme\n"


def test_get_shows_what_lets_in(roster: Shell, jobs: Trust) -> None:
    for name in ("jobs", str(jobs.uuid)):
        lines = roster.good("robot", "trust", "get", "payments/ci", name).splitlines()
        assert lines[1].split()[0] == "jobs"
        assert [line.split() for line in lines[2:]] == [
            [],
            ["CLAIM", "VALUE"],
            ["aud", jobs.audience],
            ["repository_id", "74"],
            ["ref", "refs/heads/main"],
        ]
    for name in ("other", "00000000-0000-4000-8000-000000000000"):
        assert roster("robot", "trust", "get", "ci", name).code == 1
    missing = roster("robot", "trust", "get", "ci", "other")
    assert missing.error == "could not find trust other of robot ci in acme"


def test_update_changes_what_is_named(roster: Shell, jobs: Trust) -> None:
    before = shown(roster)
    ran = roster("robot", "trust", "update", "ci", "jobs", *CONDITION, "--lifetime", "20m")
    assert (ran.code, ran.out) == (0, "acme/payments/ci/jobs updated\n")
    assert ran.err.startswith(WIDE)
    after = shown(roster)
    told = {name for name in after if after[name] != before[name]}
    assert told == {"conditions", "lifetime_seconds", "warnings"}
    assert after["lifetime_seconds"] == 1200


def test_update_back_and_forth(roster: Shell, jobs: Trust) -> None:
    update = ("robot", "trust", "update", "ci", "jobs")
    (roster.home / "keys.json").write_text(Issuer().jwks)
    roster.good(*update, "--keys-file", "keys.json", "--permission", "tag:create")
    assert (bool(trust().keys), trust().token.permissions) == (True, {"tag:create"})
    roster.good(*update, "--issuer-keys", "--permission", "all", "--expires-in", "12h")
    assert (trust().keys, trust().token.permissions) == ("", None)
    assert trust().token.expires_at
    roster.good(*update, "--expires-in", "never")
    assert trust().token.expires_at is None
    both = roster(*update, "--issuer-keys", "--keys-file", "keys.json")
    assert (both.code, both.error) == (2, "Say --keys-file or --issuer-keys, not both.")
    assert roster(*update).error == "Say what to change."


def test_disable_and_enable(roster: Shell, jobs: Trust) -> None:
    for verb, state in (("disable", "disabled"), ("enable", "active")):
        printed = roster.good("robot", "trust", verb, "ci", "jobs")
        assert printed == f"acme/payments/ci/jobs {verb}d\n"
        assert shown(roster)["state"] == state


def test_delete(roster: Shell, jobs: Trust) -> None:
    delete = ("robot", "trust", "delete", "ci", "jobs")
    assert roster(*delete).error == "refusing to prompt in non-interactive terminal"
    no = roster.at_terminal(*delete, answers="n\n", until=b"[y/n]: ")
    assert (no.code, Trust.objects.living().count()) == (1, 1)
    ran = roster.at_terminal(*delete, answers="y\n", until=b"[y/n]: ")
    assert ran.out == (
        "Are you sure you want to delete this trust? [y/n]: y\n"
        "Deleting trust acme/payments/ci/jobs. This cannot be undone.\n"
        "acme/payments/ci/jobs deleted\n"
    )
    assert not Trust.objects.living().exists()
    roster.good(*LEAST)
    assert roster.good(*delete, "--force") == "acme/payments/ci/jobs deleted\n"


def test_who_may_not_hears_what_is_missing(as_: As, cast: Cast, jobs: Trust) -> None:
    robot = as_(cast.robot)
    assert robot(*LEAST).code == 1
    stranger = as_(cast.stranger)
    for line in (("list", "ci"), ("get", "ci", "jobs"), ("delete", "ci", "jobs", "--force")):
        assert stranger("robot", "trust", *line).code == 1
    assert Trust.objects.living().count() == 1


def test_completion_asks_the_server(roster: Shell, jobs: Trust) -> None:
    def complete(line: str) -> list[str]:
        count = str(len(line.split(" ")) - 1)
        words = {"COMP_WORDS": line, "COMP_CWORD": count}
        return roster.good(_ROSTER_COMPLETE="bash_complete", **words).split()

    assert complete("roster robot trust get ci ") == ["plain,jobs"]
    assert complete("roster robot trust try ci j") == ["plain,jobs"]
    assert complete("roster robot trust get deploy ") == []
    assert complete("roster robot tr") == ["plain,trust"]
    assert complete("roster robot trust create ci x --permission al") == ["plain,all"]
    assert "plain,github" in complete("roster robot trust create ci x --preset g")
