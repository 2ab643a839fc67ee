"""Letters out of templates: a template's first line is the subject, what follows the text."""

from django.conf import settings
from django.template.loader import render_to_string

from console.mail.outbox import Letter


def letter_from(template: str, to: str, **context: object) -> Letter:
    """The letter that `template` makes of `context`, which knows the console's `origin` as well."""
    text = render_to_string(template, context | {"origin": settings.ROSTER_ORIGIN})
    subject, _, body = text.strip().partition("\n")
    return Letter(to=to, subject=subject, body=f"{body.strip()}\n")
