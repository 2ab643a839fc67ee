"""`manage.py run_jobs` with a real mail server: nothing twice, nothing lost, nobody waits."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.console import Console
from tests.interop.mail import HANGS, HANGS_AT_THE_END, REFUSES, TAKES, MailServer
from tests.interop.postgresql import postgresql
from tests.interop.processes import PATIENCE_SECONDS, Installation, eventually, serving

SCHEDULERS, LETTERS = 3, 60
AN_HOUR = 3600  # much longer than the test waits for anything
PASSWORD = "a long enough phrase"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    if request.param == "sqlite":
        yield {}
        return
    with postgresql(tmp_path) as server:
        keyring = str(tmp_path / "keyring.json")
        secret_key = "only-for-tests-" * 4
        yield {
            "ROSTER_DATABASE_URL": server.url,
            "ROSTER_KEYRING_FILE": keyring,
            "ROSTER_SECRET_KEY": secret_key,
        }


def with_mail(folder: Path, mail_server: MailServer, timeout: int, **more: str) -> Installation:
    """An installation whose mail goes to `mail_server`."""
    (folder / "roster").mkdir(exist_ok=True)
    return Installation(folder / "roster", ROSTER_EMAIL_URL=mail_server.url(timeout), **more)


@pytest.fixture
def own(prepared_data: Path, tmp_path: Path, mail_server: MailServer) -> Installation:
    """Whose mail server has an hour for each answer: longer than any test waits."""
    shutil.copytree(prepared_data, tmp_path / "roster")
    return with_mail(tmp_path, mail_server, AN_HOUR)


def test_schedulers_at_once_send_each_letter_once(
    database: dict[str, str], tmp_path: Path, mail_server: MailServer
) -> None:
    own = with_mail(tmp_path, mail_server, AN_HOUR, **database)
    own.set_up()
    wanted = own.do("letters", count=LETTERS)
    schedulers = [own.start("run_jobs") for _ in range(SCHEDULERS)]
    try:
        eventually(lambda: len(mail_server.letters) >= LETTERS, "all letters are sent")
    finally:
        ended = [end(process, signal.SIGTERM) for process in schedulers]
    assert ended == [0] * SCHEDULERS
    assert mail_server.recipients == wanted
    assert own.do("outbox") == {"waiting": 0, "sent": LETTERS, "attempts": [1], "held": []}


def end(process: "subprocess.Popen[bytes]", number: int) -> int:
    process.send_signal(number)
    return process.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize("behaviour", [HANGS_AT_THE_END, REFUSES])
def test_letters_wait_for_a_mail_server_that_is_ill(
    own: Installation, mail_server: MailServer, behaviour: str
) -> None:
    own.environment["ROSTER_EMAIL_URL"] = mail_server.url(timeout=1)
    wanted = own.do("letters", count=2)
    mail_server.behaviour = behaviour
    assert own.do("look", times=2) == [
        {"waiting": 2, "sent": 0, "attempts": [tried], "held": []} for tried in (1, 2)
    ]
    mail_server.behaviour, mail_server.letters = TAKES, []
    assert own.do("look", times=1) == [{"waiting": 0, "sent": 2, "attempts": [3], "held": []}]
    assert mail_server.recipients == wanted


def test_a_stop_waits_for_no_mail_server(own: Installation, mail_server: MailServer) -> None:
    own.do("letters", count=2)
    mail_server.behaviour = HANGS
    process = own.start("run_jobs")
    eventually(mail_server.is_held.is_set, "a letter is on its way")
    assert end(process, signal.SIGINT) == 0
    assert own.do("outbox") == {"waiting": 2, "sent": 0, "attempts": [0, 1], "held": []}


def test_what_a_killed_scheduler_was_sending_is_sent_again_as_the_same_letter(
    own: Installation, mail_server: MailServer
) -> None:
    own.do("letters", count=1)
    mail_server.behaviour = HANGS_AT_THE_END
    process = own.start("run_jobs")
    eventually(mail_server.is_held.is_set, "the letter was given to the mail server")
    assert end(process, signal.SIGKILL) == -signal.SIGKILL
    assert own.do("outbox") == {"waiting": 1, "sent": 0, "attempts": [1], "held": ["send-mail"]}
    mail_server.behaviour = TAKES
    assert own.do("look", times=1)[0]["waiting"] == 0
    first, second = mail_server.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_the_console_answers_while_the_mail_server_hangs(
    own: Installation, mail_server: MailServer
) -> None:
    mail_server.behaviour = HANGS
    with serving(own) as server:
        made = own.do("organization", slug="acme", password=PASSWORD)
        console = Console(own.origin, "acme", made["owner"], PASSWORD)
        console.send("users/invitations/new/", email="new@example.com", role="member")
        eventually(mail_server.is_held.is_set, "the letter is on its way")
        console.ask("/password/", {"email": made["owner"]})
        assert "new@example.com" in console.page("users/invitations/")
        assert own.do("outbox")["waiting"] == 2
        assert server.stop(signal.SIGINT) == 0
        assert "a process ended" not in server.output
