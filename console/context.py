"""What every page knows: the theme and the request's ID."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from console.http import current

THEMES = ("auto", "light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `theme` from its cookie, `request_id`."""
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto")
    return {
        "theme": theme if theme in THEMES else "auto",
        "request_id": current.get().request_id,
    }
