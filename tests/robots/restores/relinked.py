"""An event with other content and the link that belongs to it, as another version would have written."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from console.audit import links
from console.audit.recording import UUID_FIELDS
from console.models import Event


def relinked(event: dict[str, Any]) -> str:
    """The line of `event`, which follows the last one of its chain that is here."""
    values = event | {name: UUID(event[name]) for name in UUID_FIELDS if event[name]}
    values["created_at"] = datetime.fromisoformat(event["created_at"])
    before = Event.objects.get(chain=event["chain"], number=event["number"] - 1)
    columns = [values[name] for name in links.LINKED_FIELDS]
    link = links.link(bytes(before.link), columns, links.key(event["root_number"]))
    return json.dumps(event | {"link": link.hex()})
