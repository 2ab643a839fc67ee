"""`docker-credential-roster`: whose login it hands out for which registries, in the protocol's own words."""

import json
import subprocess
import sys
from typing import Any

import pytest

from console.models import Service
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token
from tests.actors import holder
from tests.cli.conftest import As
from tests.cli.shells import PATIENCE_SECONDS, Ran, Shell
from tests.cli.standins import EMPTY, SECRET, Reply, StandIn
from tests.conftest import Cast
from tests.factories import OrganizationFactory

HOST = "mirror.example.com:5000"
NOT_FOUND = "credentials not found in native keychain\n"
NOTHING_KEPT = "keeps no other, so nothing was kept"


def ask(shell: Shell, *action: str, given: object = "", **environment: str) -> Ran:
    """Run it as clients do."""
    done = subprocess.run(
        [sys.executable, "-m", "roster.docker_credential", *action],
        env=shell.environment | environment,
        cwd=shell.home,
        text=True,
        input=given if isinstance(given, str) else json.dumps(given),
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def login(shell: Shell, host: str, **environment: str) -> dict[str, str]:
    ran = ask(shell, "get", given=f"{host}\n", **environment)
    assert ran.code == 0, ran
    found: dict[str, str] = json.loads(ran.out)
    return found


def is_unknown(shell: Shell, host: str, **environment: str) -> bool:
    """Whether clients are told to look elsewhere, and nothing else."""
    ran = ask(shell, "get", given=host, **environment)
    # Where a machine is busy it says what it waits for, and clients show that.
    assert ran.code in {0, 1}, ran
    assert all(line.startswith("roster: waiting for ") for line in ran.err.splitlines()), ran
    return ran.out == NOT_FOUND


def service(cast: Cast, **columns: Any) -> Service:
    values = {"organization": cast.organization, "name": "mirror", "host": HOST} | columns
    made: Service = Service.objects.create(**values)
    return made


@pytest.fixture
def seeing(cast: Cast) -> Robot:
    """A robot that may see which registries there are."""
    return holder(cast.organization, Permission.ORGANIZATION_READ)


def access_id(robot: Robot) -> str:
    return str(Token.objects.get(robot=robot).uuid)


def test_a_robot_account_is_let_in_where_the_server_says(
    as_: As, cast: Cast, seeing: Robot
) -> None:
    service(cast)
    shell = as_(seeing)
    found = login(shell, HOST)
    assert (found["ServerURL"], found["Username"]) == (HOST, access_id(seeing))
    assert found["Secret"] in shell.config.read_text()
    for written in (f"https://{HOST}/v2/", f"https://{HOST}", HOST.upper(), f"{HOST}/acme"):
        assert login(shell, written)["Secret"] == found["Secret"]


@pytest.mark.parametrize(
    "host",
    [
        "index.docker.io",
        "https://index.docker.io/v1/",
        "mirror.example.com",
        f"http://{HOST}",
        f"https://{HOST}@evil.example.com/",
        f"evil.example.com/{HOST}",
    ],
)
def test_other_registries_are_none_of_its_business(
    as_: As, cast: Cast, seeing: Robot, host: str
) -> None:
    service(cast)
    assert is_unknown(as_(seeing), host)


def test_registries_of_others_and_resource_servers_get_nothing(
    as_: As, cast: Cast, seeing: Robot
) -> None:
    service(cast, organization=OrganizationFactory(slug="elsewhere"))
    service(cast, name="api", kind="resource", host="api.example.com")
    service(cast, name="tools", kind="proxy", proxy="nginx", host="tools.example.com:443")
    shell = as_(seeing)
    assert is_unknown(shell, HOST)
    assert is_unknown(shell, "api.example.com")
    assert login(shell, "tools.example.com")


def test_a_person_s_token_goes_where_the_service_takes_it(as_: As, cast: Cast) -> None:
    for says in ("none", "pull", "all"):
        service(cast, name=says, host=f"{says}.example.com", personal_tokens=says)
    shell = as_(cast.owner)
    assert is_unknown(shell, "none.example.com")
    assert is_unknown(shell, "none.example.com", ROSTER_REGISTRIES="none.example.com")
    assert login(shell, "pull.example.com")
    assert login(shell, "all.example.com")
    listed = json.loads(ask(shell, "list").out)
    assert listed.keys() == {"pull.example.com", "all.example.com"}


def test_a_robot_account_that_sees_no_services_is_told_its_registries(as_: As, cast: Cast) -> None:
    service(cast)
    shell = as_(holder(cast.organization, Permission.ARTIFACT_PULL))
    ran = ask(shell, "get", given=HOST)
    assert (ran.code, "organization:read" in ran.out, "--registry" in ran.out) == (1, True, True)
    assert login(shell, HOST, ROSTER_REGISTRIES=f"a.example.com {HOST}")
    assert is_unknown(shell, "b.example.com", ROSTER_REGISTRIES=f"a.example.com {HOST}")


def test_login_keeps_the_registries_for_its_own_token_alone(
    as_: As, cast: Cast, seeing: Robot
) -> None:
    shell = as_(seeing)
    token = json.loads(login_line(shell))
    named = ("--registry", "a.example.com", "--registry", HOST)
    shell.good("login", "-t", "-", *named, typed=token)
    assert login(shell, "a.example.com")
    assert login(shell, HOST)
    assert is_unknown(shell, "a.example.com", ROSTER_TOKEN=token)
    current = json.loads(shell.good("profile", "current", "--format", "json"))
    assert current["registries"] == ["a.example.com", HOST]
    shell.good("login", "-t", "-", typed=token)
    assert is_unknown(shell, "a.example.com")


def login_line(shell: Shell) -> str:
    """The token in the profile, as JSON."""
    found = shell.good("kubernetes", "exec-credential")
    return json.dumps(json.loads(found)["status"]["token"])


def test_a_token_of_the_environment(as_: As, cast: Cast, seeing: Robot, shell: Shell) -> None:
    service(cast)
    logged_in = as_(seeing)
    server = json.loads(logged_in.good("profile", "current", "--format", "json"))["server"]
    known = {"ROSTER_SERVER": server, "ROSTER_TOKEN": json.loads(login_line(logged_in))}
    assert login(shell, HOST, **known)["Username"] == access_id(seeing)


def test_list_names_registries_and_no_secret(as_: As, cast: Cast, seeing: Robot) -> None:
    service(cast)
    ran = ask(as_(seeing), "list")
    assert json.loads(ran.out)[HOST] == access_id(seeing)
    assert "rbt_" not in ran.out


def test_what_it_got_here_may_be_stored_and_nothing_else(
    as_: As, cast: Cast, seeing: Robot
) -> None:
    service(cast)
    shell = as_(seeing)
    before, own = shell.config.read_text(), login(shell, HOST)
    for name in (own["Username"], seeing.login_name):
        assert ask(shell, "store", given=own | {"Username": name}) == Ran(0, "", "")
    for change in ({"Secret": "another"}, {"ServerURL": "other.example.com"}):
        ran = ask(shell, "store", given=own | change)
        assert (ran.code, NOTHING_KEPT in ran.out) == (1, True)
        assert "another" not in ran.out + ran.err
    assert shell.config.read_text() == before


def test_erase_says_what_forgets_it(as_: As, cast: Cast, seeing: Robot) -> None:
    service(cast)
    shell = as_(seeing)
    ran = ask(shell, "erase", given=HOST)
    assert (ran.code, "`roster logout` forgets it" in ran.out) == (1, True)
    assert ask(shell, "erase", given="other.example.com").out == NOT_FOUND
    assert login(shell, HOST)


def test_nobody_is_logged_in(shell: Shell) -> None:
    ran = ask(shell, "get", given=HOST)
    assert (ran.code, ran.out) == (1, NOT_FOUND)
    assert ran.err.startswith("roster: not logged in")
    assert ask(shell, "list") == Ran(0, "{}\n", "")
    given = {"ServerURL": HOST, "Username": "me", "Secret": "secret"}
    assert NOTHING_KEPT in ask(shell, "store", given=given).out


def test_a_server_that_does_not_answer_is_an_error_and_no_absence(
    shell: Shell, nobody: str
) -> None:
    shell.log_in(nobody, SECRET, "acme")
    for action in ("get", "erase"):
        ran = ask(shell, action, given=HOST, ROSTER_TIMEOUT="0.1")
        assert (ran.code, ran.out.count("\n"), SECRET in ran.out + ran.err) == (1, 1, False)
        assert "cannot reach" in ran.out


def test_a_person_without_organization_is_told_to_choose(here: Shell, standin: StandIn) -> None:
    here.log_in(standin.url, SECRET)
    token = {"access_id": "7", "expires_at": None}
    standin.will(
        Reply(body={"kind": "user", "organization": None, "token": token}), Reply(body=EMPTY)
    )
    assert "no organization is chosen" in ask(here, "get", given=HOST).out


def test_an_answer_that_is_none_of_roster_s_is_one_line(here: Shell, standin: StandIn) -> None:
    robot = {"kind": "robot", "organization": "acme", "token": None}
    for answer in (b"{}", json.dumps(robot).encode(), b"[]"):
        standin.will(Reply(body=answer))
        ran = ask(here, "get", given=HOST)
        assert (ran.code, ran.err, ran.out.count("\n")) == (1, "", 1)
        assert ran.out != NOT_FOUND


@pytest.mark.parametrize(
    ("action", "given", "words"),
    [
        ((), "", "Usage: docker-credential-roster <store|get|erase|list|version>"),
        (("get", "more"), "", "Usage: docker-credential-roster"),
        (("brew",), "", "unknown credential action `brew`"),
        (("get",), "\n", "no credentials server URL"),
        (("erase",), "", "no credentials server URL"),
        (("store",), "no JSON", "no credentials server URL"),
        (("store",), {"ServerURL": 7, "Username": "me"}, "no credentials server URL"),
        (("store",), {"ServerURL": HOST, "Secret": "secret"}, "no credentials username"),
    ],
)
def test_wrong_use_is_one_line(
    shell: Shell, action: tuple[str, ...], given: object, words: str
) -> None:
    ran = ask(shell, *action, given=given)
    assert (ran.code, ran.err, ran.out.count("\n")) == (1, "", 1)
    assert ran.out.startswith(words)


def test_its_version(shell: Shell) -> None:
    assert ask(shell, "version").out == "docker-credential-roster (roster-cli) 0.1.0\n"
    assert ask(shell, "--help").code == 0
