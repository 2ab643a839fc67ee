"""What is kept under each root of the keyring."""

from dataclasses import dataclass

from django.db.models import Count, Model

from console import keyring
from console.models import Event, ServiceSecret, WebhookSecret
from console.paging import capped_count, count_words
from robots.models import Secret, SigningKey

USERS: tuple[tuple[str, type[Model]], ...] = (
    ("secrets", Secret),
    ("service secrets", ServiceSecret),
    ("webhook secrets", WebhookSecret),
    ("signing keys", SigningKey),
    ("audit events", Event),
)


@dataclass(frozen=True, slots=True)
class Root:
    """A root by its number, and how much is kept under it, in words."""

    number: int
    is_current: bool
    uses: list[tuple[str, str]]


def roots() -> list[Root]:
    """Every root of the keyring, the newest first. Counting stops at what lists count to."""
    current = keyring.current()
    return [
        Root(number, number == current, [(name, _count(model, number)) for name, model in USERS])
        for number in reversed(keyring.numbers())
    ]


def _count(model: type[Model], number: int) -> str:
    return count_words(capped_count(model._default_manager.filter(root_number=number)))


def rows_by_root(model: type[Model]) -> dict[int, int]:
    """How many rows of `model` are kept under each root, all of them counted."""
    rows = model._default_manager.values_list("root_number").annotate(rows=Count("pk"))
    return dict(rows.order_by())
