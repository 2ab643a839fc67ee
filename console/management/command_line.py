"""Running a command: what its installation or its user is at fault for is one line, and exit code 1."""

import sys

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import execute_from_command_line
from django.db import Error

from console.databases.faults import first_line, has_no_schema, is_out_of_reach

NO_SCHEMA = "the database lacks tables of this version of Roster; `serve` or `migrate` makes them"


def run(arguments: list[str]) -> None:
    """`manage.py` with these arguments. `--traceback` shows where a fault comes from."""
    try:
        execute_from_command_line(arguments)
    except (ImproperlyConfigured, ValidationError, Error) as fault:
        text = _words(fault)
        if not text or "--traceback" in arguments:
            raise
        sys.exit(f"roster: error: {text}")


def _words(fault: ImproperlyConfigured | ValidationError | Error) -> str:
    """What is wrong with the installation, or with what was asked for; empty for a fault of the command's."""
    if isinstance(fault, ValidationError):
        return " ".join(fault.messages)
    if isinstance(fault, ImproperlyConfigured):
        return str(fault)
    if has_no_schema(fault):
        return NO_SCHEMA
    return f"the database does not answer: {first_line(fault)}" if is_out_of_reach(fault) else ""
