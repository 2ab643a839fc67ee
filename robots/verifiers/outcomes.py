"""What verifiers answered robots, remembered while the chains stand that tell of all that decided it.

Only a yes to a robot's own secret about its own organization. It is answered from memory to the very same
request alone: what was asked, with what, from where.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Unpack

from console import keyring
from console.serving.endpoints import FrontRequest, FrontResponse, Handler, Options
from robots.base.states import earlier
from robots.usage import counters
from robots.verifiers.credential import Credential
from robots.verifiers.memory import Chains, Ends, Memory, chain_of
from robots.verifiers.service_secrets import ServiceSecretRow, note_asked

# Longer questions and answers are not kept.
MAX_ASKED, MAX_ANSWER = 4096, 8192
# What differs from request to request and decides nothing.
PASSING = {"x-request-id", "traceparent", "tracestate"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A yes, and to whom. `respond` says it each time, so that what is signed is signed anew.

    `beside` are the chains of what asked; `secret` is that with which a service proved itself.
    """

    respond: Callable[[], FrontResponse] = field(repr=False)
    credential: Credential
    beside: Chains
    secret: ServiceSecretRow | None = None

    @property
    def chains(self) -> Chains:
        """On what it stands."""
        return chain_of(self.credential.row.token__robot__organization__uuid), *self.beside

    @property
    def may_be_kept(self) -> bool:
        """Whether nothing else decided it: no access token, no person, no other organization."""
        credential = self.credential
        is_robots = credential.row.token__robot_id is not None
        return is_robots and not credential.briefly and not credential.looked_elsewhere

    @property
    def is_over(self) -> bool:
        """Whether something that proved who asked has come to its end."""
        end = earlier(self.credential.ends_at, self.secret.ends_at if self.secret else None)
        return end is not None and end <= datetime.now(UTC)

    def again(self) -> FrontResponse:
        """Say it once more, and count it as when it was found."""
        response = self.respond()
        credential, now = self.credential, datetime.now(UTC)
        counters.exercised(credential.exercised, now.date())
        counters.accepted(credential.row, credential.use, now, is_outside=credential.is_outside)
        if self.secret:
            note_asked(self.secret)
        return response


Find = Callable[[FrontRequest, Ends], FrontResponse | Outcome]
outcomes: Memory[Outcome] = Memory()


def remembering(*names: str, **options: Unpack[Options]) -> Callable[[Find], Handler]:
    """Make a function a `Handler` for these methods: it is asked for what is not remembered."""
    return lambda find: Handler(
        functools.partial(_answer, find), frozenset(names), at_once=_recalled, **options
    )


def _answer(find: Find, request: FrontRequest) -> FrontResponse:
    ends, mark = Ends(), _mark_of(request)
    known = outcomes.recall(mark, ends) if mark else None
    if known and known.content and not known.content.is_over:
        return known.content.again()
    found = find(request, ends)
    if isinstance(found, FrontResponse):
        return found
    response = found.respond()
    counters.exercised(found.credential.exercised, datetime.now(UTC).date())
    if mark and found.may_be_kept and len(response.body) <= MAX_ANSWER:
        outcomes.keep(mark, known, found, found.chains)
    return response


def _recalled(request: FrontRequest) -> FrontResponse | None:
    """The answer where it is remembered; `None` where it has to be found, or more is needed for it."""
    mark = _mark_of(request)
    if mark is None or not outcomes.has(mark):
        return None
    known = outcomes.recall(mark, Ends(at_once=True))
    if known is None or known.content is None or known.content.is_over:
        return None
    return known.content.again()


def _mark_of(request: FrontRequest) -> bytes | None:
    """What stands for all that an answer may depend on; nothing for what is too long."""
    if len(request.query) + len(request.body) > MAX_ASKED:
        return None
    headers = (f"{name}:{text}" for name, text in request.headers.items() if name not in PASSING)
    return outcomes.mark_of(
        str(keyring.version()),
        request.method,
        request.path,
        request.query,
        request.address,
        str(request.proxied),
        "\n".join(headers),
        request.body.decode("latin-1"),
    )
