"""What is believed of what an issuer says at its addresses, and of nobody else."""

import json
import time
from typing import Any

import pytest
import time_machine
from joserfc.jwk import ECKey
from pytest_django import Settings

from robots.base.jwt import verified_claims
from robots.trusts.issuers import KeysFault, keys_of
from tests.conftest import Cast
from tests.https import Server, answer, authority
from tests.issuers import DISCOVERY, KEYS, Issuer
from tests.robots.trusts import foreign
from tests.robots.trusts.asking import LONG, ONCE, fault, fitting, kids, unknown
from tests.robots.trusts.foreign import exchange, exchanged, trusting


def test_a_token_is_verified_with_a_key_that_its_issuer_publishes(issuer: Issuer) -> None:
    token = issuer.sign({"sub": "job"})
    [key] = fitting(issuer, "first")
    assert verified_claims(token, key, "ES256") == {"iss": issuer.url, "sub": "job"}
    assert issuer.asked == ONCE


def test_a_job_logs_in_by_keys_that_nobody_pasted(
    cast: Cast, issuer: Issuer, signer: foreign.Issuer, clock: time_machine.Traveller
) -> None:
    trust, now = trusting(cast, signer, issuer=issuer.url, keys=""), int(time.time())
    said = {"aud": trust.audience, "sub": "project:7", "iat": now, "exp": now + 3600}
    kids(issuer)
    exchanged(issuer.sign({**said, "jti": "one"}))
    issuer.answers[DISCOVERY] = answer(503)
    issuer.add_key("second")
    clock.shift(60)
    assert exchange(issuer.sign({**said, "jti": "two"}, key=issuer.keys[0])).status == 200
    unknown(issuer, "second")
    refused = exchange(issuer.sign({**said, "jti": "three"}))
    assert (refused.status, refused.headers["Retry-After"]) == (503, "30")
    assert refused.json["error"] == "temporarily_unavailable"
    del issuer.answers[DISCOVERY]
    clock.shift(60)
    assert fitting(issuer, "second")
    exchanged(issuer.sign({**said, "jti": "three"}))


@pytest.mark.parametrize("document", [{"keys": []}, {"keys": [{"kty": "oct", "k": "AA"}]}])
def test_keys_that_an_issuer_withdraws_are_gone(
    issuer: Issuer, clock: time_machine.Traveller, document: dict[str, Any]
) -> None:
    kids(issuer)
    issuer.say(KEYS, **document)
    clock.shift(300)
    assert kids(issuer) == []
    assert unknown(issuer, "first").retry_after == 0


def test_an_issuer_that_publishes_a_private_key_is_not_believed(
    issuer: Issuer, clock: time_machine.Traveller
) -> None:
    kids(issuer)
    issuer.say(KEYS, keys=[key.as_dict(private=True) for key in issuer.keys])
    clock.shift(300)
    found = fault(issuer.url).reason
    assert "publishes a private key" in found
    assert str(issuer.keys[0].as_dict(private=True)["d"]) not in found
    clock.shift(30)
    del issuer.answers[KEYS]
    assert kids(issuer) == ["first"]


@pytest.mark.parametrize(
    "claimed",
    ["", "https://other.example", "{url}/", "{url}/a", "{URL}", " {url}", None, 1, ["{url}"]],
)
def test_an_issuer_says_its_own_name_exactly(issuer: Issuer, claimed: object) -> None:
    if isinstance(claimed, str):
        claimed = claimed.replace("{url}", issuer.url).replace("{URL}", issuer.url.upper())
    issuer.say(DISCOVERY, **issuer.configuration | {"issuer": claimed})
    assert "says of itself that it is another issuer" in fault(issuer.url).reason
    assert issuer.asked == [DISCOVERY]


def test_a_name_may_have_a_path_and_end_in_a_slash(issuer: Issuer) -> None:
    for name in (f"{issuer.url}/", f"{issuer.url}/realms/a", f"{issuer.url}/realms/b/"):
        path = name.removeprefix(issuer.url).removesuffix("/") + DISCOVERY
        issuer.say(path, issuer=name, jwks_uri=issuer.url + KEYS)
        assert len(keys_of(name, seconds=LONG).keys) == 1
        assert path in issuer.asked


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (None, "does not say where its keys are"),
        (["https://127.0.0.1/"], "does not say where its keys are"),
        ("/keys", "does not begin with https://"),
        ("http://127.0.0.1/", "does not begin with https://"),
        ("file:///etc/passwd", "does not begin with https://"),
        ("https://10.0.0.1/", "“10.0.0.1” resolves to an address that is not allowed"),
        ("https://169.254.169.254/latest", "resolves to an address that is not allowed"),
        ("https://[::ffff:10.0.0.1]/", "resolves to an address that is not allowed"),
        ("https://2130706433/", "is no address"),
    ],
)
def test_where_keys_are_is_guarded_as_well(issuer: Issuer, address: object, words: str) -> None:
    issuer.say(DISCOVERY, issuer=issuer.url, jwks_uri=address)
    assert words in fault(issuer.url).reason


def test_keys_may_be_at_another_host(issuer: Issuer) -> None:
    elsewhere = Server(
        lambda it: it.send(answer(200, json.dumps(issuer.key_set))), authority().context()
    )
    issuer.say(DISCOVERY, issuer=issuer.url, jwks_uri=elsewhere.url(host="127.0.0.1"))
    assert kids(issuer) == ["first"]
    elsewhere.close()


@pytest.mark.parametrize("path", ONCE)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "It is not JSON"),
        (b"<html></html>", "It is not JSON"),
        (b"\xff\xfe{\0}\0", "It is not JSON"),
        (b"\xef\xbb\xbf{}", "It is not JSON"),
        (b"{'keys': []}", "It is not JSON"),
        (b'{"keys": [], "keys": []}', "It says 'keys' twice"),
        (b'{"a": [{"b": 1, "b": 2}]}', "It says 'b' twice"),
        (b'{"a": NaN}', "It is not JSON"),
        (b'{"a": -Infinity}', "It is not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "It is not JSON"),
        (b"[" * 100_000, "It is nested too deeply"),
        (b'{"a":' * 50_000, "It is nested too deeply"),
        (b"[]", "It is JSON, but no object"),
        (b"null", "It is JSON, but no object"),
        (b'"text"', "It is JSON, but no object"),
    ],
)
def test_documents_that_are_none_are_told(
    issuer: Issuer, path: str, body: bytes, words: str
) -> None:
    issuer.answers[path] = answer(200, body)
    reason = fault(issuer.url).reason
    assert reason.startswith(f"What {issuer.url}{path} answers cannot be read. {words}")


@pytest.mark.parametrize("status", [201, 204, 401, 403, 404, 429, 500])
@pytest.mark.parametrize("path", ONCE)
def test_other_answers_than_200_are_none(issuer: Issuer, path: str, status: int) -> None:
    issuer.answers[path] = answer(status, b"" if status == 204 else b"{}")
    assert f"answers with status {status} instead of 200" in fault(issuer.url).reason


@pytest.mark.parametrize("path", ONCE)
def test_redirects_are_not_followed(issuer: Issuer, path: str) -> None:
    issuer.answers[path] = answer(302, Location=issuer.url + KEYS)
    assert "redirects (302)" in fault(issuer.url).reason


@pytest.mark.parametrize("kind", ["application/jwk-set+json", "text/plain", "text/html", "x"])
def test_what_kind_of_document_it_is_decides_nothing(issuer: Issuer, kind: str) -> None:
    issuer.answers[KEYS] = answer(200, json.dumps(issuer.key_set), Content_Type=kind)
    assert kids(issuer) == ["first"]


def test_the_operator_decides_whether_an_issuer_inside_is_asked(
    issuer: Issuer, settings: Settings
) -> None:
    settings.ROSTER_OUTGOING_NETWORKS = ""
    assert "ROSTER_OUTGOING_NETWORKS" in fault(issuer.url).reason
    assert issuer.server.connections == []


def test_tokens_without_a_name_of_a_key_try_all_that_fit(issuer: Issuer) -> None:
    issuer.add_key("second")
    issuer.keys.append(ECKey.generate_key("P-384", {"kid": "third"}))
    assert len(fitting(issuer, None)) == 2
    assert len(fitting(issuer, None, "ES384")) == 1
    with pytest.raises(KeysFault):
        fitting(issuer, "third")
