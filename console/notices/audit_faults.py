"""Notices about an audit log that somebody has changed: to its owners, of the site's chain to operators."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from console.audit import inspection
from console.audit.verification import Verdict
from console.models import Notice, Organization
from console.models.events import SITE
from console.notices.kinds import AUDIT_FAULT
from console.notices.letters import tell_by_letter
from console.notices.telling import News, people_of


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The chain of an organization, or of the site."""

    uuid: UUID | None
    name: str

    def __str__(self) -> str:
        return self.name


def verify_audit() -> None:
    """Verify every chain, and tell what is wrong: each finding once. The job."""
    for verdict in inspection.inspect_daily().verdicts:
        if verdict.faults:
            _tell(verdict)


def _tell(verdict: Verdict) -> None:
    organization = _organization(verdict.chain)
    # Of one that is gone nobody is left; its operators are told.
    name = organization.slug if organization else verdict.chain
    about = AuditLog(organization.uuid if organization else None, name)
    found = {
        "chain": verdict.chain,
        "faults": inspection.count(verdict),
        "first": [verdict.faults[0].number, verdict.faults[0].text],
    }
    with transaction.atomic():
        if not _is_told(found):
            title = f"The audit log of {name} was changed behind Roster's back"
            path = reverse("console:event-list", args=[name]) if organization else ""
            news = News(about, title, path, people_of(organization), found)
            tell_by_letter(AUDIT_FAULT, organization, news)


def _organization(chain: str) -> Organization | None:
    return None if chain == SITE else Organization.objects.filter(uuid=UUID(chain)).first()


def _is_told(found: dict[str, Any]) -> bool:
    """Whether the last notice about the chain says the same."""
    told = Notice.objects.filter(kind=AUDIT_FAULT.name, data__chain=found["chain"])
    last = told.order_by("-id").first()
    return last is not None and last.data == found
