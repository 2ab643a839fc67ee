"""`restore_check`: says what came back and what is not known, ends it, accepts the database."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from console.audit.checkpoints import checkpoint
from console.models import Event
from console.serving import health
from robots.accounts.services.robots import delete_robot, disable_robot
from tests.conftest import Cast
from tests.console.logs import verified
from tests.front import ask
from tests.robots.restores.lost import lost


def check(*arguments: str) -> tuple[int, list[str]]:
    """Exit code and lines."""
    output = io.StringIO()
    try:
        call_command("restore_check", *arguments, stdout=output)
    except SystemExit as end:
        return int(str(end.code)), output.getvalue().splitlines()
    return 0, output.getvalue().splitlines()


@pytest.fixture
def events(cast: Cast, tmp_path: Path) -> Path:
    """What left on standard output after the backup that is here again: three things were taken away."""
    checkpoint()

    def change() -> None:
        disable_robot(actor=cast.owner, robot=cast.organization_robot)
        delete_robot(actor=cast.owner, robot=cast.robot)
        disable_robot(actor=cast.stranger, robot=cast.other_robot)
        checkpoint()

    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(lost(change)) + "\n")
    return file


def last(cast: Cast, slug: str = "acme") -> int:
    return Event.objects.filter(organization_slug=slug).latest("number").number


def test_a_database_that_is_as_it_was_has_nothing_to_say(cast: Cast) -> None:
    checkpoint()
    assert check() == (0, ["The database goes on from its newest checkpoints."])
    assert check("--accept")[1][-1] == "There was nothing to accept."


def test_without_evidence_it_says_how_many_are_missing(cast: Cast, events: Path) -> None:
    number = last(cast)
    code, lines = check()
    assert code == 1
    assert lines[0].startswith("THE DATABASE IS OLDER THAN ITS AUDIT LOG WAS")
    assert f"acme: event {number + 1}: events {number + 1} to {number + 2} are missing" in lines
    assert "--events or --database tells" in lines[-1]


def test_it_names_what_came_back_in_columns(cast: Cast, events: Path) -> None:
    number = last(cast)
    code, lines = check("--events", str(events))
    assert code == 1
    heading = next(at for at, line in enumerate(lines) if line.startswith("EVENT"))
    assert [" ".join(line.split()) for line in lines[heading:]] == [
        "EVENT WHAT NAME SINCE THE BACKUP",
        f"acme:{number + 2} robot account robot_acme.payments+ci was deleted",
        f"acme:{number + 1} robot account robot_acme+deploy was disabled",
        f"globex:{last(cast, 'globex') + 1} robot account robot_globex.payments+ci was disabled",
        "3 events since the backup; 3 things came back.",
    ]
    assert not any("missing" in line for line in lines)


def test_it_ends_what_came_back_and_nothing_twice(cast: Cast, events: Path) -> None:
    code, lines = check("--events", str(events), "--end")
    assert (code, lines[-1]) == (0, "3 of 3 are ended.")
    cast.robot.refresh_from_db()
    cast.other_robot.refresh_from_db()
    assert cast.robot.deleted_at
    assert cast.other_robot.disabled_at
    assert check("--events", str(events))[1][-1].endswith("0 things came back.")


def test_what_is_to_be_kept_is_left_as_it_is(cast: Cast, events: Path) -> None:
    """A backup is sometimes put back because somebody deleted something by mistake."""
    kept = f"acme:{last(cast) + 2}"
    code, lines = check("--events", str(events), "--end", "--keep", kept)
    assert (code, lines[-1]) == (0, "2 of 2 are ended.")
    cast.robot.refresh_from_db()
    assert cast.robot.deleted_at is None


def test_what_is_mistyped_ends_nothing(cast: Cast, events: Path) -> None:
    for arguments, said in (
        (("--events", str(events), "--keep", "acme:1O"), "acme:1O"),
        (("--database", "nonsense"), "--database: "),
    ):
        with pytest.raises(CommandError, match=said):
            check(*arguments, "--end", "--accept")
    cast.robot.refresh_from_db()
    assert cast.robot.deleted_at is None
    assert ask("/readyz").status == 503


def test_once_accepted_roster_is_ready_and_its_audit_log_in_order(cast: Cast, events: Path) -> None:
    assert ask("/readyz").status == 503
    code, lines = check("--events", str(events), "--end", "--accept")
    assert (code, lines[-1][:8]) == (0, "Accepted")
    assert ask("/readyz").status == 200
    assert verified("--organization", "acme")[0] == 0
    accepted = Event.objects.get(action="site:restored")
    assert (accepted.chain, accepted.actor_label) == ("site", "operator")
    assert check() == (0, ["The database goes on from its newest checkpoints."])


def test_accepting_alone_is_enough(cast: Cast, events: Path) -> None:
    assert check("--accept")[0] == 0
    assert ask("/readyz").status == 200


def test_what_is_not_known_keeps_it_from_accepting_after_an_end(cast: Cast, events: Path) -> None:
    number = last(cast)
    told = events.read_text().splitlines()
    events.write_text("\n".join(line for line in told if f'"number": {number + 1},' not in line))
    code, lines = check("--events", str(events), "--end", "--accept")
    assert code == 1
    assert f"acme: event {number + 1}: event {number + 1} is missing" in lines
    assert any(line.endswith("was deleted (not verified)") for line in lines)
    assert f"acme:{number + 2} is not ended: the event could not be verified." in lines
    assert ask("/readyz").status == 503


def test_lines_that_are_cut_off_and_missing_at_the_end_are_named(cast: Cast, events: Path) -> None:
    number = last(cast)
    told = [line for line in events.read_text().splitlines() if '"audit"' in line]
    events.write_text("\n".join([told[0], told[1][:-30], *told[2:]]))
    _, lines = check("--events", str(events))
    assert "1 that seemed to be events could not be read." in lines
    assert f"acme: event {number + 2}: event {number + 2} is missing" in lines


def test_it_reads_standard_input(cast: Cast, events: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(events.read_text()))
    assert check("--events", "-")[1][-1].endswith("3 things came back.")


def test_a_file_that_is_not_there_is_one_line(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        check("--events", str(tmp_path / "nothing"))


@pytest.mark.django_db
def test_a_schema_that_is_older_has_to_be_migrated_first() -> None:
    health.migrations.applied = False
    ((app, name),) = MigrationLoader(connection).graph.leaf_nodes("robots")
    MigrationRecorder(connection).record_unapplied(app, name)
    with pytest.raises(CommandError, match="migrate"):
        check()


def test_a_line_says_which_chain_and_what_it_is_about(events: Path, cast: Cast) -> None:
    told = [json.loads(line) for line in events.read_text().splitlines() if '"audit"' in line]
    assert {each["chain"] for each in told} == {
        cast.organization.uuid.hex,
        cast.other_organization.uuid.hex,
    }
    assert str(cast.robot.uuid) in {each["target_uuid"] for each in told}
