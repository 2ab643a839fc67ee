"""An audit log with checkpoints, for tests that tamper with one of them."""

from typing import Any

from django.core.management import call_command

from console.audit.checkpoints import checkpoint, read
from console.audit.recording import OPERATOR, chain_of, changing, record
from console.audit.verification import Fault, verify
from console.models import AuditHead, Event, Organization
from tests.factories import OrganizationFactory

LENGTH = 24
CHECKPOINTS = (7, 13, 20)
Values = dict[str, Any]


def go_on(organization: Organization, number: int = 1) -> None:
    for turn in range(number):
        with changing(organization) as chain:
            record(
                chain,
                actor=OPERATOR,
                action="organization:updated",
                target=organization,
                before={"name": f"N{turn}"},
                after={"name": f"N{turn + 1}"},
            )


class Log:
    """An organization's chain, and its end as it was at each number: what a backup would have."""

    def __init__(self) -> None:
        self.organization: Organization = OrganizationFactory(slug="acme")
        self.chain = chain_of(self.organization)
        self.ends: dict[int, Values] = {}
        for number in range(1, LENGTH + 1):
            go_on(self.organization)
            if number in CHECKPOINTS:
                checkpoint()
            head = AuditHead.objects.values("number", "link", "seal", "root_number").get()
            self.ends[number] = dict(head)

    @property
    def events(self) -> Any:
        return Event.objects.filter(chain=self.chain)

    def found(self) -> list[Fault]:
        return verify(self.chain, read().chains[self.chain]).faults

    def numbers(self) -> set[int]:
        return {fault.number for fault in self.found()}


def verified(*arguments: str) -> tuple[int, list[str]]:
    """The command's exit code and lines."""
    lines: list[str] = []

    class Output:
        def write(self, text: str) -> None:
            lines.extend(text.splitlines())

    try:
        call_command("verify_audit", *arguments, stdout=Output())
    except SystemExit as end:
        return int(str(end.code)), lines
    return 0, lines
