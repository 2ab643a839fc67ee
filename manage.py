#!/usr/bin/env python
"""Django's command line for Roster."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# What a command prints is for whoever runs it, so its log lines go elsewhere.
LOGGING_TO_OUTPUT = {"serve", "run_jobs"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    if not LOGGING_TO_OUTPUT & set(sys.argv[1:2]):
        os.environ.setdefault("ROSTER_LOG_STREAM", "stderr")
    try:
        settings.ROSTER_DATA  # noqa: B018 - read now, so that a fault is told plainly
    except (ImproperlyConfigured, OSError) as fault:
        sys.exit(f"roster: error: {fault}")
    from console.management.command_line import run  # it needs the settings

    run(sys.argv)
