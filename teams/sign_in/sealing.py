"""How seeds and recovery codes are kept: the former sealed, the latter as digests, both under the keyring."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidTag

from console import keyring
from teams.models import User

SEEDS = "totp-seed:v1"
CODES = "recovery-code:v1"

Data = dict[str, Any]


def sealed_seed(user: User, seed: str, counter: int) -> Data:
    """A seed that opens for this person alone, and the step whose code was used last."""
    root = keyring.current()
    sealed = keyring.encrypt(SEEDS, root, seed.encode(), str(user.uuid))
    return {"root": root, "seed": base64.b64encode(sealed).decode(), "used": counter}


def opened_seed(user: User, data: Data) -> str | None:
    """The seed; nothing if it was put into somebody else's row."""
    sealed = base64.b64decode(data["seed"])
    try:
        return keyring.decrypt(SEEDS, data["root"], sealed, str(user.uuid)).decode()
    except InvalidTag:
        return None


def _digest(user: User, code: str, root: int) -> str:
    text = f"{user.uuid}:{code}".encode()
    return hmac.digest(keyring.key(CODES, root), text, hashlib.sha256).hex()


def digested_codes(user: User, codes: Iterable[str]) -> Data:
    """What is kept of recovery codes, given without what stands between their groups."""
    root = keyring.current()
    return {"root": root, "codes": [_digest(user, code, root) for code in codes]}


def without_code(user: User, data: Data, code: str) -> Data | None:
    """What is left once this code was used; nothing if it is none of them."""
    digest = _digest(user, code, data["root"])
    left = [kept for kept in data["codes"] if not hmac.compare_digest(kept, digest)]
    return None if len(left) == len(data["codes"]) else data | {"codes": left}
