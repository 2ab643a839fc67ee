"""What comes through a proxy that asks Roster: nothing a client makes up, and nothing without an answer."""

import json
from pathlib import Path

import pytest

from tests.interop.fronts import OTHER, OWN, Front, before
from tests.interop.processes import free_port
from tests.interop.proxies import CLIENT
from tests.interop.recording import recording


def test_who_it_was_comes_through_and_the_secret_does_not(front: Front) -> None:
    forged = {
        "X__Roster__Robot": "evil",
        "X_Roster_Robot": "evil",
        "x__roster_Robot": "evil",
        "X__Roster__Token": "evil",
        "X__Roster__Organization": "evil",
    }
    upstreams = {f"/v2/{OWN}/tags/list": front.recorder, "/reports/today": front.reports}
    for path, recorder in upstreams.items():
        for headers in ({}, forged):
            login = front.login("puller")
            assert front.recorded.get(path, Authorization=login, **headers)[0] == 200
            seen = recorder.seen[-1]
            assert seen.uri == path
            assert seen.values("X-Roster-Robot") == [front.robots["puller"]["login_name"]]
            assert seen.values("X-Roster-Organization") == ["acme"]
            assert len(seen.values("X-Roster-Token")) == 1
            assert seen.values("Authorization") == []
            assert "evil" not in str(seen)


def test_nobody_is_named_where_nobody_was_asked(front: Front) -> None:
    path = "/v2/acme/payments/public/tags/list"
    assert front.recorded.get(path, X__Roster__Robot="evil", X_Roster_Token="evil")[0] == 200
    seen = front.recorder.seen[-1]
    for name in ("Robot", "Organization", "Token"):
        assert "".join(seen.values(f"X-Roster-{name}")) == ""


def test_a_plain_question_is_asked_before_anything_else_than_a_registry(front: Front) -> None:
    before = len(front.reports.seen)
    assert front.recorded.get("/reports/today")[0] == 401
    status, body = front.recorded.get("/reports/today", Authorization=front.login("harbor"))
    assert (status, json.loads(body)["errors"][0]["code"]) == (403, "DENIED")
    assert len(front.reports.seen) == before


HOSTILE = f"""
/v2/acme%2fpayments%2fapi/tags/list /v2/acme/payments/%61pi/tags/list /v2//acme/payments/api/tags/list
/v2/acme/payments/api/../api/tags/list /v2/./acme/payments/api/tags/list /v2/{OWN}/tags/list/..
/v2/acme/payments/%2e%2e/payments/api/tags/list /v2/{OWN}/tags/list%23 /v2/{OWN}/tags/list%00
/v2/{OWN}/tags/list%3fx /v2/{OWN}/tags/list;x /v2/{OWN}/nothing / /v2 /metrics /.roster/registry
/.roster/reports /reports /reports%2f /v2/{OWN}/tags/list?n=1&n=2 /v2/{OWN}/tags/list?a;b
/v2/acme/other/../payments/api/tags/list /reports/../v2/acme/other/secret/tags/list
""".split()


def test_nothing_hostile_reaches_the_registry(front: Front) -> None:
    """What a proxy reads as a report goes there, where this robot may go, as it was written."""
    login, before = front.login("puller"), len(front.recorder.seen)
    for path in HOSTILE:
        reports = len(front.reports.seen)
        status, _ = front.recorded.get(path, Authorization=login)
        went = [seen.uri for seen in front.reports.seen[reports:]]
        assert (went == [path]) if status < 300 else (went == []), path
    assert front.recorder.seen[before:] == []


# Ways in which a client may try to say what it asks for and where it is; a dash is written `__`.
FORGERIES = [
    {"X__Original__URI": "/v2/"},
    {"X_Original_URI": "/v2/"},
    {"X__Original__Method": "GET"},
    {"X__Forwarded__Uri": "/v2/"},
    {"X_Forwarded_Uri": "/v2/"},
    {"X__Forwarded__Method": "GET"},
    {"X__HAProxy__Uri": "/v2/"},
    {"X_HAProxy_Uri": "/v2/"},
    {"X__HAProxy__Method": "GET"},
    {"X__Envoy__Original__Path": "/v2/"},
    {"X__Original__URL": "/v2/"},
    {"X__Rewrite__URL": "/v2/"},
    {"X__Real__IP": "203.0.113.5"},
    {"X_Real_IP": "203.0.113.5"},
    {"X__Forwarded__For": "203.0.113.5"},
    {"X_Forwarded_For": "203.0.113.5"},
    {"X__HAProxy__Address": "203.0.113.5"},
    {"X__Envoy__External__Address": "203.0.113.5"},
    {"Forwarded": "for=203.0.113.5"},
]


def test_no_client_chooses_what_is_asked_or_from_where(front: Front) -> None:
    login, allowed = front.login("puller"), f"/v2/{OWN}/tags/list"
    for networks, status in ((CLIENT, 200), ("203.0.113.0/24", 401)):
        front.limit("puller", networks)
        for forged in FORGERIES:
            assert front.recorded.get(allowed, Authorization=login, **forged)[0] == status, forged
    front.limit("puller", "")
    for forged in FORGERIES:
        path = f"/v2/{OTHER}/tags/list"
        assert front.recorded.get(path, Authorization=login, **forged)[0] == 403, forged
        refused, _ = front.recorded.ask("DELETE", allowed, Authorization=login, **forged)
        assert refused == 403, forged


# What each answers without an answer from Roster.
SILENT = {"nginx": 500, "caddy": 502, "haproxy": 503}


@pytest.mark.parametrize("program", SILENT)
def test_while_roster_does_not_answer_nothing_comes_through(program: str, tmp_path: Path) -> None:
    with recording() as recorder:
        upstreams = {"127.0.0.1:5000": recorder.host, "127.0.0.1:9000": recorder.host}
        nobody = f"127.0.0.1:{free_port()}"
        with before(program, upstreams, nobody, tmp_path / program, SILENT[program]) as running:
            for path in ("/v2/", "/v2/acme/payments/public/tags/list", "/reports/today"):
                assert running.get(path)[0] >= 500
        assert recorder.seen == []
