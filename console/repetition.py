"""A request that comes twice makes no second secret: how its key is read and refused."""

from uuid import UUID

from console.errors import Conflict

# The last bytes of the API's request keys say what was asked; those of forms are random throughout.
ASKED_BYTES = 4
OTHER_BODY = "The Idempotency-Key came with another request before. Send the same body again, or another key."


class Repeated(Conflict):
    """The same request came before. What it made is there, and its secret is not shown again."""

    keeps_form = False


def keys_like(request_key: UUID) -> tuple[UUID, UUID]:
    """The first and the last of the keys that begin alike, whatever else was asked with them."""
    beginning = request_key.bytes[:-ASKED_BYTES]
    first, last = (beginning + end * ASKED_BYTES for end in (b"\x00", b"\xff"))
    return UUID(bytes=first), UUID(bytes=last)
