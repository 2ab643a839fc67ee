"""The services of tokens, their secrets, one-time links and trusts."""

from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.handovers import create_link, create_token_by_link, withdraw_link
from robots.tokens.services.secrets import end_secret, refresh_token, rotate_token
from robots.tokens.services.suspension import disable_token, enable_token
from robots.tokens.services.tokens import create_personal_token, create_token, delete_token
from robots.tokens.services.update import update_token
from robots.tokens.services.views import delete_token_view, save_token_view
from robots.trusts.services import create_trust, delete_trust, update_trust
from tests.fixtures import JOBS
from tests.robots.tokens.personal import only_secret
from tests.services.row import Row, Rows, owner, person
from tests.stage import soon

ROWS: Rows = {
    create_token: Row(
        lambda actor, on: create_token(actor=actor, robot=on.robot, name="t", kind="compact").token,
        "token:created",
    ),
    create_personal_token: Row(
        lambda actor, on: create_personal_token(actor=actor, name="t", kind="compact").token,
        "token:created",
        actor=person,
    ),
    create_token_by_link: Row(
        lambda actor, on: (
            create_token_by_link(
                actor=actor, robot=on.robot, name="t", kind="compact"
            ).handover.token
        ),
        "token:created",
        actor=owner,
    ),
    create_link: Row(
        lambda actor, on: (
            create_link(
                actor=actor, token=on.fresh, purpose="refresh", kind="compact"
            ).handover.token
        ),
        "handover:created",
        actor=owner,
    ),
    withdraw_link: Row(
        lambda actor, on: withdraw_link(actor=actor, handover=on.token.handovers.get()),
        "handover:withdrawn",
        lambda on: on.token,
    ),
    rotate_token: Row(
        lambda actor, on: (
            rotate_token(
                actor=actor, token=on.fresh, current=only_secret(on.fresh), kind="compact"
            ).token
        ),
        "token:rotated",
    ),
    refresh_token: Row(
        lambda actor, on: (
            refresh_token(
                actor=actor, token=on.fresh, current=only_secret(on.fresh), kind="compact"
            ).token
        ),
        "token:refreshed",
    ),
    end_secret: Row(
        lambda actor, on: end_secret(
            actor=actor, token=on.token, secret_id=on.token.secrets.earliest("id").pk
        ),
        "secret:ended",
        lambda on: on.token,
    ),
    disable_token: Row(
        lambda actor, on: disable_token(actor=actor, token=on.fresh), "token:disabled"
    ),
    enable_token: Row(
        lambda actor, on: enable_token(actor=actor, token=on.stopped), "token:enabled"
    ),
    update_token: Row(
        lambda actor, on: update_token(actor=actor, token=on.fresh, disabled=True), "token:disabled"
    ),
    change_token_expiry: Row(
        lambda actor, on: change_token_expiry(actor=actor, token=on.token, expires_at=soon()),
        "token:expiry-changed",
        lambda on: on.token,
    ),
    change_token_addresses: Row(
        lambda actor, on: change_token_addresses(
            actor=actor, token=on.token, addresses="10.0.0.0/8"
        ),
        "token:addresses-changed",
        lambda on: on.token,
    ),
    delete_token: Row(
        lambda actor, on: delete_token(actor=actor, token=on.token),
        "token:deleted",
        lambda on: on.token,
    ),
    save_token_view: Row(
        lambda actor, on: save_token_view(
            actor=actor, organization=on.organization, name="Mine", query="?state=active"
        ),
        "token-view:saved",
        actor=owner,
    ),
    delete_token_view: Row(
        lambda actor, on: delete_token_view(actor=actor, view=on.view),
        "token-view:removed",
        lambda on: on.view,
        actor=owner,
    ),
    create_trust: Row(
        lambda actor, on: create_trust(actor=actor, robot=on.robot, name="t", **JOBS),
        "trust:created",
    ),
    update_trust: Row(
        lambda actor, on: update_trust(actor=actor, trust=on.trust, disabled=True),
        "trust:updated",
    ),
    delete_trust: Row(
        lambda actor, on: delete_trust(actor=actor, trust=on.trust),
        "trust:deleted",
        lambda on: on.trust,
    ),
}
