"""Roster's secrets for detect-secrets: `detect-secrets scan --plugin roster_detector.py FOLDER`."""  # noqa: INP001 - loaded by its path

import re

from detect_secrets.plugins.base import RegexBasedDetector


class RosterDetector(RegexBasedDetector):
    """Tokens and secrets of services, by their shape; nobody is asked whether they work."""

    secret_type = "Roster secret"  # noqa: S105 - what findings are called

    denylist = [
        re.compile(r"(rbt_[0-9A-Za-z]{42})(?:[^0-9A-Za-z]|$)"),
        re.compile(
            r"(eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJvc3Rlci[0-9A-Za-z_-]{25}\.eyJqdGkiOi[0-9A-Za-z_-]{200,}\.[0-9A-Za-z_-]{512})(?:[^0-9A-Za-z_-]|$)"
        ),
        re.compile(r"(rsv_[0-9A-Za-z]{42})(?:[^0-9A-Za-z]|$)"),
    ]
