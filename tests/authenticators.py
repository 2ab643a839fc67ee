"""A passkey in software, as a browser would hand on what it says (WebAuthn level 2)."""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Passkey:
    """One key, for one site. What it says can be made wrong by naming it."""

    origin: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    user: str = ""
    flags: int = PRESENT | VERIFIED

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, name: str, flags: int) -> bytes:
        return hashlib.sha256(name.encode()).digest() + struct.pack(">BI", flags, 0)

    def _answer(self, **response: bytes | str) -> dict[str, Any]:
        said = {
            name: coded(own) if isinstance(own, bytes) else own for name, own in response.items()
        }
        number = coded(self.number)
        return {
            "id": number,
            "rawId": number,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": said,
        }

    def made(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to being made."""
        asked = question["publicKey"]
        self.user = asked["user"]["id"]
        key = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call] # fido2's
        public = cbor.encode(key)
        credential = bytes(16) + struct.pack(">H", len(self.number)) + self.number + public
        data = self._data(asked["rp"]["id"], self.flags | ATTESTED) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def says(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to being asked who it is."""
        asked = question["publicKey"]
        data = self._data(asked["rpId"], self.flags)
        client = self._client_data("webauthn.get", asked["challenge"])
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=self.user
        )
