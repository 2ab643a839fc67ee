"""Secrets for tests, signed by a key of their own: what decides online is the digest."""

from joserfc.jwk import RSAKey

from console import keyring
from console.minted_secrets import Plaintext
from robots.base.credentials import PURPOSE, Kind, digest, mint_compact, mint_signed
from robots.base.jwt import Signer
from robots.models import Secret, Token

SIGNER = Signer("roster-test", "RS256", RSAKey.generate_key(2048))


def keep(token: Token, kind: str, plaintext: Plaintext) -> str:
    """Write the row of one more secret of `token`; gives the secret in the clear."""
    number, secret = keyring.current(), plaintext.reveal()
    Secret.objects.create(
        token=token,
        kind=kind,
        root_number=number,
        created_by="test",
        digest=digest(secret, keyring.key(PURPOSE.decode(), number)),
    )
    return secret


def signed_secret(token: Token) -> str:
    """A secret that a key of the tests' own has signed."""
    minted = mint_signed(
        SIGNER,
        access_id=token.uuid,
        subject=f"robot|{token.of_robot.uuid}",
        issuer="http://127.0.0.1:8000",
        expires_at=token.expires_at,
    )
    return keep(token, Kind.SIGNED, minted)


def compact_secret(token: Token) -> str:
    return keep(token, Kind.COMPACT, mint_compact())
