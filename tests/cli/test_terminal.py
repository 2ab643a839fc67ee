"""At a terminal: questions, typed secrets, Ctrl-C."""

import signal
import subprocess
import threading

import pytest
import yaml
from django.urls import reverse

from tests.cli.shells import PROGRAM, Shell
from tests.cli.standins import Reply, StandIn

ME = {
    "kind": "user",
    "email": "owner@example.com",
    "name": "Owner",
    "organization": None,
    "organizations": [{"slug": "acme", "name": "Acme", "role": "owner"}],
}
DELETE = ("project", "delete", "payments")
QUESTION = "Are you sure you want to delete this project? [y/n]: "
PROJECT = Reply(body={"slug": "payments"})


@pytest.mark.parametrize("answer", ["y", "Y", "yes", "Yup"])
def test_yes(here: Shell, standin: StandIn, answer: str) -> None:
    standin.will(PROJECT, Reply(204))
    ran = here.at_terminal(*DELETE, answers=f"{answer}\n", until=b"[y/n]: ")
    assert ran.code == 0
    assert ran.out == (
        f"{QUESTION}{answer}\n"
        "Deleting project acme/payments. This cannot be undone.\n"
        "acme/payments deleted\n"
    )


@pytest.mark.parametrize("answer", ["n", "", "no", "of course", "\x04"])
def test_anything_else_is_no(here: Shell, standin: StandIn, answer: str) -> None:
    standin.will(PROJECT)
    ran = here.at_terminal(*DELETE, answers=f"{answer}\n", until=b"[y/n]: ")
    assert ran.code == 1
    assert ran.out.endswith("roster: error: operation canceled\n")
    assert [asked.method for asked in standin.asked] == ["GET"]


def test_without_a_terminal_nobody_is_asked(here: Shell, standin: StandIn) -> None:
    standin.will(PROJECT)
    ran = here(*DELETE, typed="y\n")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "roster: error: refusing to prompt in non-interactive terminal\n"
    assert [asked.method for asked in standin.asked] == ["GET"]


def test_force_does_not_ask(here: Shell, standin: StandIn) -> None:
    standin.will(PROJECT, Reply(204))
    assert here.good(*DELETE, "--force") == "acme/payments deleted\n"


def test_ctrl_c_at_a_question(here: Shell, standin: StandIn) -> None:
    standin.will(PROJECT)
    ran = here.at_terminal(*DELETE, answers="\x03", until=b"[y/n]: ")
    assert ran.code == 130
    assert "Traceback" not in ran.out
    assert "error" not in ran.out


def test_ctrl_c_while_the_server_thinks(here: Shell, standin: StandIn) -> None:
    asked, done = threading.Event(), threading.Event()

    class Thinking(list[Reply]):
        def __len__(self) -> int:
            asked.set()
            done.wait(60)
            return 1

    standin.replies = Thinking([Reply(204)])
    with subprocess.Popen(
        [*PROGRAM, "robot", "list"],
        cwd=here.home,
        env=here.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    done.set()
    assert (process.returncode, out, err.strip()) == (130, "", "")


def test_a_token_is_typed_unseen(shell: Shell, standin: StandIn) -> None:
    standin.will(Reply(body=ME))
    ran = shell.at_terminal(
        "login", "-a", "acme", "--server", standin.url, answers="the-secret\n", until=b"Token: "
    )
    assert ran.code == 0, ran
    page = standin.url + reverse("robots:personal-token-create")
    assert ran.out.startswith(
        "Create a personal token under My account, API tokens, and paste it here:"
        f" {page}\nToken: \n"
    )
    assert "the-secret" not in ran.out
    assert ran.out.endswith("owner@example.com logged in\n")
    profile = {
        "server": standin.url,
        "organization": "acme",
        "account": "owner@example.com",
        "type": "user",
        "token": "the-secret",
    }
    assert yaml.safe_load(shell.config.read_text()) == {
        "current": "default",
        "profiles": {"default": profile},
    }
    assert shell.config.stat().st_mode & 0o777 == 0o600


def test_login_without_a_terminal_needs_a_token(shell: Shell, nobody: str) -> None:
    ran = shell("login", "-a", "acme", "--server", nobody)
    assert ran.error == "refusing to prompt in non-interactive terminal"
    assert not shell.config.exists()


def test_a_token_comes_on_stdin(shell: Shell, standin: StandIn) -> None:
    standin.will(Reply(body=ME))
    shown = shell.good("login", "-t", "-", "--server", standin.url, typed="the-secret\n")
    assert shown == "owner@example.com logged in\n"
    assert standin.asked[0].headers["Authorization"] == "Bearer the-secret"
    assert shell("login", "-t", "-", typed="\n").error == "there is no token on standard input"


def test_a_login_that_fails_keeps_nothing(shell: Shell, standin: StandIn) -> None:
    standin.will(Reply(401))
    assert shell("login", "-t", "the-secret", "--server", standin.url).code == 1
    standin.will(Reply(body=ME), Reply(404))
    ran = shell("login", "-t", "the-secret", "-a", "globex", "--server", standin.url)
    assert ran.error == "owner@example.com is not a member of globex"
    assert not shell.config.exists()


def test_a_personal_account(shell: Shell, standin: StandIn) -> None:
    standin.will(Reply(body=ME))
    shell.good("login", "-t", "the-secret", "--server", standin.url)
    assert shell.good("profile", "list").splitlines()[1] == "*         default   user"
    for arguments in (("robot", "list"), ("robot", "create", "ci"), ("get", "roles", "--system")):
        ran = shell(*arguments)
        assert ran.err == "roster: error: only organizations can have robot accounts\n"
        assert ran.code == 1


def test_a_robot_knows_its_organization(shell: Shell, standin: StandIn) -> None:
    me = {"kind": "robot", "name": "ci", "login_name": "robot_acme+ci", "organization": "acme"}
    page: dict[str, object] = {"results": [], "next": None}
    standin.will(Reply(body=me), Reply(body=page))
    shown = shell.good("robot", "list", ROSTER_SERVER=standin.url, ROSTER_TOKEN="the-secret")
    assert shown == "No robots found in acme\n"


def test_a_keyring_keeps_the_secret(rings: Shell, standin: StandIn) -> None:
    ring = {"PYTHON_KEYRING_BACKEND": "rings.Kept"}
    standin.will(Reply(body=ME))
    rings.good("login", "-t", "the-secret", "-a", "acme", "--server", standin.url, **ring)
    assert "the-secret" not in rings.config.read_text()
    kept = rings.home / "keyring.json"
    assert "the-secret" in kept.read_text()
    standin.will(Reply(body={"results": [], "next": None}))
    rings.good("robot", "list", **ring)
    assert standin.asked[-1].headers["Authorization"] == "Bearer the-secret"
    assert rings("robot", "list").error.startswith("not logged in")
    rings.good("logout", **ring)
    assert kept.read_text() == "{}"


@pytest.mark.parametrize("kind", ["rings.Broken", "rings.Forgetful", "no.such.Keyring"])
def test_a_keyring_that_does_not_work(rings: Shell, standin: StandIn, kind: str) -> None:
    standin.will(Reply(body=ME))
    rings.good("login", "-t", "the-secret", "--server", standin.url, PYTHON_KEYRING_BACKEND=kind)
    assert "the-secret" in rings.config.read_text()
