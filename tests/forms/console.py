"""The forms of the ground: the organization, its projects and repositories, the audit log, the theme."""

from tests.forms.fields import HEAD
from tests.forms.form import Form, operator

OTHER_SERVICE = {"description": "x", "host": "cache.example.com", "personal_tokens": "all"}
NEW_SERVICE = OTHER_SERVICE | {"name": "cache"}
SERVICE = HEAD | {f"Service.{column}" for column in (*OTHER_SERVICE, "uses_x5c")}
NEW_SECRET = {"overlap": "0", "request_key": "{key}"}
ENDING = HEAD | {"ServiceSecret.ends_at"}
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
    Form(
        "console:service-create",
        NEW_SERVICE,
        ("name", "description", "host", "personal_tokens"),
        HEAD,
        {"Service", "Event"},
    ),
    Form(
        "console:service",
        OTHER_SERVICE,
        ("description", "host", "personal_tokens"),
        SERVICE,
        {"Event"},
    ),
    Form("console:service-delete", {"name": "registry"}, ("name",), HEAD, {"Event"}, {"Service"}),
    Form(
        "console:site-service-create",
        NEW_SERVICE,
        ("name", "description", "host", "personal_tokens"),
        HEAD,
        {"Service", "Event"},
        sender=operator,
    ),
    Form(
        "console:site-service",
        OTHER_SERVICE,
        ("description", "host", "personal_tokens"),
        SERVICE,
        {"Event"},
        sender=operator,
    ),
    Form(
        "console:site-service-delete",
        {"name": "mirror"},
        ("name",),
        HEAD,
        {"Event"},
        {"Service"},
        operator,
    ),
    Form("console:service-secret-create", NEW_SECRET, (), ENDING, {"ServiceSecret", "Event"}),
    Form(
        "console:site-service-secret-create",
        NEW_SECRET,
        (),
        ENDING,
        {"ServiceSecret", "Event"},
        sender=operator,
    ),
    Form("console:event-export", {"form": "csv"}, ("form",), HEAD, {"Event"}),
    Form("console:theme", {"theme": "dark"}, ("theme", "next")),
)
