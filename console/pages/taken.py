"""A name that is taken leads to what has it."""

from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.utils.html import format_html


def lead_to_holder(form: BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Where the form says that the field's text is taken, let it lead to the one of `rows` that has it.

    `rows` are those of the same parent that the viewer sees; what they do not see is taken without a link.
    """
    if not form.has_error(name, "unique"):
        return
    holder = rows.filter(**{name: str(form[name].value()).strip()}).first()
    for error in form.errors[name].as_data():
        if holder and error.code == "unique":
            url = holder.get_absolute_url()
            error.message = format_html('{} <a href="{}">Open it</a>', error.message, url)
