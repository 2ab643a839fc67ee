"""Dates in templates."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html

from console import moments

register = template.Library()


@register.filter
def absolute(moment: datetime | None) -> str:
    """`22 Nov 2026, 14:05 UTC`, for letters; nothing for no moment."""
    return moments.absolute(moment) if moment else ""


@register.filter
def relative(moment: datetime) -> str:
    """`in 3 days`, for letters."""
    return moments.relative(moment, timezone.now())


@register.simple_tag
def ago(moment: datetime | None, otherwise: str = "never") -> str:
    """`<time>` with the relative moment, the absolute one on hover; `otherwise` when there is none."""
    if moment is None:
        return otherwise
    shown = moments.describe(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', shown.iso, shown.absolute, shown.relative
    )


@register.simple_tag
def on(moment: datetime | None, otherwise: str = "never") -> str:
    """`<time>` with the date, the relative moment on hover."""
    if moment is None:
        return otherwise
    shown = moments.describe(moment)
    return format_html(
        '<time datetime="{}" title="{}, {}">{}</time>',
        shown.iso,
        shown.absolute,
        shown.relative,
        moments.date(moment),
    )
