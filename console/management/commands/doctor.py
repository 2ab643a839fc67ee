"""`manage.py doctor`: what is right and wrong with the installation, in words or as JSON."""

import argparse
import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from console.health.examination import SECONDS, examine
from console.health.findings import Diagnosis, State, worst
from console.management.operators import OperatorCommand

# What a scheduler or a monitor is told.
EXIT_CODES = {State.WARNING: 1, State.FAILED: 2}


def seconds(text: str) -> float:
    """How long a check may wait: from a tenth of a second to a minute."""
    value = float(text)
    if not 0.1 <= value <= 60:
        raise ValueError
    return value


class Command(OperatorCommand):
    """Changes nothing, and prints no secret."""

    help = (
        "Check the installation and say what to do. Exit code 0: all is well; 1: there are warnings;"
        " 2: something failed."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument(
            "--timeout",
            type=seconds,
            default=SECONDS,
            metavar="SECONDS",
            help=f"how long each check may wait; {SECONDS:g} unless given",
        )

    def handle(self, *_: Any, format: str, timeout: float, **__: Any) -> None:  # noqa: A002 - the option's name
        diagnoses = examine(timeout)
        self.stdout.write(_json(diagnoses) if format == "json" else _text(diagnoses))
        if code := EXIT_CODES.get(worst(diagnoses)):
            raise CommandError(_summary(diagnoses), returncode=code)


def _json(diagnoses: list[Diagnosis]) -> str:
    document = {"state": worst(diagnoses), "checks": [asdict(it) for it in diagnoses]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _text(diagnoses: list[Diagnosis]) -> str:
    states = max(len(it.state) for it in diagnoses)
    labels = max(len(it.label) for it in diagnoses)
    return "\n".join(
        f"{it.state.upper():<{states}}  {it.label:<{labels}}  {it.words}" for it in diagnoses
    )


def _summary(diagnoses: list[Diagnosis]) -> str:
    counts = Counter(it.state for it in diagnoses)
    return f"{counts[State.FAILED]} failed, {counts[State.WARNING]} to be looked at"
