"""`roster login --oidc`: a job logs in with the token that it has, and without any secret."""

import json
import re
from typing import Any

import pytest
import yaml

from console.models import Event
from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.models import Robot
from robots.trusts.services import delete_trust
from tests.cli.jobs import REGISTRY, Workplace, claims, log_in
from tests.cli.shells import Shell
from tests.cli.standins import SECRET, Reply, StandIn
from tests.cli.test_docker_credential import NOT_FOUND, ask, is_unknown, login
from tests.conftest import Cast
from tests.robots.trusts.foreign import trusting

UNTIL = re.compile(r" logged in until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n")
SHARED = "https://shared.example.com"
PAST = "2001-01-01T00:00:00Z"
VARIABLES = ("--token-env", "FIRST", "--token-env", "SECOND")


def kept(shell: Shell) -> dict[str, Any]:
    """The profile in the file."""
    found: dict[str, Any] = yaml.safe_load(shell.config.read_text())["profiles"]["default"]
    return found


def keep(shell: Shell, **changes: object) -> None:
    """Edit the profile by hand."""
    shell.write({"current": "default", "profiles": {"default": kept(shell) | changes}})


def both(job: Workplace) -> dict[str, str]:
    """Two tokens of a job, one for the API and one for the registry."""
    return {"FIRST": job.token(), "SECOND": job.token()}


def puller(cast: Cast) -> Robot:
    """Another robot account of the project."""
    return create_robot(
        actor=cast.owner,
        organization=cast.organization,
        project=cast.project,
        name="cd",
        grants=[GrantRequest(cast.project, frozenset({Permission.ARTIFACT_PULL}))],
    )


def exchanges() -> int:
    return Event.objects.filter(action="trust:used").count()


def test_commands_act_as_the_robot_account_that_trusts_the_job(
    shell: Shell, job: Workplace
) -> None:
    robot = job.trust.robot
    printed = log_in(shell, job, ROSTER_ID_TOKEN=job.token())
    assert printed.startswith(robot.login_name)
    assert UNTIL.search(printed)
    assert json.loads(shell.good("api", "GET", "me/"))["name"] == robot.name
    assert shell.good("can-i", "artifact:pull", "payments/api").startswith("yes\n")
    profile = kept(shell)
    assert (profile["account"], profile["organization"]) == (robot.login_name, "acme")
    assert claims(profile["token"])["aud"] == job.url
    assert shell.config.stat().st_mode & 0o777 == 0o600
    current = json.loads(shell.good("profile", "current", "--format", "json"))
    assert (current["type"], current["expires"]) == ("robot", profile["expires"])


def test_clients_of_registries_get_a_password_each(shell: Shell, job: Workplace) -> None:
    log_in(shell, job, "--registry", REGISTRY, *VARIABLES, **both(job))
    found = login(shell, REGISTRY)
    assert found["Username"] == job.trust.robot.login_name
    assert job.gets_in(found["Username"], found["Secret"])
    assert login(shell, f"https://{REGISTRY.upper()}/v2/")["Secret"] == found["Secret"]
    assert is_unknown(shell, "other.example.com")
    assert json.loads(ask(shell, "list").out) == {REGISTRY: found["Username"]}
    assert ask(shell, "store", given=found).code == 0
    assert "nothing was kept" in ask(shell, "store", given=found | {"Secret": SECRET}).out
    assert "`roster logout` forgets it" in ask(shell, "erase", given=REGISTRY).out
    assert not job.gets_in(found["Username"], kept(shell)["token"])
    assert shell.good("can-i", "artifact:pull", "payments/api").startswith("yes\n")


def test_for_registries_alone_one_token_is_enough(shell: Shell, job: Workplace) -> None:
    log_in(shell, job, "--no-api", "--registry", REGISTRY, ROSTER_ID_TOKEN=job.token())
    found = login(shell, REGISTRY, ROSTER_REGISTRIES="other.example.com")
    assert job.gets_in(found["Username"], found["Secret"])
    assert is_unknown(shell, "other.example.com", ROSTER_REGISTRIES="other.example.com")
    assert shell("robot", "list").error.startswith("this login is for registries alone")


def test_too_few_tokens_are_told_before_one_is_used(shell: Shell, job: Workplace) -> None:
    token = job.token()
    named = ("login", "--oidc", "--server", job.url, "--registry", REGISTRY)
    ran = shell(*named, ROSTER_ID_TOKEN=token)
    assert (ran.code, "here are 1 for 2" in ran.error) == (1, True)
    twice = shell(*named, *VARIABLES, FIRST=token, SECOND=token)
    assert "the variable SECOND gives the same token again" in twice.error
    assert not shell.config.exists()
    log_in(shell, job, ROSTER_ID_TOKEN=token)


def test_a_token_is_taken_once(shell: Shell, job: Workplace) -> None:
    token = job.token()
    log_in(shell, job, ROSTER_ID_TOKEN=token)
    before = shell.config.read_text()
    ran = shell("login", "--oidc", ROSTER_ID_TOKEN=token)
    assert ran.error.startswith(f"{job.url} gives no login for {job.url}: ")
    assert "exchanged before" in ran.error
    assert token not in ran.err
    assert shell.config.read_text() == before


def test_what_is_for_somebody_else_is_not_sent(shell: Shell, job: Workplace) -> None:
    token = job.token()
    ran = shell(
        *("login", "--oidc", "--server", job.url, "--audience", SHARED), ROSTER_ID_TOKEN=token
    )
    assert ran.error == (
        f"the token of the variable ROSTER_ID_TOKEN is for {job.trust.audience} and not for {SHARED}"
    )
    log_in(shell, job, "--audience", job.trust.audience, ROSTER_ID_TOKEN=token)
    assert exchanges() == 1


def test_of_several_robot_accounts_one_is_named(shell: Shell, job: Workplace, cast: Cast) -> None:
    other = puller(cast)
    for robot in (cast.robot, other):
        trusting(cast, job.issuer, robot, name="shared", audience=SHARED)
    token = job.issuer.token(SHARED)
    ran = shell("login", "--oidc", "--server", job.url, ROSTER_ID_TOKEN=token)
    assert "several robot accounts trust this token" in ran.error
    printed = log_in(shell, job, "--robot", other.login_name, ROSTER_ID_TOKEN=token)
    assert printed.startswith(other.login_name)


def test_tokens_of_different_robot_accounts_are_no_login(
    shell: Shell, job: Workplace, cast: Cast
) -> None:
    trusting(cast, job.issuer, puller(cast), name="other", audience=SHARED)
    tokens = {"FIRST": job.token(), "SECOND": job.issuer.token(SHARED)}
    named = ("login", "--oidc", "--server", job.url, "--registry", REGISTRY)
    ran = shell(*named, *VARIABLES, **tokens)
    assert ran.error.startswith("these tokens are trusted by different robot accounts, ")
    assert not shell.config.exists()


def test_a_login_may_be_for_less(shell: Shell, job: Workplace) -> None:
    log_in(shell, job, "--permission", "artifact:pull", ROSTER_ID_TOKEN=job.token())
    assert shell.good("can-i", "artifact:pull", "payments/api").startswith("yes\n")
    assert shell("can-i", "artifact:push", "payments/api").code == 1


def test_another_organization_is_refused(shell: Shell, job: Workplace) -> None:
    arguments = ("login", "--oidc", "--server", job.url, "-a", "globex")
    ran = shell(*arguments, ROSTER_ID_TOKEN=job.token())
    assert ran.error == f"{job.trust.robot.login_name} is a robot account of acme"


def test_it_ends(shell: Shell, job: Workplace) -> None:
    log_in(shell, job, "--registry", REGISTRY, *VARIABLES, **both(job))
    keep(shell, expires=PAST)
    over = (
        "the login of profile default ended at 2001-01-01 00:00:00 UTC; run `roster login --oidc`"
    )
    assert shell("robot", "list").error == over
    ran = ask(shell, "get", given=REGISTRY)
    assert (ran.code, ran.out) == (1, f"{over}\n")
    keep(shell, expires="some day")
    assert "cannot be read" in shell("robot", "list").error


def test_it_ends_with_the_trust(shell: Shell, job: Workplace, cast: Cast) -> None:
    log_in(shell, job, "--registry", REGISTRY, *VARIABLES, **both(job))
    delete_trust(actor=cast.owner, trust=job.trust)
    assert "does not accept this token" in shell("robot", "list").error
    found = login(shell, REGISTRY)
    assert not job.gets_in(found["Username"], found["Secret"])


def test_logout_and_another_login_forget_it(shell: Shell, job: Workplace) -> None:
    tokens = both(job)
    log_in(shell, job, "--registry", REGISTRY, *VARIABLES, **tokens)
    assert "passwords" in kept(shell)
    log_in(shell, job, ROSTER_ID_TOKEN=job.token())
    assert kept(shell).keys().isdisjoint({"passwords", "registries"})
    assert shell.good("logout") == f"{job.trust.robot.login_name} logged out\n"
    assert "eyJ" not in shell.config.read_text()
    assert ask(shell, "get", given=REGISTRY).out == NOT_FOUND


def test_a_keyring_keeps_it(rings: Shell, job: Workplace) -> None:
    ring = {"PYTHON_KEYRING_BACKEND": "rings.Kept"}
    log_in(rings, job, "--registry", REGISTRY, *VARIABLES, **both(job), **ring)
    assert "eyJ" not in rings.config.read_text()
    found = login(rings, REGISTRY, **ring)
    assert job.gets_in(found["Username"], found["Secret"])
    assert rings.good("can-i", "artifact:pull", "payments/api", **ring).startswith("yes\n")
    log_in(rings, job, "--no-api", "--registry", REGISTRY, ROSTER_ID_TOKEN=job.token(), **ring)
    ran = rings("robot", "list", **ring)
    assert ran.error.startswith("this login is for registries alone")
    rings.good("logout", **ring)
    assert (rings.home / "keyring.json").read_text() == "{}"


def test_a_token_of_the_environment_counts_first(shell: Shell, job: Workplace, cast: Cast) -> None:
    log_in(shell, job, "--registry", REGISTRY, *VARIABLES, **both(job))
    known = {"ROSTER_TOKEN": cast.secret, "ROSTER_REGISTRIES": REGISTRY}
    assert login(shell, REGISTRY, **known)["Secret"] == cast.secret


def test_what_only_a_token_of_ones_own_is_for(shell: Shell, job: Workplace) -> None:
    log_in(shell, job, ROSTER_ID_TOKEN=job.token())
    ran = shell("kubernetes", "exec-credential")
    assert (ran.code, ran.out, "and no cluster" in ran.error) == (1, "", True)
    assert shell("token", "renew", "--keep").code == 1


def test_an_address_that_is_not_rosters_own(shell: Shell, job: Workplace) -> None:
    """The API's tokens are for it by the name that it has for itself."""
    token = job.token()
    other = job.url.replace("127.0.0.1", "localhost").replace("localhost", "LOCALHOST", 1)
    ran = shell("login", "--oidc", "--server", other, ROSTER_ID_TOKEN=token)
    assert "there is no such service" in ran.error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--oidc", "-t", SECRET), "Say --token or --oidc, not both."),
        (("--audience", SHARED), "--no-api are about --oidc."),
        (("--no-api", "-t", "-"), "--no-api are about --oidc."),
        (("--oidc", "--no-api"), "--no-api leaves nothing to log in for"),
        (("--oidc", "--token-file", "-", "--token-from", "google"), "and not several."),
    ],
)
def test_wrong_use(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    ran = shell("login", *arguments)
    assert (ran.code, words in ran.error) == (2, True)
    assert SECRET not in ran.err


def test_a_token_goes_nowhere_readable(shell: Shell, job: Workplace) -> None:
    ran = shell("login", "--oidc", "--server", "http://roster.invalid", ROSTER_ID_TOKEN=job.token())
    assert ran.error.startswith("refusing to send a token to roster.invalid over plain http")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"<html>"),
        Reply(body={}),
        Reply(body={"access_token": "eyJ", "expires_in": 900}),
        Reply(body={"access_token": "eyJ.e30.x", "expires_in": 900}),
        Reply(404, b"nothing"),
        Reply(302, headers={"Location": "https://elsewhere.example.com/"}),
    ],
)
def test_what_is_no_answer_of_rosters(
    shell: Shell, standin: StandIn, job: Workplace, reply: Reply
) -> None:
    standin.will(reply)
    ran = shell("login", "--oidc", "--server", standin.url, ROSTER_ID_TOKEN=job.token())
    assert ran.error == f"{standin.url} does not answer like Roster; check the address"
    assert not shell.config.exists()


def test_an_answer_that_repeats_the_token_is_not_repeated(
    shell: Shell, standin: StandIn, job: Workplace
) -> None:
    token = job.token()
    standin.will(Reply(400, {"error_description": f"not {token}!"}))
    ran = shell("login", "--oidc", "--server", standin.url, ROSTER_ID_TOKEN=token)
    assert ran.error.endswith(": not …!")


def test_only_what_was_not_done_is_tried_again(
    shell: Shell, standin: StandIn, job: Workplace
) -> None:
    later = Reply(503, {"error": "temporarily_unavailable"}, {"Retry-After": "0"})
    refused = Reply(400, {"error": "invalid_request", "error_description": "not this one"})
    standin.will(later, Reply(429, headers={"Retry-After": "0"}), refused)
    login_there = ("login", "--oidc", "--server", standin.url)
    assert "not this one" in shell(*login_there, ROSTER_ID_TOKEN=job.token()).error
    assert len(standin.asked) == 3
    for lost in (Reply(hangs_up=True), Reply(502), Reply(503)):
        standin.will(lost)
        standin.asked.clear()
        assert shell(*login_there, ROSTER_ID_TOKEN=job.token()).code == 1
        assert len(standin.asked) == 1
