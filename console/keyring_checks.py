"""Whether a keyring is the one that this database was made with: by a check value of each root in a table.

A root that has none yet, as in a database of an older version, has to open something that was made under
its number before it is trusted.
"""

from collections.abc import Callable, Iterable
from hmac import compare_digest

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.module_loading import import_string

from console import keyring
from console.models import KeyringRoot

PURPOSE = "keyring-check:v1"
# Says of a root by its number whether it opens what was made under it; `None` where there is nothing.
Proof = Callable[[int], bool | None]


def require_fitting() -> None:
    """Raise `ImproperlyConfigured` that names the roots at fault; roots that are new are noted."""
    present = keyring.numbers()
    recorded = _recorded()
    _refuse("is missing", _missing(present, recorded))
    _refuse("does not fit", [number for number in recorded if not _fits(number, recorded)])
    new = [number for number in present if number not in recorded]
    _require_proof(new, is_known=bool(recorded))
    _record(new)


def is_empty() -> bool:
    """Whether nothing in the database was made with any keyring."""
    return not _recorded() and not _used()


def highest() -> int:
    """The highest number of a root that this database knows; 0 if it knows none."""
    return max(_recorded(), default=0)


def _recorded() -> dict[int, str]:
    return dict(KeyringRoot.objects.order_by("number").values_list("number", "check_value"))


def _check_value(number: int) -> str:
    return keyring.key(PURPOSE, number).hex()


def _fits(number: int, recorded: dict[int, str]) -> bool:
    """A root that is gone from the file, and used by nothing, fits."""
    is_present = number in keyring.numbers()
    return not is_present or compare_digest(_check_value(number), recorded[number])


def _refuse(fault: str, numbers: Iterable[int]) -> None:
    named = ", ".join(f"root {number} {fault}" for number in numbers)
    if named:
        raise ImproperlyConfigured(
            f"the keyring {settings.ROSTER_KEYRING_FILE} is not the one this database was made with:"
            f" {named}; restore it from its backup, or correct ROSTER_KEYRING_FILE"
        )


def _users() -> list[type[Model]]:
    """Every model whose rows are made under a root."""
    return [
        model
        for model in apps.get_models()
        if any(field.name == "root_number" for field in model._meta.get_fields())
    ]


def _used() -> set[int]:
    """The numbers of roots that rows were made under; a chain that has no event yet says 0."""
    found: set[int] = set()
    for model in _users():
        rows = model._default_manager.order_by().values_list("root_number", flat=True)
        found.update(rows.distinct())
    return found - {0}


def is_used(number: int) -> bool:
    """Whether any row was made under the root of that number."""
    return any(model._default_manager.filter(root_number=number).exists() for model in _users())


def _missing(present: list[int], recorded: dict[int, str]) -> list[int]:
    wanted = sorted(recorded or _used())
    return [number for number in wanted if number not in present and is_used(number)]


def _require_proof(numbers: list[int], *, is_known: bool) -> None:
    """What no proof says anything about is trusted with the rest of the file, if that is known."""
    used = {number: _proven(number) for number in numbers if is_used(number)}
    is_known = is_known or True in used.values()
    trusted = {True, None} if is_known else {True}
    _refuse("does not fit", [number for number, proven in used.items() if proven not in trusted])


def _proven(number: int) -> bool | None:
    for path in settings.KEYRING_PROOFS:
        proof: Proof = import_string(path)
        answer = proof(number)
        if answer is not None:
            return answer
    return None


def _record(numbers: list[int]) -> None:
    """Note new roots. Where another process noted others under these numbers, its are the right ones."""
    if not numbers:
        return
    rows = [KeyringRoot(number=number, check_value=_check_value(number)) for number in numbers]
    KeyringRoot.objects.bulk_create(rows, ignore_conflicts=True)
    recorded = _recorded()
    _refuse("does not fit", [number for number in numbers if not _fits(number, recorded)])
