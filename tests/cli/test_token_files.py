"""Where a token goes: the place is taken before the request, and given back if there is no token."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shells import PROGRAM, Shell
from tests.cli.standins import Reply, StandIn, standing_in

CREATE = ("robot", "token", "create", "ci", "nightly")
ROTATE = ("robot", "token", "rotate", "ci", "nightly")
REFRESH = ("robot", "refresh", "ci", "nightly", "--yes")
ROBOT = {"id": "robot-id", "name": "ci", "path": "acme/ci", "project": None}
TOKEN = {"access_id": "an-id", "name": "nightly"}
MADE = TOKEN | {"secret": "the-secret", "old_secret_ends_at": "2026-11-23T10:00:00Z"}
LINE = '{"accessId":"an-id","token":"the-secret"}\n'
acts = pytest.mark.parametrize("act", [CREATE, ROTATE, REFRESH])


def page(*rows: dict[str, Any]) -> Reply:
    return Reply(body={"results": list(rows), "next": None})


def answer(standin: StandIn, act: tuple[str, ...], made: Reply) -> None:
    standin.will(page(ROBOT), *([] if act == CREATE else [page(TOKEN)]), made)


@acts
def test_without_a_place_nothing_is_made(
    here: Shell, standin: StandIn, act: tuple[str, ...]
) -> None:
    ran = here(*act)
    said = "Refusing to emit sensitive output. Please specify output location."
    assert (ran.code, ran.out, ran.error) == (1, "", said)
    assert standin.asked == []


@acts
def test_two_places_are_a_usage_error(here: Shell, standin: StandIn, act: tuple[str, ...]) -> None:
    for places in (("-o", "a", "--file", "b"), ("a", "--output", "b"), ("-f", "a", "-f", "b")):
        ran = here(*act, *places)
        assert ran.code == 2
        assert "one place for the secret, not" in ran.error
    assert standin.asked == []
    assert not (here.home / "a").exists()


@acts
@pytest.mark.parametrize("place", ["-o t", "--output t", "-f t", "--file t", "t"])
def test_a_new_file_is_private(
    here: Shell, standin: StandIn, act: tuple[str, ...], place: str
) -> None:
    answer(standin, act, Reply(201, MADE))
    shown = here.good(*act, *place.split())
    assert "the-secret" not in shown
    assert shown.startswith("acme/ci/nightly ")
    file = here.home / "t"
    assert file.read_text() == LINE
    assert file.stat().st_mode & 0o777 == 0o600


@acts
def test_a_file_that_is_there_stays(here: Shell, standin: StandIn, act: tuple[str, ...]) -> None:
    file = here.home / "t"
    file.write_text("mine")
    answer(standin, act, Reply(201, MADE))
    ran = here(*act, "-o", "t")
    assert ran.error == "t exists already; use --force to overwrite it"
    assert file.read_text() == "mine"
    assert not [asked for asked in standin.asked if asked.method == "POST"]


@acts
def test_it_is_overwritten_by_force_alone(
    here: Shell, standin: StandIn, act: tuple[str, ...]
) -> None:
    file = here.home / "t"
    file.write_text("mine")
    file.chmod(0o644)
    answer(standin, act, Reply(201, MADE))
    here.good(*act, "-o", "t", "--force")
    assert file.read_text() == LINE
    assert file.stat().st_mode & 0o777 == 0o600


@acts
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_failure_leaves_things_as_they_were(
    here: Shell, standin: StandIn, act: tuple[str, ...], force: tuple[str, ...]
) -> None:
    if force:
        (here.home / "t").write_text("mine")
    before = sorted(here.home.iterdir())
    answer(standin, act, Reply(422, {"errors": [{"field": "name", "message": "Taken."}]}))
    assert here(*act, "-o", "t", *force).error == "name: Taken"
    assert sorted(here.home.iterdir()) == before
    assert not force or (here.home / "t").read_text() == "mine"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("missing/t", "cannot write missing/t: No such file or directory"),
        ("folder", "folder is not a file that could be overwritten"),
        ("/dev/null", "/dev/null is not a file that could be overwritten"),
    ],
)
def test_a_place_that_cannot_be_written(
    here: Shell, standin: StandIn, place: str, said: str
) -> None:
    (here.home / "folder").mkdir()
    for force in ((), ("--force",)):
        answer(standin, CREATE, Reply(201, MADE))
        assert here(*CREATE, "-o", place, *force).error == said
    assert not [asked for asked in standin.asked if asked.method == "POST"]
    assert Path("/dev/null").is_char_device()


class Meddling(StandIn):
    """Does something in the folder between the request for a secret and its answer."""

    def __init__(self, meddle: Callable[[], object]) -> None:
        super().__init__()
        self.meddle = meddle

    def next(self) -> Reply:
        if self.asked[-1].method == "POST":
            self.meddle()
        return super().next()


@acts
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_link_put_in_its_place_gets_no_secret(
    shell: Shell, act: tuple[str, ...], force: tuple[str, ...]
) -> None:
    theirs, taken = shell.home / "theirs", shell.home / "t"
    theirs.write_text("theirs")
    if force:
        taken.write_text("mine")

    def put_link() -> None:
        (draft,) = shell.home.glob(".roster-*") if force else [taken]
        draft.rename(shell.home / "aside")
        draft.symlink_to(theirs)

    with standing_in(Meddling(put_link)) as standin:
        shell.log_in(standin.url, "secret", "acme")
        answer(standin, act, Reply(201, MADE))
        ran = shell(*act, "-o", "t", *force)
    assert ran.error == (
        "cannot write t: somebody put another file in its place."
        " Nobody has the secret of token an-id now: refresh it, or delete it with"
        " `roster robot token delete acme/ci nightly`"
    )
    assert theirs.read_text() == "theirs"
    assert (shell.home / "aside").read_text() == ""
    assert not force or taken.read_text() == "mine"


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_full_disk_leaves_things_as_they_were(
    here: Shell, standin: StandIn, force: tuple[str, ...]
) -> None:
    if force:
        (here.home / "t").write_text("mine")
    before = sorted(here.home.iterdir())
    answer(standin, CREATE, Reply(201, MADE))
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 0 && exec "$@"', "sh", *PROGRAM, *CREATE, "-o", "t", *force],
        cwd=here.home,
        env=here.environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.stderr == (
        "roster: error: cannot write t: File too large."
        " Nobody has the secret of token an-id now: refresh it, or delete it with"
        " `roster robot token delete acme/ci nightly`\n"
    )
    assert (done.returncode, sorted(here.home.iterdir())) == (1, before)
    assert not force or (here.home / "t").read_text() == "mine"


def test_what_others_put_in_its_place_stays(shell: Shell) -> None:
    def put_file() -> None:
        (shell.home / "t").unlink()
        (shell.home / "t").write_text("theirs")

    with standing_in(Meddling(put_file)) as standin:
        shell.log_in(standin.url, "secret", "acme")
        answer(standin, CREATE, Reply(422, {"errors": [{"field": "name", "message": "Taken."}]}))
        assert shell(*CREATE, "-o", "t").error == "name: Taken"
    assert (shell.home / "t").read_text() == "theirs"


def test_the_home_folder_is_expanded(here: Shell, standin: StandIn) -> None:
    answer(standin, CREATE, Reply(201, MADE))
    (here.home / "below").mkdir()
    here.good(*CREATE, "--output=~/below/t")
    assert (here.home / "below" / "t").read_text() == LINE


@acts
def test_on_stdout_there_is_only_the_json(
    here: Shell, standin: StandIn, act: tuple[str, ...]
) -> None:
    for more in ((), ("--format", "json"), ("--quiet",)):
        answer(standin, act, Reply(201, MADE))
        ran = here(*act, "-o", "-", *more)
        assert (ran.code, ran.out) == (0, LINE)
        assert ran.err.startswith("acme/ci/nightly ") or "--quiet" in more


@acts
def test_as_data_it_is_shown_without_the_secret(
    here: Shell, standin: StandIn, act: tuple[str, ...]
) -> None:
    answer(standin, act, Reply(201, MADE))
    ran = here(*act, "t", "--format", "json")
    found = json.loads(ran.out)
    assert found["access_id"] == "an-id"
    assert "the-secret" not in ran.out + ran.err
    assert ran.err.startswith("acme/ci/nightly ")


@pytest.mark.parametrize(
    ("overlap", "ends_at", "said"),
    [
        ("24h", "2026-11-23T10:00:00Z", "at 2026-11-23 10:00:00 UTC"),
        ("now", None, "now"),
        ("first-use", None, "with the first use of the new one"),
        ("by-hand", None, "when you end it"),
    ],
)
def test_rotation_says_when_the_old_secret_ends(
    here: Shell, standin: StandIn, overlap: str, ends_at: str | None, said: str
) -> None:
    answer(standin, ROTATE, Reply(201, MADE | {"old_secret_ends_at": ends_at}))
    shown = here.good(*ROTATE, "-o", "t", "--overlap", overlap)
    assert shown == f"acme/ci/nightly rotated, the old secret ends {said}\n"
    assert json.loads(standin.asked[-1].body) == {"old_ends": overlap}


def test_refresh_finds_the_only_token(here: Shell, standin: StandIn) -> None:
    other = TOKEN | {"name": "weekly"}
    standin.will(page(ROBOT), page(TOKEN, other))
    ran = here("robot", "refresh", "ci", "-o", "t", "--yes")
    assert ran.error == "say which token of robot ci: nightly, weekly"
    standin.will(page(ROBOT), page(TOKEN), Reply(201, MADE))
    assert "refreshed" in here.good("robot", "refresh", "ci", "-o", "t", "--yes")


def test_refresh_asks(here: Shell, standin: StandIn) -> None:
    answer(standin, REFRESH, Reply(201, MADE))
    ran = here("robot", "refresh", "ci", "nightly", "-o", "t")
    assert ran.error == "refusing to prompt in non-interactive terminal"
    assert not [asked for asked in standin.asked if asked.method == "POST"]
