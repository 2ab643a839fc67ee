"""What registries tell, `POST /service/events`: the distribution project's notifications.

A registry sends an envelope until it is answered well, and all that happens meanwhile waits behind it in its
memory. So nobody is refused but who has no secret, and who sends no envelope at all; what of an envelope
cannot be read is counted, and the registry goes on.
"""

import re
from collections import Counter
from datetime import UTC, datetime

from django.conf import settings

from console import measures
from console.models import Service
from console.serving.endpoints import (
    Bearer,
    FrontRequest,
    FrontResponse,
    Headers,
    Refused,
    json_response,
    methods,
)
from robots.artifacts.envelope import Envelope, Unreadable, read_envelope
from robots.artifacts.noting import COUNTED, IGNORED, REPEATED, note_events
from robots.verifiers.memory import Ends
from robots.verifiers.service_secrets import find_secret, note_asked

# Registry 2 sends the first version's, registry 3 the second's.
ENVELOPE = re.compile(r"application/(?:vnd\.docker\.distribution\.events\.v\d+\+)?json")
UNREADABLE = "unreadable"
OUTCOMES = (COUNTED, REPEATED, IGNORED, UNREADABLE)
# What belongs to a large image may be listed in an event, and its client says of itself what it likes.
MAX_BODY = 1024 * 1024


@methods("POST", for_proxies=True, most_body=MAX_BODY, skips_oversized=True, changes=True)
def events(request: FrontRequest) -> FrontResponse:
    """Take over what a registry tells; how many events came to what."""
    service_id = _registry(request)
    if request.oversized:
        return _taken(Envelope(unreadable=1), Counter())
    if not ENVELOPE.fullmatch(request.content_type):
        raise Refused(415, "UNSUPPORTED", "the body has to be an envelope of events in JSON")
    try:
        envelope = read_envelope(request.body, datetime.now(UTC))
    except Unreadable as fault:
        raise Refused(400, "UNSUPPORTED", str(fault)) from fault
    service = Service.objects.select_related("organization").get(pk=service_id)
    return _taken(envelope, note_events(service, envelope.events))


def _registry(request: FrontRequest) -> int:
    """The registry's row, by its secret."""
    came = request.authorization
    row = (
        find_secret(Service.Kind.REGISTRY, came.token, Ends()) if isinstance(came, Bearer) else None
    )
    if row is None:
        raise Refused(401, "UNAUTHORIZED", "this needs a registry's secret", _challenge())
    note_asked(row)
    return row.service_id


def _challenge() -> Headers:
    return (("WWW-Authenticate", f'Bearer realm="{settings.ROSTER_ORIGIN}"'),)


def _taken(envelope: Envelope, noted: Counter[str]) -> FrontResponse:
    came_to = noted + Counter({IGNORED: envelope.ignored, UNREADABLE: envelope.unreadable})
    for outcome, number in came_to.items():
        measures.REGISTRY_EVENTS.labels(outcome).inc(number)
    return json_response(200, {outcome: came_to[outcome] for outcome in OUTCOMES})
