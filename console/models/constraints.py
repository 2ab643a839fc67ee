"""Constraints that several models have."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class Unique(models.UniqueConstraint):
    """Django's, except that its error is about the one field that was chosen. Migrations call it Django's."""

    def __init__(self, *args: Any, said_of: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.said_of = said_of or self.fields[-1]

    def deconstruct(self) -> Any:  # noqa: ANN401 - Django's own signature
        _, args, options = super().deconstruct()
        return "django.db.models.UniqueConstraint", args, options

    def clone(self) -> "Unique":
        """What a model's options keep is a copy, made of what migrations know."""
        copied: Unique = super().clone()
        copied.said_of = self.said_of
        return copied

    def validate(self, *args: Any, **options: Any) -> None:
        try:
            super().validate(*args, **options)
        except ValidationError as error:
            raise ValidationError({self.said_of: error}) from error


def unique(*fields: str, name: str, message: str, **options: Any) -> models.UniqueConstraint:
    """No two rows are alike in `fields`; a form and the API say `message` of the second one, beside the last
    of them or `said_of`.
    """
    return Unique(
        fields=fields,
        name=name,
        violation_error_code="unique",
        violation_error_message=message,
        **options,
    )
