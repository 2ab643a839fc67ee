"""The audit log as a file."""

import csv
import gc
import io
import json
import tracemalloc
from typing import Any

import pytest
from django.test import Client

from console.audit import links
from console.audit.recording import OPERATOR, System, changing, record, record_each
from console.models import Event
from console.permissions.vocabulary import Permission
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast

ADDRESS = "/o/acme/audit-log/export/"


def exported(client: Client, form: str, query: str = "") -> Any:
    answer = client.post(f"{ADDRESS}{query}", {"form": form})
    assert answer.status_code == 200
    return answer


def content(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(answer).removeprefix("\ufeff"))))


def test_the_csv_has_a_line_for_every_event(as_owner: Client, cast: Cast) -> None:
    answer = exported(as_owner, "csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="acme-audit-log.csv"'
    assert "no-store" in answer["Cache-Control"]
    found = rows(answer)
    events = Event.objects.filter(organization_slug="acme").order_by("number")
    assert [row["uuid"] for row in found] == [str(event.uuid) for event in events]
    made = found[0]
    assert made["sentence"] == (
        "owner@example.com created the robot account robot_acme.payments+ci"
    )
    assert json.loads(made["after"])["login"] == "robot_acme.payments+ci"


def test_the_csv_says_by_its_first_bytes_that_it_is_utf_8(as_owner: Client, cast: Cast) -> None:
    with changing(cast.organization) as chain:
        record(chain, actor=System("Grüße"), action="robot:created", target=cast.robot)
    answer = exported(as_owner, "csv")
    assert content(answer).startswith("\ufeffnumber,created_at,")
    assert rows(exported(as_owner, "csv"))[-3]["actor"] == "Grüße"
    assert not content(exported(as_owner, "jsonl")).startswith("\ufeff")


def test_the_json_lines_hold_all_that_is_linked(as_owner: Client, cast: Cast) -> None:
    """So that a copy can be verified by whoever has the keyring."""
    answer = exported(as_owner, "jsonl")
    assert answer["Content-Disposition"] == 'attachment; filename="acme-audit-log.jsonl"'
    found = [json.loads(line) for line in content(answer).splitlines()]
    assert [row["number"] for row in found] == list(range(1, len(found) + 1))
    for row in found:
        assert set(row) == {*links.LINKED_FIELDS, "link"}
    event = Event.objects.get(uuid=found[1]["uuid"])
    assert bytes.fromhex(found[1]["link"]) == bytes(event.link)


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ("?action=token:created", ["token:created"]),
        ("?q=nightly", ["token:created"]),
        ("?q=payments%2Bci", ["robot:created"]),
        ("?who=machines", []),
    ],
)
def test_only_what_is_filtered_is_exported(
    as_owner: Client, cast: Cast, query: str, actions: list[str]
) -> None:
    assert [row["action"] for row in rows(exported(as_owner, "csv", query))] == actions


def test_who_exports_leaves_an_event_with_the_filters(as_owner: Client, cast: Cast) -> None:
    with events_written() as events:
        exported(as_owner, "csv", "?action=token:created&cursor=y")
        secret = as_owner.post(f"{ADDRESS}?q={cast.secret}", {"form": "csv"})
        assert secret.status_code == 400
    (event,) = events
    assert (event.action, event.actor_label) == ("audit-log:exported", cast.owner.email)
    assert event.after == {"form": "csv", "filters": {"action": "token:created"}}


def test_who_may_not_read_the_log_may_not_export_it(cast: Cast) -> None:
    with events_written() as events:
        answer = browser(cast.member).post(ADDRESS, {"form": "csv"})
        assert answer.status_code == 403
        assert "event:read" in text(answer)
        assert browser(cast.stranger).post(ADDRESS, {"form": "csv"}).status_code == 404
        assert browser(cast.owner).post(ADDRESS, {"form": "xml"}).status_code == 400
        assert browser(cast.owner).get(ADDRESS).status_code == 405
    assert events == []
    assert holder(cast.organization, Permission.EVENT_READ)


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(as_owner: Client, cast: Cast, begins: str) -> None:
    with changing(cast.organization) as chain:
        record(chain, actor=System(begins), action="robot:created", target=cast.robot)
    row = rows(exported(as_owner, "csv"))[-2]  # the last one is the export's
    assert row["actor"] == f"'{begins}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def make(cast: Cast, number: int) -> None:
    change = (cast.robot, None, {"description": "x" * 2_000})
    with changing(cast.organization) as chain:
        record_each(chain, actor=OPERATOR, action="robot:created", changes=[change] * number)


def highest(client: Client, form: str) -> int:
    """The most memory that was held while the file was read a piece at a time."""
    answer = exported(client, form)
    gc.freeze()  # what was there before need not be looked through at every piece
    tracemalloc.start()
    for _ in answer.streaming_content:
        gc.collect()  # what is held counts, not what waits to be collected
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    gc.unfreeze()
    return peak


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_memory_does_not_grow_with_the_log(
    as_owner: Client, cast: Cast, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.audit.files.PIECE", 20)
    make(cast, 40)
    highest(as_owner, form)  # what is made once
    short = highest(as_owner, form)
    make(cast, 400)
    assert highest(as_owner, form) < short * 1.5
