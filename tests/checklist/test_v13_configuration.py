"""V13: how it is set up, and what it does not tell."""

import importlib.metadata
import re
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from console.outgoing.client import GuardedClient, guarded_client
from console.outgoing.faults import OutgoingFault
from tests.browsers import browser, text
from tests.checklist import ROOT
from tests.checklist.answers import Answer
from tests.console.outgoing.conftest import Serve, serve  # noqa: F401 - a fixture
from tests.console.test_settings import PRODUCTION, read
from tests.front import ask
from tests.https import authority
from tests.interop.processes import Serving
from tests.leak_search import SHAPES

# Parts of what runs, whose versions are nobody's business.
PARTS = ("django", "granian", "djangorestframework", "django-allauth", "whitenoise", "uvloop")
KEYS = re.compile(rb"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}")


def test_requests_go_to_listed_places_alone(
    serve: Serve,  # noqa: F811 - the fixture
    settings: Settings,
) -> None:
    """V13.2.4: a machine of this network is not reached, unless it is listed."""
    server = serve()
    with pytest.raises(OutgoingFault):
        GuardedClient("", authority().file).get(server.url())
    assert server.visits == []
    assert settings.ROSTER_OUTGOING_NETWORKS == ""
    with pytest.raises(OutgoingFault):
        guarded_client().get(server.url())
    assert GuardedClient("127.0.0.1 ::1", authority().file).get(server.url()).status == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/static/../keyring.json", "/static/%2e%2e/keyring.json", "/static/..%2fkeyring.json"),
        *(
            "/static//etc/passwd",
            "/static/%00",
            "/static/console/../../secret_key",
            "/keyring.json",
        ),
        *("/.git/config", "/.env", "/manage.py", "/data/secret_key"),
    ],
)
def test_files_come_from_one_folder_alone(server: Serving, path: str) -> None:
    """V13.2.5: no spelling of a path leads to another."""
    answer = raw(server, "GET", path)
    assert answer.split(" ", 2)[1] in {"302", "400", "404"}
    assert "root:" not in answer


def raw(server: Serving, method: str, path: str) -> str:
    host = ("127.0.0.1", server.installation.port)
    head = f"{method} {path} HTTP/1.1\r\nHost: {host[0]}:{host[1]}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(host, 60) as connection:
        connection.sendall(head.encode())
        return connection.makefile("rb").read().decode("latin-1")


def test_no_secret_is_in_the_source_and_files_of_secrets_are_private(server: Serving) -> None:
    """V13.3.1: neither a minted secret nor a private key is kept with the code; what is made is 0600."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    product = [it for it in files if not it.is_relative_to(ROOT / "tests") and it.is_file()]
    assert len(product) > 500
    for pattern in (SHAPES, KEYS):
        assert [str(it) for it in product if pattern.search(it.read_bytes())] == []
    folder: Path = server.installation.folder
    for name in ("keyring.json", "secret_key", "roster.sqlite3"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name


def test_there_is_no_debug_mode(tmp_path: Path) -> None:
    """V13.4.2: no variable switches it on, in production or not."""
    wanted = {"DEBUG": "1", "DJANGO_DEBUG": "1", "ROSTER_LOG_LEVEL": "DEBUG"}
    assert read(tmp_path, **PRODUCTION, **wanted)["DEBUG"] == "False"
    assert read(tmp_path, **wanted)["DEBUG"] == "False"


@pytest.mark.parametrize("path", ["/static/", "/static/console/", "/static/console/css/"])
def test_folders_are_not_listed(server: Serving, path: str) -> None:
    """V13.4.3: there is nothing at the address of one."""
    assert raw(server, "GET", path).split(" ", 2)[1] == "404"


@pytest.mark.parametrize("path", ["/", "/help/", "/api/v1/me/", "/livez", "/service/token"])
def test_trace_is_not_answered(server: Serving, path: str) -> None:
    """V13.4.4: nothing of a request comes back by it."""
    answer = raw(server, "TRACE", path)
    assert answer.split(" ", 2)[1] in {"302", "400", "401", "403", "404", "405"}
    assert f"TRACE {path}" not in answer


def test_figures_and_reference_are_for_those_they_are_meant_for(
    client: Client, settings: Settings
) -> None:
    """V13.4.5: metrics for who has their token, and nobody while there is none; the API's for people."""
    assert ask("/metrics").status == 404
    settings.ROSTER_METRICS_TOKEN = "for-tests-alone"
    assert ask("/metrics").status == 401
    assert ask("/metrics", authorization="Bearer wrong").status == 401
    assert ask("/metrics", authorization="Bearer for-tests-alone").status == 200
    for path in ("/help/api/", "/site/health/", "/django-admin/doc/"):
        assert client.get(path).status_code in {302, 404}


def test_no_answer_says_which_versions_run(answers: list[Answer], server: Serving) -> None:
    """V13.4.6: neither headers nor pages, of the server itself as well."""
    versions = [f"{name}/{importlib.metadata.version(name)}" for name in PARTS]
    names = {"server", "x-powered-by", "via", "x-generator"}
    assert [it.where for it in answers if names & it.headers.keys()] == []
    said = re.findall(r"(?im)^(?:server|x-powered-by): *(.*)$", raw(server, "GET", "/livez"))
    assert [line for line in said if re.search(r"\d", line)] == []
    for answer in (browser().get("/sign-in/"), browser().get("/nothing/")):
        assert not any(version in text(answer).lower() for version in versions)
