"""What the commands for operators have in common."""

from django.core.management.base import BaseCommand


class OperatorCommand(BaseCommand):
    """Starts in half the time: Django's checks are of the code, load every page, and run in `make check`."""

    requires_system_checks = ()
