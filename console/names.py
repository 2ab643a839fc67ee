"""The grammar of every slug and name, and the words of its refusal."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

MAX_SLUG = 63
MAX_NAME = 100
MAX_PATH = 255
MAX_TEXT = 500
# They begin or end an embedding, an override or an isolate.
BIDIRECTIONAL_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

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
    """Refuse control characters, bidirectional ones among them, and unassigned or surrogate code points; line
    breaks are fine. What is kept shows everywhere as it is: pages, files, letters, terminals.

    The replacement character is what became of bytes that were not UTF-8.
    """
    for character in value:
        refused = unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"}
        if character == "\ufffd" or (refused and character not in "\n\r\t"):
            raise ValidationError("Remove the control characters.", code="control_characters")
        if unicodedata.bidirectional(character) in BIDIRECTIONAL_CONTROLS:
            message = "Remove the characters that change the reading direction."
            raise ValidationError(message, code="reading_direction")


def validate_description(value: str) -> None:
    """`validate_text` with the limit that a text column itself does not have."""
    validate_text(value)
    if len(value) > MAX_TEXT:
        raise ValidationError(f"Use at most {MAX_TEXT} characters.", code="max_length")


def validate_line(value: str) -> None:
    """`validate_text` for a single line one can see: no line breaks."""
    validate_text(value)
    if value and not any(unicodedata.category(c)[0] in "LNPS" for c in value):
        raise ValidationError("Use at least one visible character.", code="invisible")
    if any(character in "\n\r\t\u2028\u2029" for character in value):
        raise ValidationError("Use a single line.", code="line_breaks")
