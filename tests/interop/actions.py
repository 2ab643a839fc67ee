"""What a test does in a running installation: a function by name, JSON in, JSON on the last line out."""

import json
import sys
from collections import Counter
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from console.mail.outbox import Letter, put  # noqa: E402
from console.models import (  # noqa: E402
    AuditHead,
    Event,
    JobLock,
    Organization,
    OutgoingMail,
    Project,
    Repository,
    Service,
)
from console.permissions.vocabulary import Permission  # noqa: E402
from console.services.services import create_service, create_service_secret  # noqa: E402
from robots.accounts.services.addresses import change_robot_addresses  # noqa: E402
from robots.accounts.services.robots import GrantRequest, create_robot, delete_robot, disable_robot  # noqa: E402
from robots.base.claim_conditions import Condition  # noqa: E402
from robots.models import (  # noqa: E402
    Robot,
    RobotGrant,
    Secret,
    SigningKey,
    TeamRobot,
    Token,
    TokenAddress,
    Trust,
    Usage,
)
from robots.server.preparation import prepare as prepare_installation  # noqa: E402
from robots.tokens.services.tokens import create_personal_token, create_token, delete_token  # noqa: E402
from robots.trusts.services import create_trust, delete_trust  # noqa: E402
from teams.members.services import invite as send_invitation  # noqa: E402
from teams.models import Membership, Team, TeamGrant, User  # noqa: E402

PUSH_AND_PULL = frozenset({Permission.ARTIFACT_PUSH, Permission.ARTIFACT_PULL})


def _owner(organization: Organization) -> User:
    user, _ = User.objects.get_or_create(email="owner@example.com")
    Membership.objects.get_or_create(organization=organization, user=user, role="owner")
    return user


def prepare() -> None:
    """What `serve` does before it serves."""
    prepare_installation()


def furnish() -> dict[str, Any]:
    """acme/payments with a robot that may push and pull there, acme/other, one public repository."""
    organization = Organization.objects.create(slug="acme", name="Acme")
    owner = _owner(organization)
    project = Project.objects.create(organization=organization, slug="payments", name="Payments")
    other = Project.objects.create(organization=organization, slug="other", name="Other")
    Repository.objects.create(project=project, name="public", public=True)
    Repository.objects.create(project=other, name="secret")
    return robot_in("payments", "builder") | {"owner": str(owner.uuid)}


def organization(slug: str, password: str) -> dict[str, Any]:
    """An organization and the address of its owner, who can sign in."""
    made = Organization.objects.create(slug=slug, name=slug.title())
    owner = User.objects.create_user(f"owner@{slug}.example", password)
    Membership.objects.create(organization=made, user=owner, role="owner")
    return {"owner": owner.email}


def site_events() -> list[list[str]]:
    """What happened beside all organizations: action, actor and target."""
    events = Event.objects.filter(chain="site").order_by("number")
    return [list(row) for row in events.values_list("action", "actor_label", "target_label")]


def fill_audit_log(slug: str, number: int) -> None:
    """Copies of an organization's first event, for lists and exports that have to be long."""
    first = Event.objects.filter(organization_slug=slug).order_by("number")[0]
    columns = {
        field.attname: getattr(first, field.attname)
        for field in Event._meta.concrete_fields
        if field.attname not in {"id", "uuid", "number"} and not field.generated
    }
    last = Event.objects.filter(chain=first.chain).order_by("-number")[0].number
    made = (Event(number=last + extra, **columns) for extra in range(1, number + 1))
    Event.objects.bulk_create(made, batch_size=500)
    AuditHead.objects.filter(chain=first.chain).update(number=last + number)


def give_beyond(robot: str, project: str) -> None:
    """Rows as no service writes them: a project robot in another project, by itself and by a team."""
    found = Robot.objects.select_related("organization").get(uuid=robot)
    organization = found.organization
    where = {
        "organization": organization,
        "project": Project.objects.get(organization=organization, slug=project),
        "role": "repository:write",
    }
    team = Team.objects.create(organization=organization, name="beyond")
    TeamGrant.objects.create(team=team, **where)
    TeamRobot.objects.create(team=team, robot=found)
    RobotGrant.objects.create(robot=found, **where)


def invite(email: str) -> dict[str, Any]:
    """An invitation, whose letter waits in the outbox."""
    organization, _ = Organization.objects.get_or_create(slug="acme", defaults={"name": "Acme"})
    invitation = send_invitation(
        actor=_owner(organization), organization=organization, email=email, role="member"
    )
    return {"uuid": str(invitation.uuid)}


def letters(count: int) -> list[str]:
    """Letters that are due; to whom."""
    recipients = [f"reader-{number:03d}@example.com" for number in range(count)]
    for recipient in recipients:
        put(Letter(recipient, "Hello", "Hello\n"))
    return recipients


def outbox() -> dict[str, Any]:
    """What became of the letters, and which jobs are held by somebody."""
    mails = OutgoingMail.objects.all()
    return {
        "waiting": sum(bool(mail.sealed) for mail in mails.filter(sent_at=None)),
        "sent": mails.exclude(sent_at=None).count(),
        "attempts": sorted(set(mails.values_list("attempts", flat=True))),
        "held": list(JobLock.objects.exclude(holder=None).values_list("name", flat=True)),
    }


def look(times: int) -> list[dict[str, Any]]:
    """Run the jobs that are due, so often, with all pauses over in between; the outbox each time."""
    found = []
    for _ in range(times):
        let_time_pass()
        call_command("run_jobs", "--once")
        found.append(outbox())
    return found


def let_time_pass() -> None:
    """As if every pause and lease were over."""
    now = timezone.now()
    OutgoingMail.objects.update(due_at=now)
    JobLock.objects.update(until=now, ran_at=None)


def robot_in(project: str, name: str, kind: str = "signed") -> dict[str, Any]:
    """A project robot with a token; its secret for the test alone."""
    place = Project.objects.get(organization__slug="acme", slug=project)
    owner = _owner(place.organization)
    robot = create_robot(
        actor=owner,
        organization=place.organization,
        project=place,
        name=name,
        grants=[GrantRequest(place, PUSH_AND_PULL)],
    )
    minted = create_token(actor=owner, robot=robot, name="first", kind=kind)
    return {
        "login_name": robot.login_name,
        "access_id": str(minted.token.uuid),
        "secret": minted.plaintext.reveal(),
    }


def resource_server(audience: str) -> dict[str, Any]:
    """A resource server of acme with a secret."""
    organization = Organization.objects.get(slug="acme")
    owner = _owner(organization)
    service = create_service(
        actor=owner, organization=organization, name="status", kind="resource", audience=audience
    )
    minted = create_service_secret(actor=owner, service=service)
    return {"client_id": str(service.uuid), "secret": minted.plaintext.reveal()}


def registry_secret() -> str:
    """A secret of the environment's registry."""
    operator = User(is_superuser=True, email="operator@example.com")
    service = Service.objects.get(from_environment=True)
    return create_service_secret(actor=operator, service=service).plaintext.reveal()


def personal_token() -> dict[str, Any]:
    """One of acme's owner, that may all that the owner may."""
    owner = _owner(Organization.objects.get(slug="acme"))
    return {"secret": create_personal_token(actor=owner, name="shell").plaintext.reveal()}


def end(login_name: str, how: str) -> None:
    """Disable a robot, delete it, or delete its token."""
    robot = Robot.objects.living().get(login_name=login_name)
    owner = _owner(robot.organization)
    if how == "token deleted":
        delete_token(actor=owner, token=robot.tokens.get())
    elif how == "disabled":
        disable_robot(actor=owner, robot=robot)
    else:
        delete_robot(actor=owner, robot=robot)


def limit(login_name: str, addresses: str) -> None:
    """Let a robot's tokens be used from these networks alone."""
    robot = Robot.objects.living().get(login_name=login_name)
    owner = _owner(robot.organization)
    change_robot_addresses(actor=owner, robot=robot, addresses=addresses)


def seen(access_id: str) -> dict[str, Any]:
    """What is written down about a token."""
    token = Token.objects.get(uuid=access_id)
    counts: Counter[str] = Counter()
    for day in Usage.objects.filter(token=token):
        counts[f"{day.verifier} {day.outcome}"] += day.count
    return {
        "counts": counts,
        "verifier": token.last_used_verifier,
        "repository": token.last_used_repository,
        "handed_over": Secret.objects.filter(token=token, handed_over_at=None).count() == 0,
        "addresses": dict(TokenAddress.objects.filter(token=token).values_list("address", "count")),
        "refused_on": str(token.refused_on or ""),
        "events": list(
            Event.objects.filter(target_uuid=token.uuid).values_list("action", flat=True)
        ),
    }


def trust(issuer: str, audience: str, claim: str, value: str, keys: str = "") -> dict[str, Any]:
    """A trust of the builder in the tokens of an issuer that say this."""
    made = create_trust(
        actor=_owner(Organization.objects.get(slug="acme")),
        robot=Robot.objects.get(name="builder"),
        name="ci",
        issuer=issuer,
        audience=audience,
        keys=keys,
        conditions=[Condition(claim, value)],
    )
    return {"uuid": str(made.uuid), "login_name": made.robot.login_name}


def uses_of_trusts() -> int:
    """How many tokens of other issuers were exchanged."""
    return Event.objects.filter(action="trust:used").count()


def end_trusts() -> None:
    """Delete all of them."""
    for found in Trust.objects.living().with_robot():
        delete_trust(actor=_owner(found.robot.organization), trust=found)


def changes_of(targets: list[str]) -> dict[str, list[str]]:
    """What was done with each of these tokens, in order; not that it was refused."""
    found: dict[str, list[str]] = {target: [] for target in targets}
    events = Event.objects.filter(target_uuid__in=targets).exclude(action="token:refused")
    for event in events.order_by("number"):
        found[str(event.target_uuid)].append(event.action)
    return found


def keys() -> dict[str, int]:
    """How many signing keys there are of each purpose."""
    purposes = SigningKey.objects.values_list("purpose", flat=True)
    return {purpose: list(purposes).count(purpose) for purpose in set(purposes)}


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
