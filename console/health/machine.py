"""Checks of this machine: its disk, and the files that are served."""

import json
import logging
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.defaultfilters import filesizeformat

from console.health.findings import Finding, failed, not_applicable, ok, warning
from console.static_files import WHOLES, BundledStaticFilesStorage

MEBIBYTE = 1024 * 1024
# Of what is warned of; with less, nothing more may be written within minutes.
FAILS_AT = 10


def disk() -> Finding:
    """How much is free where the data lies."""
    free = shutil.disk_usage(settings.ROSTER_DATA).free
    words = f"{filesizeformat(free)} are free in {settings.ROSTER_DATA}".replace(
        "\N{NO-BREAK SPACE}", " "
    )
    least = settings.ROSTER_DISK_WARNING_MB * MEBIBYTE
    if free >= least:
        return ok(f"{words}.")
    advice = (
        f"{words}, less than ROSTER_DISK_WARNING_MB asks for. Make room, or give it a larger disk."
    )
    return failed(advice) if free < least / FAILS_AT else warning(advice)


def static_files() -> Finding:
    """Whether style sheet and script were put where they are served from."""
    if not isinstance(staticfiles_storage, BundledStaticFilesStorage):
        return not_applicable("They are served as they are.")
    missing = [name for name in WHOLES if not _is_served(name)]
    if missing:
        return failed(
            f"{', '.join(missing)} cannot be served from {settings.STATIC_ROOT}: pages have no style."
            " Restart `serve`, or run `manage.py collectstatic`."
        )
    return ok(f"They are in {settings.STATIC_ROOT}.")


def _is_served(name: str) -> bool:
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    try:
        paths = json.loads(manifest.read_text())["paths"]
        return Path(settings.STATIC_ROOT, paths[name]).is_file()
    except (OSError, ValueError, KeyError):
        return False


def log() -> Finding:
    """In what form and from what level on it is written."""
    level = settings.ROSTER_LOG_LEVEL
    if level == logging.getLevelName(logging.DEBUG):
        return warning(
            "Everything down to DEBUG is logged, what libraries say of requests included. Set"
            " ROSTER_LOG_LEVEL=INFO when you have seen what you were looking for."
        )
    return ok(f"One JSON object a line, from level {level} on.")
