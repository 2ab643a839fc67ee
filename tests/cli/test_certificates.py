"""Whose certificates the command believes: a file's that is named, else those of this machine."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cli.shells import Shell
from tests.cli.standins import EMPTY, Reply, StandIn, standing_in

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An Authority of Tests")])


def certificate(folder: Path) -> Path:
    """A certificate of this machine that is its own authority, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "ca.pem").write_bytes(made.public_bytes(pem))
    secret = key.private_bytes(pem, form, serialization.NoEncryption())
    both = folder / "both.pem"
    both.write_bytes(secret + made.public_bytes(pem))
    return both


@pytest.fixture
def secured(shell: Shell) -> Iterator[StandIn]:
    """A stand-in that speaks https; its authority is in `ca.pem` of the shell's home."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(shell.home))
    with standing_in(tls=context) as server:
        server.will(Reply(body=EMPTY))
        shell.log_in(server.url, "secret", "acme")
        yield server


def test_an_authority_that_nobody_here_believes(shell: Shell, secured: StandIn) -> None:
    ran = shell("robot", "list")
    assert ran.code == 1
    assert ran.error.startswith(f"the certificate of {secured.url} is not to be trusted: self")
    assert "--ca-bundle" in ran.error
    assert secured.asked == []


@pytest.mark.parametrize("name", ["ROSTER_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_that_the_environment_names(shell: Shell, secured: StandIn, name: str) -> None:
    assert shell.good("robot", "list", **{name: "ca.pem"}) == "No robots found in acme\n"
    assert shell("robot", "list", "--ca-bundle", "both.txt", **{name: "ca.pem"}).code == 1


def test_an_authority_that_an_option_names(shell: Shell, secured: StandIn) -> None:
    nowhere = {"ROSTER_CA_BUNDLE": "/nowhere", "SSL_CERT_FILE": "/nowhere"}
    good = shell.good("robot", "list", "--ca-bundle", "ca.pem", **nowhere)
    assert good == "No robots found in acme\n"
    secured.will(Reply(body={"kind": "user", "email": "owner@example.com"}))
    shell.good("login", "-t", "secret", "--ca-bundle", "ca.pem", "--server", secured.url)
