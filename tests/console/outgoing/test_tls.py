"""Whose certificates the guarded client believes."""

import datetime
import os
import ssl
from pathlib import Path

import pytest

from console.outgoing.client import GuardedClient
from tests.console.outgoing.conftest import LOOPBACK, Serve
from tests.console.outgoing.test_client import fault
from tests.https import Authority, Server, Visit, answer, authority


def test_an_unknown_authority_is_not_believed(serve: Serve) -> None:
    server = serve()
    reason = fault(GuardedClient(LOOPBACK), server.url())
    assert "an authority that Roster does not know" in reason
    assert "ROSTER_OUTGOING_CA_FILE" in reason
    assert server.visits == []


@pytest.mark.parametrize(
    ("names", "host", "words"),
    [
        (("other.example",), "localhost", "for another name"),
        (("localhost.example", "*.localhost"), "localhost", "for another name"),
        (("127.0.0.2",), "127.0.0.1", "for another address"),
        # A name is no address, whatever it looks like.
        (("localhost",), "127.0.0.1", "for another address"),
    ],
)
def test_a_certificate_is_for_the_host_of_the_url(
    client: GuardedClient, serve: Serve, names: tuple[str, ...], host: str, words: str
) -> None:
    server = serve(answer(), *names)
    assert words in fault(client, server.url(host=host))
    assert server.visits == []


def test_an_expired_certificate_is_not_believed(client: GuardedClient) -> None:
    end = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    server = Server(lambda visit: visit.send(answer()), authority().context(end=end))
    assert "has expired" in fault(client, server.url())
    server.close()


def test_a_server_without_tls_is_none(client: GuardedClient, serve: Serve) -> None:
    server = serve(answer(), tls=False)
    assert "does not speak TLS with Roster" in fault(client, server.url())


def test_old_tls_is_not_spoken(client: GuardedClient, serve: Serve) -> None:
    server = serve()
    assert server.context
    server.context.set_ciphers("ALL:@SECLEVEL=0")
    server.context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        server.context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert "does not speak TLS with Roster" in fault(client, server.url())


def test_a_server_that_wants_a_certificate_gets_none(client: GuardedClient, serve: Serve) -> None:
    server = serve()
    assert server.context
    server.context.verify_mode = ssl.CERT_REQUIRED
    assert "does not speak TLS with Roster" in fault(client, server.url())
    assert server.visits == []


def test_authorities_come_from_a_file(tmp_path: Path, serve: Serve) -> None:
    """A file that changes is read again; one that cannot be read is told by its setting."""
    file, server = tmp_path / "authority.pem", serve()
    client = GuardedClient(LOOPBACK, file)
    assert "ROSTER_OUTGOING_CA_FILE" in fault(client, server.url())
    file.write_text("nothing")
    assert "The authorities of ROSTER_OUTGOING_CA_FILE cannot be read" in fault(
        client, server.url()
    )
    file.write_bytes(authority().file.read_bytes())
    assert client.get(server.url()).status == 200
    other = Authority(tmp_path)
    os.utime(other.file, (1, 1))
    assert other.file == file
    assert "has a certificate that is not valid" in fault(client, server.url())


def test_the_system_s_authorities_are_believed_as_well(client: GuardedClient) -> None:
    known = ssl.create_default_context().cert_store_stats()["x509_ca"]
    assert client._trust().cert_store_stats()["x509_ca"] == known + 1


def test_a_handshake_that_breaks_off_is_told(client: GuardedClient, serve: Serve) -> None:
    def hang_up(visit: Visit) -> None:
        visit.connection.close()

    server = serve(hang_up, tls=False)
    assert server.url().split("/")[2] in fault(client, server.url())
