"""The operator's commands about keys: what a registry trusts, rotation, the keyring's numbers."""

import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet
from pytest_django import Settings

from console import keyring
from console.models import Event
from robots.models import SigningKey
from robots.secrets import signing_keys
from tests.conftest import Cast
from tests.robots.verifiers.asking import OWN, get


@pytest.fixture(autouse=True)
def _fresh() -> None:
    signing_keys.forget()


def run(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def test_the_bundle_is_the_site_authority_and_nothing_private(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    run("registry_bundle")
    pem = capsys.readouterr().out
    pem = pem[pem.index("-----BEGIN") :]
    certificate = x509.load_pem_x509_certificate(pem.encode())
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.value.ca is True
    assert "PRIVATE" not in pem


def test_the_bundle_is_for_everybody_and_never_written_over_without_force(
    db: None, tmp_path: Path
) -> None:
    file = tmp_path / "roster.pem"
    run("registry_bundle", "--output", str(file))
    assert file.read_text() == signing_keys.registry_bundle()
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    file.write_text("mine")
    file.chmod(0o640)
    with pytest.raises(CommandError, match="--force"):
        run("registry_bundle", "--output", str(file))
    assert file.read_text() == "mine"
    run("registry_bundle", "--output", str(file), "--force")
    assert file.read_text() == signing_keys.registry_bundle()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_copy_of_the_keys_opens_registry_tokens_before_and_after_a_rotation(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.ROSTER_REGISTRY_X5C = False
    file = tmp_path / "roster.json"
    run("registry_bundle", "--jwks", "--output", str(file))
    keys = KeySet.import_key_set(json.loads(file.read_text()))
    assert not any(key.is_private for key in keys)
    for _ in range(2):
        token = get(cast, f"{OWN}:pull").json["token"]
        assert jwt.decode(token, keys, algorithms=["ES256"]).claims["aud"] == "registry"
        run("rotate_signing_key", "registry", "--unannounced")
    with pytest.raises(InvalidKeyIdError):
        jwt.decode(get(cast, f"{OWN}:pull").json["token"], keys, algorithms=["ES256"])


def test_a_place_that_cannot_be_written_is_said(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        run("registry_bundle", "--output", str(tmp_path / "missing" / "roster.pem"))


def test_rotation_promotes_the_next_key_and_makes_another(db: None) -> None:
    run("rotate_signing_key", "registry", "--unannounced")
    first = SigningKey.objects.get(purpose="registry", state="current")
    following = SigningKey.objects.get(purpose="registry", state="next")
    assert following.kid in run("rotate_signing_key", "registry", "--unannounced")
    states = dict(SigningKey.objects.filter(purpose="registry").values_list("kid", "state"))
    assert states[first.kid] == "retired"
    assert states[following.kid] == "current"
    assert sorted(states.values()).count("next") == 1
    assert Event.objects.filter(action__startswith="signing-key:", actor_label="operator").exists()


def test_what_registries_trust_is_not_rotated(db: None) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        run("rotate_signing_key", "registry-ca")


def test_the_keyring_lists_who_uses_which_number_and_no_key(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    copied = tmp_path / "keyring.json"
    copied.write_bytes(settings.ROSTER_KEYRING_FILE.read_bytes())
    settings.ROSTER_KEYRING_FILE = copied
    lines = run("keyring", "--add").splitlines()
    assert (
        lines[0]
        == "NUMBER   SECRETS   SERVICE SECRETS   WEBHOOK SECRETS   SIGNING KEYS   AUDIT EVENTS"
    )
    events = Event.objects.count()
    assert [line.split() for line in lines[1:]] == [
        ["1", "2", "0", "0", "1", str(events)],
        ["2", "0", "0", "0", "0", "0"],
    ]
    assert keyring.key("test", 1).hex() not in "".join(lines)


def test_a_keyring_that_cannot_be_written_gets_no_root(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    copied = tmp_path / "keyring.json"
    copied.write_bytes(settings.ROSTER_KEYRING_FILE.read_bytes())
    settings.ROSTER_KEYRING_FILE = copied
    (tmp_path / "keyring.lock").mkdir()
    with pytest.raises(CommandError, match=r"keyring\.lock cannot be written \(Is a directory\)"):
        run("keyring", "--add")
    keyring.forget()
    assert keyring.numbers() == [1]
