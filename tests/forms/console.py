"""The forms of the ground: the organization, its projects and repositories, the audit log, the theme."""

from tests.forms.fields import HEAD
from tests.forms.form import Form

FORMS = (
    Form(
        "console:project-create",
        {"slug": "infra", "name": "Infra"},
        ("slug", "name", "description"),
        HEAD,
        {"Project", "Event"},
    ),
    Form(
        "console:repository-create",
        {"name": "web"},
        ("name", "description"),
        HEAD,
        {"Repository", "Event"},
    ),
    Form(
        "console:repository",
        {"description": "x"},
        ("description",),
        HEAD | {"Repository.description", "Repository.public"},
        {"Event"},
    ),
    Form(
        "console:organization-settings",
        {"name": "Works"},
        ("name",),
        HEAD | {"Organization.name"},
        {"Event"},
    ),
    Form("console:event-export", {"form": "csv"}, ("form",), HEAD, {"Event"}),
    Form("console:theme", {"theme": "dark"}, ("theme", "next")),
)
