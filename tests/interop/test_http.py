"""The front behind the real server: what granian makes of repeated headers, chunks and HEAD."""

import base64
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.processes import Installation, Serving, eventually, fetch, serving

TOKEN = base64.b64encode(b"nobody:nothing").decode()
TARGET = "/service/token?service=registry"


@pytest.fixture(scope="module")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder: Path = tmp_path_factory.mktemp("http")
    own = Installation.copied(prepared_data, folder, ROSTER_METRICS_TOKEN="scraper")
    with serving(own) as running:
        yield running


def raw(server: Serving, request: str) -> str:
    """What comes back for exactly these bytes on a connection of their own."""
    port = server.installation.port
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode("latin-1"))
        return connection.makefile("rb").read().decode("latin-1")


def get(server: Serving, *headers: str, target: str = TARGET, method: str = "GET") -> str:
    lines = [f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]
    return raw(server, "\n".join(lines))


SCOPE = f"{TARGET}&scope=repository:a/b/c:pull"


def test_without_credentials_a_scope_is_answered(server: Serving) -> None:
    assert get(server, target=SCOPE).startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "headers",
    [
        (f"Authorization: Basic {TOKEN}", f"Authorization: Basic {TOKEN}"),
        ("Authorization: Basic ", f"authorization: Basic {TOKEN}"),
        (f"Authorization: Basic {TOKEN}", "AUTHORIZATION: Bearer x"),
        (f"Authorization: Basic {TOKEN}", "Authorization:"),
        ("Authorization: Basic caf\xe9",),
        ("Authorization: \xff",),
        ("Authorization:",),
        (f"Authorization: Basic\t{TOKEN}",),
        (f"Authorization: Basic {TOKEN} {TOKEN}",),
    ],
)
def test_a_repeated_or_unreadable_authorization_is_never_the_same_as_none(
    server: Serving, headers: tuple[str, ...]
) -> None:
    assert get(server, *headers, target=SCOPE).split(" ")[1] in {"400", "401"}


def test_the_address_asked_for_does_not_change_what_is_answered(server: Serving) -> None:
    answer = get(server, "X-Forwarded-Host: evil.example", target=f"http://evil.example{TARGET}")
    assert answer.startswith("HTTP/1.1 401 ")
    assert "evil.example" not in answer


FORM = "Content-Type: application/x-www-form-urlencoded"


def test_a_body_in_chunks_is_read_whole(server: Serving) -> None:
    chunks = "8\nservice=\nb\nregistry&gr\n11\nant_type=password\n0\n\n"
    head = f"POST /service/token HTTP/1.1\nHost: x\nConnection: close\n{FORM}\n"
    answer = raw(server, f"{head}Transfer-Encoding: chunked\n\n{chunks}")
    assert answer.startswith("HTTP/1.1 400 ")
    assert "username is missing" in answer


def test_too_large_a_body_is_413_however_it_comes(server: Serving) -> None:
    head = f"POST /service/token HTTP/1.1\nHost: x\nConnection: close\n{FORM}\n"
    declared = raw(server, f"{head}Content-Length: 70000\n\n")
    chunked = raw(server, f"{head}Transfer-Encoding: chunked\n\n11170\n{'a' * 70000}\n0\n\n")
    assert declared.startswith("HTTP/1.1 413 ")
    assert chunked.startswith("HTTP/1.1 413 ")


def test_a_malformed_chunk_is_400(server: Serving) -> None:
    head = f"POST /service/token HTTP/1.1\nHost: x\nConnection: close\n{FORM}\n"
    answer = raw(server, f"{head}Transfer-Encoding: chunked\n\nxyz\nservice\n0\n\n")
    assert answer.startswith("HTTP/1.1 400 ")


def test_head_has_the_headers_and_no_body(server: Serving) -> None:
    head, _, body = get(server, target="/livez", method="HEAD").partition("\r\n\r\n")
    assert "content-length: 15" in head.lower()
    assert body == ""


def test_pages_come_from_django_and_verifiers_do_not(server: Serving) -> None:
    assert "x-request-id" in get(server, target="/livez").lower()
    assert get(server, target="/nothing-here/").split(" ")[1] in {"302", "400", "404"}


def test_metrics_add_up_over_all_workers(server: Serving) -> None:
    def counted() -> float:
        _, page = fetch(
            f"{server.installation.origin}/metrics", {"Authorization": "Bearer scraper"}
        )
        prefix = 'roster_requests_total{route="/readyz",status="200"} '
        lines = [line for line in page.decode().splitlines() if line.startswith(prefix)]
        return float(lines[0].removeprefix(prefix)) if lines else 0.0

    before = counted()
    for _ in range(40):
        assert fetch(f"{server.installation.origin}/readyz")[0] == 200
    eventually(lambda: counted() == before + 40, "every worker's count is there")
