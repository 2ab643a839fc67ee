"""The ground everything stands on: organizations, projects, repositories, grants, the audit log."""

from console.models.events import AuditCheck, AuditForward, AuditHead, Event
from console.models.grants import Grant
from console.models.installation import Backup, Maintenance, Replica
from console.models.jobs import JobLock, OutgoingMail
from console.models.keyring import KeyringRoot
from console.models.notices import Notice, NoticeChoice, NoticeReader
from console.models.organizations import Organization, Project, Repository, RetiredPath
from console.models.scanning import ScanningKey, ScanningPartner
from console.models.service_secrets import ServiceSecret
from console.models.services import Service
from console.models.sessions import Session
from console.models.static_files import StaticFile
from console.models.webhooks import Webhook, WebhookDelivery, WebhookSecret

__all__ = [
    "AuditCheck",
    "AuditForward",
    "AuditHead",
    "Backup",
    "Event",
    "Grant",
    "JobLock",
    "KeyringRoot",
    "Maintenance",
    "Notice",
    "NoticeChoice",
    "NoticeReader",
    "Organization",
    "OutgoingMail",
    "Project",
    "Replica",
    "Repository",
    "RetiredPath",
    "ScanningKey",
    "ScanningPartner",
    "Service",
    "ServiceSecret",
    "Session",
    "StaticFile",
    "Webhook",
    "WebhookDelivery",
    "WebhookSecret",
]
