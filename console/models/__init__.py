"""The ground everything stands on: organizations, projects, repositories, grants, the audit log."""

from console.models.events import AuditHead, Event
from console.models.grants import Grant
from console.models.organizations import Organization, Project, Repository

__all__ = ["AuditHead", "Event", "Grant", "Organization", "Project", "Repository"]
