"""Token exchange (RFC 8693): another issuer's token, which a robot's trust lets in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from console.databases.statements import Parameter, Statement
from console.read_only import require_changes_taken
from console.serving.endpoints import FrontRequest
from robots.base.claim_conditions import Condition, conditions_of
from robots.base.states import Refusal
from robots.models import Trust
from robots.trusts.assertions import Assertion, Unacceptable, read_assertion
from robots.trusts.matching import SIGNATURE, TIME, Check, checks, signature
from robots.trusts.uses import AlreadyUsed, TrustGone, note_use
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers import hot_queries
from robots.verifiers.authentication import judge
from robots.verifiers.credential import Credential
from robots.verifiers.oauth.clients import VERIFIER
from robots.verifiers.oauth.forms import INVALID, Fault, Fields, needed

JWT = "urn:ietf:params:oauth:token-type:jwt"
# Whoever has not shown a token of the issuer's is not told who trusts it.
UNTRUSTED = "no robot account trusts this token"
UNFIT = "a trust knows this token's issuer and audience, but the token does not meet its conditions"
SEVERAL = "several robot accounts trust this token: say which one as client_id, by its login name"
USED = "this token was exchanged before: get a new one from its issuer"
# Why, the pages say to whoever may see the trust: nobody else is to learn what Roster reaches.
UNCHECKED = "the token cannot be checked now: its issuer's keys are not to be had; try again"
STOPPED = "the robot account or its trust lets nobody in now"


class TrustRow(NamedTuple):
    """A trust and whose it is; the names are Django's look-ups."""

    issuer: str
    audience: str
    keys: str
    conditions: list[dict[str, str]]
    lifetime_seconds: int
    token_id: int
    token__uuid: UUID
    token__robot__uuid: UUID
    token__robot__login_name: str

    @property
    def rules(self) -> list[Condition]:
        return conditions_of(self.conditions)

    @property
    def names(self) -> set[str]:
        """What a client may call it."""
        return {self.token__robot__login_name, str(self.token__robot__uuid), str(self.token__uuid)}


def _trusting() -> QuerySet[Trust]:
    return Trust.objects.living().filter(issuer=Parameter("issuer"), audience=Parameter("audience"))


trusting = Statement(TrustRow, _trusting)


@dataclass(frozen=True, slots=True)
class Login:
    """What lets a robot in: a trust, the token that it fits, and the credential that this is."""

    trust: TrustRow
    assertion: Assertion
    credential: Credential
    use: Use


def require_exchange(request: FrontRequest, fields: Fields, wanted: str) -> None:
    """Raise `Fault` unless it is the one exchange that there is: one foreign token for an access token."""
    if needed(fields, "subject_token_type") != JWT:
        raise Fault(400, INVALID, f"subject_token_type has to be {JWT}")
    if fields.get("requested_token_type", wanted) != wanted:
        raise Fault(400, INVALID, f"requested_token_type can only be {wanted}")
    if "actor_token" in fields or "actor_token_type" in fields:
        raise Fault(400, INVALID, "nobody acts for somebody else here: leave actor_token out")
    if "client_secret" in fields or request.header("Authorization"):
        raise Fault(400, INVALID, "the token alone proves who asks: send no other credentials")


def judged_login(request: FrontRequest, fields: Fields) -> Login:
    """The one trust that lets the token in, and its robot's credential, not counted yet."""
    use = Use.seen(VERIFIER, request.address, request.header("User-Agent"))
    try:
        assertion = read_assertion(needed(fields, "subject_token"))
    except Unacceptable as fault:
        counters.unknown(use)
        raise Fault(400, INVALID, str(fault)) from fault
    trust = _only_one(_candidates(assertion, fields.get("client_id")), assertion, use)
    return Login(trust, assertion, _credential(trust, use), use)


def _candidates(assertion: Assertion, client: str | None) -> list[TrustRow]:
    rows = trusting.rows(issuer=assertion.issuer, audience=assertion.audience)
    return [row for row in rows if client is None or client in row.names]


def _only_one(candidates: Sequence[TrustRow], assertion: Assertion, use: Use) -> TrustRow:
    judged = list(_judged(candidates, assertion))
    fitting = [row for row, broken in judged if not broken]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise Fault(400, INVALID, SEVERAL)
    signed = [(row, broken) for row, broken in judged if broken[0].name != SIGNATURE]
    if not signed:
        counters.unknown(use)
        raise _unsigned([broken[0] for _, broken in judged])
    for row, _ in signed:
        counters.refused(row.token_id, Refusal.CONDITIONS, use, datetime.now(UTC))
    raise _unfit(signed[0][1])


def _judged(
    candidates: Sequence[TrustRow], assertion: Assertion
) -> Iterator[tuple[TrustRow, list[Check]]]:
    """Which rules of each the token does not keep. Whose keys they are is asked once."""
    signed: dict[str, Check] = {}
    for row in candidates:
        if row.keys not in signed:
            signed[row.keys] = signature(row, assertion)
        found = checks(row, assertion, signed[row.keys])
        yield row, [check for check in found if not check.is_kept]


def _unsigned(broken: Sequence[Check]) -> Fault:
    """Nobody's, as far as is known now: the keys may be out of reach."""
    if waiting := [check for check in broken if check.retry_after]:
        after = str(max(check.retry_after for check in waiting))
        return Fault(503, "temporarily_unavailable", UNCHECKED, (("Retry-After", after),))
    return Fault(400, INVALID, UNTRUSTED)


def _unfit(broken: Sequence[Check]) -> Fault:
    """What whoever holds the token can know anyway."""
    times = [check.words for check in broken if check.name == TIME]
    return Fault(400, INVALID, f"the token does not count now: {times[0]}" if times else UNFIT)


def _credential(trust: TrustRow, use: Use) -> Credential:
    rows = hot_queries.secret_of_trust.rows(access_id=trust.token__uuid)
    found = judge(rows[0], use) if rows else Refusal.REVOKED
    if isinstance(found, Refusal):
        counters.refused(trust.token_id, found, use, datetime.now(UTC))
        raise Fault(400, INVALID, STOPPED)
    return found


def use_up(login: Login, audience: str) -> None:
    """Take the token, which nobody can exchange again, and record that."""
    require_changes_taken()  # each use is an event, and a row that lets no second one through
    now, row = datetime.now(UTC), login.credential.row
    try:
        note_use(login.credential, login.trust.token__uuid, login.assertion, audience)
    except AlreadyUsed as fault:
        counters.refused(row.token_id, Refusal.REPLAYED, login.use, now)
        raise Fault(400, INVALID, USED) from fault
    except TrustGone as fault:
        counters.refused(row.token_id, Refusal.REVOKED, login.use, now)
        raise Fault(400, INVALID, STOPPED) from fault
    counters.accepted(row, login.use, now, is_outside=login.credential.is_outside)
