"""The grammar of every slug and name, and the words of its refusal."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

MAX_SLUG = 63
MAX_NAME = 100
MAX_PATH = 255
MAX_TEXT = 500

validate_organization_slug = RegexValidator(
    r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z",
    "Use lower-case letters and digits, with single hyphens between them.",
)
validate_name = RegexValidator(
    r"\A[a-z0-9]+(?:[._-][a-z0-9]+)*\Z",
    "Use lower-case letters and digits, with single dots, hyphens or underscores between them.",
)
# The distribution specification's grammar of a repository name.
validate_repository_name = RegexValidator(
    r"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\Z",
    "Use lower-case letters and digits, with . _ __ or hyphens between them, and / between parts.",
)


def validate_text(value: str) -> None:
    """Refuse control characters and unassigned or surrogate code points; line breaks are fine."""
    for character in value:
        if (
            unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"}
            and character not in "\n\r\t"
        ):
            raise ValidationError("Remove the control characters.", code="control_characters")


def validate_line(value: str) -> None:
    """`validate_text` for a single line: no line breaks and no bidirectional overrides."""
    validate_text(value)
    if any(character in "\n\r\t\u2028\u2029" for character in value):
        raise ValidationError("Use a single line.", code="line_breaks")
    if any(unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "LRE", "PDF"} for c in value):
        raise ValidationError("Remove the characters that change the reading direction.")
