"""Constraints that several models have."""

from typing import Any

from django.db import models


def unique(*fields: str, name: str, message: str, **options: Any) -> models.UniqueConstraint:
    """No two rows are alike in `fields`; a form and the API say `message` of the second one."""
    return models.UniqueConstraint(
        fields=fields,
        name=name,
        violation_error_code="unique",
        violation_error_message=message,
        **options,
    )
