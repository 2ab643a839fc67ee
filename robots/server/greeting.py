"""What `serve` says once it serves: lines for a program, a frame for a person."""

from django.conf import settings

from console.configuration.lines import TEXT, framed
from robots.server.capacity import describe
from teams.users.services import setup_key

NOBODY = "Nobody has an account yet. The first owner signs up here, once:"


def greeting(notes: list[str]) -> str:
    """Where it is served, and the link of the first owner while there is none. `notes` come first."""
    served, key = f"Roster is served at {settings.ROSTER_ORIGIN}/", setup_key()
    link = f"{settings.ROSTER_ORIGIN}/setup/{key}/" if key else ""
    if settings.ROSTER_LOG_FORMAT == TEXT:
        return "\n".join([*notes, _for_people(served, link)])
    owner = [NOBODY, f"  {link}"] if link else []
    return "\n".join([*notes, served, describe(), *owner, ""])


def _for_people(served: str, link: str) -> str:
    """The link alone in its line, so that it can be clicked and copied; what one needs next at the end."""
    lines = [served, describe(), "Stop it with Ctrl-C."]
    if link:
        lines += ["", NOBODY, "", link]
    return framed("\n".join(lines))
