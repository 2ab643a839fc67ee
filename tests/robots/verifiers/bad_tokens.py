"""A corpus of bad JWTs, made of a good one: what attackers send, proxies cut, and programs get wrong."""

import base64
import hmac
import json
from collections.abc import Iterator
from typing import Any

ALGORITHMS = (
    "none",
    "None",
    "NONE",
    "nOnE",
    "",
    "HS256",
    "HS512",
    "RS256",
    "RS512",
    "PS256",
    "ES384",
)
OTHERS = ("EdDSA", "ES256K", "dir", "RSA-OAEP", None, 5, True, ["ES256"], {"alg": "ES256"})
# What a header may say beside, to lead whoever checks to another key or to less.
LED = {
    "jku": "https://evil.example.com/jwks.json",
    "x5u": "https://evil.example.com/x5u.pem",
    "x5c": ["MIIB"],
    "crit": ["exp"],
    "b64": False,
    "zip": "DEF",
    "cty": "JWT",
    "enc": "A128GCM",
    "jwk": {"kty": "oct", "k": "AAAA"},
}
KIDS: tuple[Any, ...] = (
    "",
    "nobody",
    "../../etc/passwd",
    "' OR 1=1 --",
    "\x00",
    "x" * 3000,
    None,
    5,
    [],
    {},
)
TYPES = (
    "",
    "JWT",
    "jwt",
    "at+jwt",
    "AT+JWT",
    "application/at+jwt",
    "dpop+jwt",
    None,
    5,
    ["at+jwt"],
)
# Values of every wrong type for any claim.
WRONG: tuple[Any, ...] = (None, 0, -1, 1e308, "", "x", [], {}, True, ["x"], "\x00")
CLAIMS = ("iss", "sub", "aud", "exp", "iat", "jti", "scope", "client_id", "roster_token")


def encoded(document: object) -> str:
    return _base64(json.dumps(document).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _read(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def corpus(good: str, public_pem: bytes) -> dict[str, str]:
    """What is wrong -> the token. `public_pem` is the key that everybody knows."""
    return dict(
        [
            *_headers(good),
            *_confused(good, public_pem),
            *_bodies(good),
            *_pieces(good),
            *_twice(good),
        ]
    )


def _headers(good: str) -> Iterator[tuple[str, str]]:
    head, body, signature = good.split(".")
    known = _read(head)
    changed: dict[str, dict[str, Any]] = {
        f"alg {value!r}": {"alg": value} for value in (*ALGORITHMS, *OTHERS)
    }
    changed |= {name: {name: value} for name, value in LED.items()}
    changed |= {f"kid {value!r:.20}": {"kid": value} for value in KIDS}
    changed |= {f"typ {value!r}": {"typ": value} for value in TYPES if value != known["typ"]}
    for what, change in changed.items():
        yield what, f"{encoded(known | change)}.{body}.{signature}"
        yield f"{what}, unsigned", f"{encoded(known | change)}.{body}."
    for name in known:
        less = {key: value for key, value in known.items() if key != name}
        yield f"no {name}", f"{encoded(less)}.{body}.{signature}"


def _confused(good: str, public_pem: bytes) -> Iterator[tuple[str, str]]:
    """Signed with HMAC and the public key, as if that were a secret."""
    head, body, _ = good.split(".")
    signed = f"{encoded(_read(head) | {'alg': 'HS256'})}.{body}"
    for name, key in {"its key": public_pem, "its stripped key": public_pem.strip()}.items():
        yield (
            f"HS256 with {name}",
            f"{signed}.{_base64(hmac.digest(key, signed.encode(), 'sha256'))}",
        )


def _bodies(good: str) -> Iterator[tuple[str, str]]:
    head, body, signature = good.split(".")
    known = _read(body)
    for name in CLAIMS:
        for value in WRONG:
            yield f"{name} {value!r}", f"{head}.{encoded(known | {name: value})}.{signature}"
    documents: tuple[Any, ...] = ([], "text", 5, None, {}, [[]] * 500)
    for document in documents:
        yield f"claims {document!r:.20}", f"{head}.{encoded(document)}.{signature}"


def _pieces(good: str) -> Iterator[tuple[str, str]]:
    head, body, signature = good.split(".")
    zeros = _base64(bytes(64))
    yield from {
        "no signature": f"{head}.{body}.",
        "no last dot": f"{head}.{body}",
        "no claims": f"{head}..{signature}",
        "no header": f".{body}.{signature}",
        "dots alone": "..",
        "four parts": f"{good}.{signature}",
        "five parts": f"{head}.{body}.{signature}.{body}.{signature}",
        "a signature of zeros": f"{head}.{body}.{zeros}",
        "cut by one": good[:-1],
        "longer by one": f"{good}A",
        "half of it": good[: len(good) // 2],
        "padded": f"{good}==",
        "another alphabet": good.replace("-", "+").replace("_", "/") + "+/",
        "a line break": f"{head}.{body}\n.{signature}",
        "a blank": f"{head}. {body}.{signature}",
        "parts the other way round": f"{body}.{head}.{signature}",
        "somebody else's signature": f"{head}.{body}.{signature[::-1]}",
        "very long": f"{head}.{body}.{signature * 200}",
        "nested without end": f"{head}.{_base64(b'[' * 5000)}.{signature}",
        "not UTF-8": f"{head}.{_base64(bytes([0xFF, 0xFE]) * 20)}.{signature}",
    }.items()


def _twice(good: str) -> Iterator[tuple[str, str]]:
    """Members that stand there twice: some read the first, some the last."""
    head, body, signature = good.split(".")
    for name, part in {"header": head, "claims": body}.items():
        text = json.dumps(_read(part))
        doubled = _base64(f"{text[:-1]}, {text[1:]}".encode())
        parts = (doubled, body) if name == "header" else (head, doubled)
        yield f"{name} twice", f"{'.'.join(parts)}.{signature}"
