"""The ASGI application: who asks, then the body by its deadline, then a thread of the right crew.

The loop itself waits for nobody. Verifiers have threads of their own, so that no page keeps a machine
waiting; what asks nothing of anybody is answered by the loop while every thread is busy.
"""

import functools
import time
from http import HTTPStatus

import structlog
from django.conf import settings

from console import measures
from console.databases.connections import limit_waiting
from console.errors import RETRY_AFTER_SECONDS, cause, is_passing, note_passing
from console.failures import Failures
from console.serving import calling, endpoints, pages, refusals
from console.serving.answers import Answer, NotTaken, Send, send_answer
from console.serving.bodies import (
    Bodies,
    BodyTooLarge,
    BodyTooSlow,
    Disconnected,
    Reading,
    Receive,
    skip,
)
from console.serving.callers import UNIX, Caller, ProxyFault
from console.serving.crews import Crew, Overloaded
from console.serving.endpoints import Handler, Refused
from console.serving.heads import Head, Scope, read_head
from console.serving.turns import Turn

# A database connection each. One thread makes all that follows the beginning of long answers: more of
# them would only compute in turns, and keep pages and verifiers waiting.
VERIFIER_THREADS, PAGE_THREADS, EXPORT_THREADS = 4, 4, 1
# A verifier answers within this time, a page has a thread within this one; else it is 503.
VERIFIER_SECONDS, PAGE_SECONDS, EXPORT_SECONDS = 2.5, 10.0, 60.0
# How long a thread of each waits for the database.
VERIFIER_PATIENCE, PAGE_PATIENCE = 2.0, 15.0
# Bodies that one process holds.
MOST_HELD = 32 * 1024 * 1024
# So much of a body is skipped where somebody has to hear of it.
MOST_SKIPPED = 64 * 1024 * 1024
NO_BODY = {"GET", "HEAD"}
CLOSE = (("Connection", "close"),)
RETRY = (("Retry-After", str(RETRY_AFTER_SECONDS)), *CLOSE)

proxy_faults = Failures(structlog.get_logger("roster.proxy"))
failures = Failures(structlog.get_logger("roster.serving"))


class Application:
    """`django`, a WSGI application, with the routes of `settings.FRONT_ROUTES` ahead of it."""

    def __init__(self, django: pages.Pages) -> None:
        self.django, self.routes = django, endpoints.routes()
        self.bodies = Bodies(MOST_HELD)
        limit = functools.partial(limit_waiting, VERIFIER_PATIENCE)
        self.verifiers = Crew("verifier", VERIFIER_THREADS, VERIFIER_SECONDS, limit, whole=True)
        limit = functools.partial(limit_waiting, PAGE_PATIENCE)
        self.turn = Turn()
        self.console = Crew("page", PAGE_THREADS, PAGE_SECONDS, self._begin_pages, whole=False)
        self.exports = Crew("export", EXPORT_THREADS, EXPORT_SECONDS, limit, whole=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Ends without an answer where the client is gone or does not take it."""
        head = read_head(scope)
        handler = endpoints.handler_at(self.routes, head.target)
        try:
            if handler is None:
                answer = await self._page(head, receive)
            else:
                answer = await self._verifier(handler, head, receive)
            await send_answer(receive, send, answer, self.exports)
        except Disconnected:
            # The server says so of a body that it cannot read as well; then somebody still listens.
            await send_answer(receive, send, _unreadable(head), self.exports)
        except (NotTaken, Overloaded):
            # Overloaded: what makes the rest of a long answer. Both end visibly cut off.
            measures.NOT_TAKEN.inc()
        except Exception as fault:  # noqa: BLE001 - the rest of a long answer; it ends cut off as well
            _note_failure(head, fault, refusals.logged_names(head))

    async def _verifier(self, handler: Handler, head: Head, receive: Receive) -> Answer:
        started = time.perf_counter()
        try:
            return await self._verified(handler, head, receive, _caller(handler, head))
        except Overloaded:
            response = calling.unavailable()
        except MemoryError as fault:
            note_passing(fault)
            response = calling.unavailable()
        except BodyTooLarge:
            response = calling.too_large(handler)
        except BodyTooSlow:
            response = endpoints.error(408, "UNAVAILABLE", "the body did not come in time", CLOSE)
        except Refused as fault:
            response = endpoints.error(fault.status, fault.code, fault.message, fault.headers)
        return calling.complete(head, response, calling.names_of(head)[0], started)

    async def _verified(
        self, handler: Handler, head: Head, receive: Receive, caller: Caller
    ) -> Answer:
        if handler.immediate:
            return calling.answer(handler, head, b"", caller)
        if head.method not in handler.methods or not _has_body(head):
            return await self._asked(handler, head, b"", caller)
        try:
            async with self._body(head, receive, handler.most_body) as body:
                return await self._asked(handler, head, body, caller)
        except BodyTooLarge as fault:
            await _pass_over(handler, receive, fault)
            return await self._asked(handler, head, None, caller)

    async def _asked(
        self, handler: Handler, head: Head, body: bytes | None, caller: Caller
    ) -> Answer:
        """The answer of a verifier: the loop's own, or a thread's."""
        if answer := calling.answer_at_once(handler, head, body, caller):
            return answer
        work = functools.partial(calling.answer, handler, head, body, caller)
        return await self.verifiers.do(work)

    async def _page(self, head: Head, receive: Receive) -> Answer:
        try:
            return await self._answered(head, receive, pages.visitor(head))
        except ProxyFault as fault:
            return _refuse_proxy(head, fault)
        except BodyTooSlow:
            detail = "The request did not arrive in time. Nothing was changed; send it again."
            return refusals.refuse(head, HTTPStatus.REQUEST_TIMEOUT, "Too slow", detail, CLOSE)
        except Overloaded:
            detail = "More is asked for than can be answered now. Nothing was changed; try again shortly."
            return refusals.refuse(head, HTTPStatus.SERVICE_UNAVAILABLE, "Busy", detail, RETRY)
        except Disconnected:
            raise
        except Exception as fault:  # noqa: BLE001 - Django has answered, and what it sends is made now
            return _failed(head, fault)

    async def _answered(self, head: Head, receive: Receive, caller: Caller) -> Answer:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if not _has_body(head):
            return await self._django(head, b"", 0, caller)
        try:
            async with self._body(head, receive, most) as body:
                return await self._django(head, body, len(body), caller)
        except BodyTooLarge:
            # Django refuses it by its size, in the words of the page or of the API.
            return await self._django(head, bytes(most + 1), most + 1, caller)

    async def _django(self, head: Head, body: bytes, size: int, caller: Caller) -> Answer:
        environ = pages.environment(head, body, size, caller)
        work = functools.partial(pages.ask, self.django, environ)
        return await self.console.do(functools.partial(self.turn.run, work))

    def _begin_pages(self) -> None:
        limit_waiting(PAGE_PATIENCE)
        self.turn.watch()

    def _body(self, head: Head, receive: Receive, most: int) -> Reading:
        """The body, to be held in a block. Raises `BodyTooLarge` for one that says so itself."""
        if int(head.header("Content-Length") or 0) > most:
            raise BodyTooLarge
        return self.bodies.read(receive, most)


async def _pass_over(handler: Handler, receive: Receive, fault: BodyTooLarge) -> None:
    """Skip the rest of what is too long where the handler is to hear of it; else raise `fault`."""
    if not handler.skips_oversized:
        raise fault
    if fault.more:
        await skip(receive, MOST_SKIPPED)


def _has_body(head: Head) -> bool:
    return head.method not in NO_BODY and head.has_body


def _caller(handler: Handler, head: Head) -> Caller:
    """Who asks a verifier. Raises `Refused` where a proxy does not say it."""
    try:
        return calling.caller_of(handler, head)
    except ProxyFault as fault:
        if handler.anonymous:
            return Caller(head.peer, "http", proxied=False)
        _note_proxy_fault(head, fault, refusals.logged_names(head))
        raise Refused(400, "DENIED", str(fault)) from fault


def _refuse_proxy(head: Head, fault: ProxyFault) -> Answer:
    names, title = refusals.logged_names(head), "The proxy is not set up yet"
    _note_proxy_fault(head, fault, names)
    return refusals.refuse(head, HTTPStatus.BAD_REQUEST, title, str(fault), names=names)


def _note_proxy_fault(head: Head, fault: ProxyFault, names: dict[str, str]) -> None:
    proxy_faults.log("the proxy is not set up", peer=head.peer or UNIX, reason=str(fault), **names)


def _unreadable(head: Head) -> Answer:
    detail = "Its body is malformed, or ended before it was whole. Nothing was changed."
    return refusals.refuse(head, HTTPStatus.BAD_REQUEST, "Not understood", detail, CLOSE)


def _note_failure(head: Head, fault: Exception, names: dict[str, str]) -> None:
    if is_passing(fault):
        note_passing(fault)
    else:
        failures.log("failure", method=head.method, exc_info=fault, **names)


def _failed(head: Head, fault: Exception) -> Answer:
    """The answer to a request of which not even the beginning of the answer could be made."""
    names = refusals.logged_names(head)
    _note_failure(head, fault, names)
    if is_passing(fault):
        detail = f"{cause(fault)}. Try again in a moment."
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return refusals.refuse(head, status, "Not available", detail, RETRY, names)
    detail = "The fault is ours and it is in the log."
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return refusals.refuse(head, status, "Something broke", detail, names=names)
