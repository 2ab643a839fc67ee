"""The services of the ground: the organization, its projects and repositories, the audit log."""

from console.audit.services import note_export
from console.notices.services import choose_letters
from console.organizations.services import (
    change_repository,
    create_project,
    create_repository,
    rename_organization,
    update_project,
)
from console.services.services import (
    create_service,
    create_service_secret,
    delete_service,
    update_service,
)
from console.webhooks.services.secrets import create_webhook_secret
from console.webhooks.services.webhooks import (
    create_webhook,
    delete_webhook,
    send_again,
    send_test,
    update_webhook,
)
from tests.services.row import Row, Rows, person

ROWS: Rows = {
    rename_organization: Row(
        lambda actor, on: rename_organization(
            actor=actor, organization=on.organization, name="Works"
        ),
        "organization:updated",
    ),
    create_project: Row(
        lambda actor, on: create_project(
            actor=actor, organization=on.organization, slug="infra", name="Infra"
        ),
        "project:created",
    ),
    update_project: Row(
        lambda actor, on: update_project(
            actor=actor, project=on.project, name="X", description="x", public=True
        ),
        "project:updated",
    ),
    create_repository: Row(
        lambda actor, on: create_repository(actor=actor, project=on.project, name="web"),
        "repository:created",
    ),
    change_repository: Row(
        lambda actor, on: change_repository(
            actor=actor, repository=on.repository, description="x", public=True
        ),
        "repository:updated",
    ),
    create_service: Row(
        lambda actor, on: create_service(
            actor=actor, organization=on.organization, name="mirror", host="mirror.example.com"
        ),
        "service:created",
    ),
    update_service: Row(
        lambda actor, on: update_service(
            actor=actor, service=on.service, description="x", personal_tokens="none"
        ),
        "service:updated",
    ),
    create_service_secret: Row(
        lambda actor, on: create_service_secret(actor=actor, service=on.resource),
        "service:secret-created",
        lambda on: on.resource,
    ),
    delete_service: Row(
        lambda actor, on: delete_service(actor=actor, service=on.service),
        "service:deleted",
        lambda on: on.service,
    ),
    create_webhook: Row(
        lambda actor, on: (
            create_webhook(
                actor=actor,
                organization=on.organization,
                name="pager",
                url="https://pager.example.com/hooks",
                kinds=["token.leaked"],
            ).webhook
        ),
        "webhook:created",
    ),
    update_webhook: Row(
        lambda actor, on: update_webhook(
            actor=actor, webhook=on.webhook, kinds=["token.leaked"], active=False
        ),
        "webhook:updated",
    ),
    create_webhook_secret: Row(
        lambda actor, on: create_webhook_secret(actor=actor, webhook=on.webhook),
        "webhook:secret-created",
        lambda on: on.webhook,
    ),
    send_test: Row(
        lambda actor, on: send_test(actor=actor, webhook=on.webhook),
        "webhook:tested",
        lambda on: on.webhook,
    ),
    send_again: Row(
        lambda actor, on: send_again(actor=actor, delivery=on.webhook.deliveries.get()),
        "webhook:sent-again",
        lambda on: on.webhook,
    ),
    delete_webhook: Row(
        lambda actor, on: delete_webhook(actor=actor, webhook=on.webhook),
        "webhook:deleted",
        lambda on: on.webhook,
    ),
    choose_letters: Row(
        lambda actor, on: choose_letters(
            actor=actor, organization=on.organization, kinds=["token.leaked"]
        ),
        "notices:chosen",
        lambda on: on.person,
        actor=person,
    ),
    note_export: Row(
        lambda actor, on: note_export(
            actor=actor, organization=on.organization, form="csv", filters={}
        ),
        "audit-log:exported",
        lambda on: on.organization,
    ),
}
