"""Model fields of our own."""

import functools
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from console import networks
from console.permissions.vocabulary import Permission, Permissions


@functools.lru_cache(maxsize=4096)
def _read(names: str) -> Permissions:
    """The same few sets stand in thousands of rows."""
    return frozenset(Permission(name) for name in names.split())


class PermissionSetField(models.Field[Any, Any]):
    """A set of permissions, kept as their sorted names with spaces between; empty text is none."""

    def __init__(self, **options: Any) -> None:
        defaults: dict[str, Any] = {"max_length": 2000, "blank": True, "default": frozenset}
        super().__init__(**(defaults | options))

    def get_internal_type(self) -> str:
        return "CharField"

    def from_db_value(self, value: str | None, *_: object) -> Permissions | None:
        return None if value is None else _read(value)

    def to_python(self, value: Any) -> Permissions:  # noqa: ANN401 - Django's own signature
        names = value.split() if isinstance(value, str) else value or ()
        try:
            return frozenset(Permission(name) for name in names)
        except ValueError as error:
            raise ValidationError(str(error), code="unknown_permission") from error

    def get_prep_value(self, value: Any) -> str | None:  # noqa: ANN401 - Django's own signature
        return None if value is None else " ".join(sorted(self.to_python(value)))

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""


class NetworksField(models.TextField[Any, Any]):
    """Networks that are allowed, normalized, with spaces between; empty text allows every address."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("blank", True)
        options.setdefault("default", "")
        super().__init__(*args, **options)

    def to_python(self, value: Any) -> str:  # noqa: ANN401 - Django's own signature
        try:
            return networks.normalize(str(value or ""))
        except ValueError as error:
            raise ValidationError(str(error), code="networks") from error


class CanonicalEncoder(DjangoJSONEncoder):
    """JSON in one form: keys sorted, no white space, ASCII."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"sort_keys": True, "separators": (",", ":")})
