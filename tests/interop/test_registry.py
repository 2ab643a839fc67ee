"""A real registry and a real client against a real Roster: who may push and pull what."""

import base64
import datetime
import json
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

from robots.base.jwt import Signer
from tests.interop.images import Skopeo
from tests.interop.processes import Installation, Serving, eventually, fetch, registry

Made = dict[str, Any]
OWN = "acme/payments/api"


def test_the_realm_is_a_name_because_crane_refuses_addresses(
    host: str, installation: Installation
) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://{host}/v2/")
    with refused.value as answer:
        challenge = answer.headers["WWW-Authenticate"]
    assert f'realm="http://localhost:{installation.port}/service/token"' in challenge


@pytest.mark.parametrize("name", ["access_id", "login_name"])
def test_a_robot_pushes_and_pulls_in_its_project(
    skopeo: Skopeo, image: Path, builder: Made, name: str
) -> None:
    auth = skopeo.auth(builder[name], builder["secret"])
    pushed = skopeo.push(image, f"{OWN}/{name.replace('_', '-')}", auth)
    assert pushed.returncode == 0, pushed.stderr
    pulled = skopeo.pull(f"{OWN}/{name.replace('_', '-')}", auth)
    assert pulled.returncode == 0, pulled.stderr


def test_a_compact_secret_pushes_too(
    skopeo: Skopeo, image: Path, builder: Made, installation: Installation
) -> None:
    made = installation.do("robot_in", project="payments", name="compact", kind="compact")
    pushed = skopeo.push(image, OWN, skopeo.auth(made["login_name"], made["secret"]))
    assert pushed.returncode == 0, pushed.stderr


def test_the_secret_works_as_refresh_token(skopeo: Skopeo, image: Path, builder: Made) -> None:
    pushed = skopeo.push(image, OWN, skopeo.identity(builder["secret"]))
    assert pushed.returncode == 0, pushed.stderr


@pytest.mark.parametrize("name", ["acme/other/secret", "acme/missing/x", "globex/payments/api"])
def test_nothing_is_pushed_or_pulled_elsewhere(
    skopeo: Skopeo, image: Path, builder: Made, name: str
) -> None:
    auth = skopeo.auth(builder["access_id"], builder["secret"])
    for refused in (skopeo.push(image, name, auth), skopeo.pull(name, auth)):
        assert refused.returncode != 0
        assert "denied" in refused.stderr or "unauthorized" in refused.stderr


def test_a_public_repository_is_pulled_without_credentials_and_pushed_only_with(
    skopeo: Skopeo, image: Path, builder: Made
) -> None:
    name = "acme/payments/public"
    assert skopeo.push(image, name, None).returncode != 0
    pushed = skopeo.push(image, name, skopeo.auth(builder["login_name"], builder["secret"]))
    assert pushed.returncode == 0, pushed.stderr
    pulled = skopeo.pull(name, None)
    assert pulled.returncode == 0, pulled.stderr


def test_a_private_repository_is_not_pulled_without_credentials(
    skopeo: Skopeo, image: Path, builder: Made
) -> None:
    auth = skopeo.auth(builder["access_id"], builder["secret"])
    assert skopeo.push(image, OWN, auth).returncode == 0
    assert skopeo.pull(OWN, None).returncode != 0


@pytest.mark.parametrize("how", ["disabled", "robot deleted", "token deleted"])
def test_the_next_login_fails_when_a_robot_has_ended(
    skopeo: Skopeo, builder: Made, installation: Installation, how: str
) -> None:
    made = installation.do("robot_in", project="payments", name=f"ends-{how.replace(' ', '-')}")
    logged_in = skopeo.login(made["login_name"], made["secret"])
    assert logged_in.returncode == 0, logged_in.stderr
    installation.do("end", login_name=made["login_name"], how=how)
    assert skopeo.login(made["login_name"], made["secret"]).returncode != 0


def test_a_wrong_secret_does_not_log_in(skopeo: Skopeo, builder: Made) -> None:
    assert skopeo.login(builder["login_name"], builder["secret"][:-1]).returncode != 0


def access_token(server: Serving, made: Made, name: str) -> str:
    both = base64.b64encode(f"{made['access_id']}:{made['secret']}".encode()).decode()
    url = (
        f"{server.installation.origin}/service/token?service=registry&scope=repository:{name}:pull"
    )
    status, body = fetch(url, {"Authorization": f"Basic {both}"})
    assert status == 200
    token: str = json.loads(body)["token"]
    return token


def decoded(part: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return document


def test_a_rotated_key_needs_no_restart_of_the_registry(
    skopeo: Skopeo, server: Serving, image: Path, builder: Made
) -> None:
    before = kid_of(access_token(server, builder, OWN))
    rotated = server.installation.manage("rotate_signing_key", "registry", "--unannounced")
    assert rotated.returncode == 0, rotated.stderr
    # Every worker takes the new key within seconds; several answers in a row come from all of them.
    eventually(lambda: before not in signing(server, builder), "the new key signs")
    pushed = skopeo.push(image, OWN, skopeo.auth(builder["access_id"], builder["secret"]))
    assert pushed.returncode == 0, pushed.stderr


def kid_of(token: str) -> str:
    return str(decoded(token.split(".", maxsplit=1)[0])["kid"])


def signing(server: Serving, made: Made) -> set[str]:
    """The keys of several tokens in a row, of all workers."""
    return {kid_of(access_token(server, made, OWN)) for _ in range(8)}


def status(host: str, token: str) -> int:
    url = f"http://{host}/v2/{OWN}/tags/list"
    return fetch(url, {"Authorization": f"Bearer {token}"})[0]


def test_a_key_that_leaked_is_replaced_without_a_pause_and_refused_by_the_new_bundle(
    skopeo: Skopeo, server: Serving, image: Path, builder: Made, tmp_path: Path
) -> None:
    auth = skopeo.auth(builder["access_id"], builder["secret"])
    assert skopeo.push(image, OWN, auth).returncode == 0
    old = access_token(server, builder, OWN)
    withdrawn = server.installation.manage("withdraw_signing_key", kid_of(old))
    assert withdrawn.returncode == 0, withdrawn.stderr
    assert "registry_bundle" in withdrawn.stdout
    eventually(lambda: kid_of(old) not in signing(server, builder), "the next key signs")
    pushed = skopeo.push(image, OWN, auth)
    assert pushed.returncode == 0, pushed.stderr
    (tmp_path / "again").mkdir()
    with registry(server.installation, tmp_path / "again") as fresh:
        assert status(fresh, old) == 401
        assert status(fresh, access_token(server, builder, OWN)) == 404


def foreign_leaf(private: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Roster registry tokens")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(private.public_key()).serial_number(1)
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(private, hashes.SHA256())


def forged(genuine: str) -> str:
    """The same claims, signed by a key whose certificate comes from somebody else."""
    private = ec.generate_private_key(ec.SECP256R1())
    leaf = base64.b64encode(foreign_leaf(private).public_bytes(Encoding.DER)).decode()
    header, claims, _ = map(decoded, [*genuine.split(".")[:2], "e30"])
    claims |= {"jti": uuid.uuid4().hex, "nbf": int(time.time()) - 10}
    key = ECKey.import_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Signer(header["kid"], "ES256", key).sign(claims, x5c=(leaf,))


def test_the_registry_refuses_a_foreign_certificate(
    skopeo: Skopeo, server: Serving, image: Path, builder: Made
) -> None:
    auth = skopeo.auth(builder["access_id"], builder["secret"])
    assert skopeo.push(image, OWN, auth).returncode == 0
    genuine = access_token(server, builder, OWN)
    url = f"http://{skopeo.host}/v2/{OWN}/tags/list"
    assert fetch(url, {"Authorization": f"Bearer {genuine}"})[0] == 200
    assert fetch(url, {"Authorization": f"Bearer {forged(genuine)}"})[0] == 401
