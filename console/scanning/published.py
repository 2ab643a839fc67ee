"""Keys as partners publish them: `{"public_keys": [{"key_identifier": …, "key": "-----BEGIN …"}]}`."""

import json

from django.core.exceptions import ValidationError

NOT_PUBLISHED = (
    'This is not how keys are published: {"public_keys": [{"key_identifier": "…", "key": "…"}]}.'
)
NO_KEYS = "There are no keys in it."


def read_published(text: str) -> dict[str, str]:
    """The keys in PEM by their identifiers. Raises `ValidationError` for another document, or one without."""
    try:
        listed = json.loads(text)["public_keys"]
        found = {each["key_identifier"]: each["key"] for each in listed}
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise ValidationError(NOT_PUBLISHED) from fault
    if not all(isinstance(part, str) for pair in found.items() for part in pair):
        raise ValidationError(NOT_PUBLISHED)
    if not found:
        raise ValidationError(NO_KEYS)
    return found
