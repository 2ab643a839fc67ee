"""Trusts that an older backup brought back, or that let in others or more again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from console.audit.evidence import Line
from robots.models import Trust
from robots.restores.claims import ACTOR, Claims, Revived, claiming, is_later, moment, several
from robots.trusts.services import RULE, as_recorded, delete_trust, update_trust

KIND = "trust"


def _trust(line: Line) -> Trust | None:
    return Trust.objects.living().with_robot().filter(token__uuid=line.target).first()


def _deleted(line: Line) -> Revived | None:
    trust = _trust(line)
    if trust is None:
        return None
    return Revived(KIND, str(trust), "was deleted", partial(delete_trust, actor=ACTOR, trust=trust))


def _changed(is_other: Callable[[dict[str, Any], dict[str, Any]], bool], words: str) -> Claims:
    """What the last change said is not so any more: then nobody is let in until somebody has looked."""

    def find(line: Line) -> Revived | None:
        trust = _trust(line)
        if trust is None or trust.token.disabled_at or not is_other(as_recorded(trust), line.after):
            return None
        stop = partial(update_trust, actor=ACTOR, trust=trust, disabled=True)
        return Revived(KIND, str(trust), words, stop)

    return claiming(f"trust {words}", find)


def _had_another_rule(now: dict[str, Any], said: dict[str, Any]) -> bool:
    return any(now[name] != said.get(name) for name in RULE)


def _was_disabled(_: dict[str, Any], said: dict[str, Any]) -> bool:
    return said.get("state") == "disabled"


def _ended_earlier(now: dict[str, Any], said: dict[str, Any]) -> bool:
    return is_later(now["expires_at"], moment(said.get("expires_at")))


CLAIMS: dict[str, Claims] = {
    "trust:deleted": claiming(KIND, _deleted),
    "trust:updated": several(
        _changed(_was_disabled, "was disabled"),
        _changed(_had_another_rule, "had another rule"),
        _changed(_ended_earlier, "was to end earlier"),
    ),
}
