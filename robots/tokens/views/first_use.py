"""Whether a secret that was just shown is used already: its page asks that of the token's."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render

from console.http import Request
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.models import Secret, Token

# The element that asks. It asks more and more seldom, in seconds, and for ten minutes in all.
ASKER = "first-use-asker"
DELAYS = (3, 3, 4, 5, 5, 10, 10, 20, 30, 30, *[60] * 8)


def is_asked(request: Request) -> bool:
    return bool(request.htmx) and request.htmx.target == ASKER


def may_ask(request: Request, token: Token) -> bool:
    """Whether the page of the token, which answers, is there for this person."""
    return token.robot is None or allows(request.viewer, Permission.TOKEN_READ, token.robot)


def waiting(secret: Secret, turn: int = 0) -> dict[str, object]:
    """What the element that asks says about itself."""
    return {"asked": secret, "turn": turn + 1, "delay": DELAYS[turn]}


def answer_use(request: Request, token: Token, secrets: Sequence[Secret]) -> HttpResponse:
    """The element that asks next; or, when there is nothing more to ask, what became of the secret."""
    asked = next((it for it in secrets if str(it.pk) == request.GET.get("secret")), None)
    turn = _turn(request)
    context: dict[str, object] = {"token": token, "used": asked, "asked": None}
    if asked and asked.last_used_at is None and turn < len(DELAYS):
        context |= waiting(asked, turn)
    return render(request, "robots/tokens/first_use.html", context)


def _turn(request: Request) -> int:
    text = request.GET.get("turn", "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= len("99")
    return int(text) if is_number else len(DELAYS)
