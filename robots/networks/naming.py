"""What the service refuses, said of the fields as somebody sent them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError


@contextmanager
def by_the_names_of(names: dict[str, str]) -> Iterator[None]:
    """Let errors of columns be errors of the fields that `names` has for them."""
    try:
        yield
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            raise
        found = refusal.error_dict.items()
        raise ValidationError(
            {names.get(name, name): errors for name, errors in found}
        ) from refusal
