"""The pages of two roles' tokens, an organization's and a project's, and what their forms send."""

from uuid import uuid4

from tests.conftest import Cast

VIEWER = "/o/acme/roles/built-in/organization/viewer/tokens/"
DEVELOPER = "/o/acme/roles/built-in/project/developer/tokens/"


def form(**changes: object) -> dict[str, object]:
    return {"name": "sync", "expiry": "never", "kind": "compact", "request_key": uuid4()} | changes


def developer(cast: Cast, **changes: object) -> dict[str, object]:
    return form(project=str(cast.project.uuid)) | changes
