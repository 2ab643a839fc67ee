"""Uses from outside networks that are observed: written with the usage, and told of when that is new."""

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from console.audit.recording import changing
from console.networks import contain
from console.notices.kinds import TOKEN_OUTSIDE_NETWORKS
from robots.models import OutsideUse, Robot, Token
from robots.usage.counters import Gathered, LastUse, OutsideKey
from robots.usage.telling import tell_of_use

MAX_PLACES = 100  # of one token; those that it was used from longest ago go

OUTSIDE = """
INSERT INTO robots_outsideuse (token_id, verifier, address, first_seen_at, last_seen_at, count)
SELECT id, %s, %s, %s, %s, %s FROM robots_token WHERE id = %s
ON CONFLICT (token_id, verifier, address) DO UPDATE SET
last_seen_at = CASE WHEN excluded.last_seen_at > robots_outsideuse.last_seen_at
    THEN excluded.last_seen_at ELSE robots_outsideuse.last_seen_at END,
count = robots_outsideuse.count + excluded.count
"""
FORGET = """
DELETE FROM robots_outsideuse WHERE token_id = %s AND id NOT IN (
SELECT id FROM robots_outsideuse WHERE token_id = %s ORDER BY last_seen_at DESC, id DESC LIMIT %s)
"""


def add_outside(cursor: CursorWrapper, gathered: Gathered) -> list[OutsideKey]:
    """Write what would have been refused; say what of it was not there before."""
    if not gathered.outside:
        return []
    before = OutsideUse.objects.aggregate(last=Max("id"))["last"] or 0
    moment = connection.ops.adapt_datetimefield_value
    cursor.executemany(
        OUTSIDE,
        [
            (verifier, address, moment(seen.first), moment(seen.last), seen.count, token)
            for (token, verifier, address), seen in sorted(gathered.outside.items())
        ],
    )
    # Ids only grow, so what is above the last one was not there.
    rows = OutsideUse.objects.filter(id__gt=before).values_list("token_id", "verifier", "address")
    fresh = [key for key in rows if key in gathered.outside]
    if fresh:
        tokens = sorted({token for token, *_ in fresh})
        cursor.executemany(FORGET, [(token, token, MAX_PLACES) for token in tokens])
    return fresh


def tell_outside(token_id: int, used: LastUse) -> None:
    """Tell that a token came from outside its networks, which are observed: once a day. Of those of a whole
    organization its page tells: a notice for each token would fill everybody's bell.
    """
    owners = Token.objects.select_related("robot__organization", "user")
    token = owners.filter(pk=token_id, by_trust=False).first()
    if token is not None and _is_outside_own(token, used.use.address):
        with changing(token.owner.chain_organization):
            tell_of_use(
                TOKEN_OUTSIDE_NETWORKS, token, used, "was used from outside its observed networks"
            )


def _is_outside_own(token: Token, address: str) -> bool:
    """Whether the token's own networks or its robot's are observed, and do not have the address."""
    own: list[Token | Robot] = [token, token.robot] if token.robot else [token]
    return any(each.is_observed and not contain(each.addresses, address) for each in own)
