"""Filters of the API by a project."""

from console.api.filters import NameField
from console.organizations.queries import project_slug


def project_field(
    help_text: str = "Of the project of this slug, display name or UUID.",
) -> NameField:
    """A filter by project."""
    return NameField(project_slug, help_text=help_text)
