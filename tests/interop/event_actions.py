"""What tests of registries' events do and see in a running installation: as `actions`, JSON in and out."""

import json
import sys
from typing import Any

import django

django.setup()

from console.models import Event, Project, Repository  # noqa: E402
from console.organizations.services import create_project, update_project  # noqa: E402
from console.permissions.vocabulary import TICKABLE  # noqa: E402
from robots.accounts.services.robots import GrantRequest, create_robot  # noqa: E402
from robots.tokens.services.tokens import create_token  # noqa: E402
from teams.models import User  # noqa: E402


def open_project(slug: str) -> dict[str, Any]:
    """A project of acme whose new repositories are public, and a robot that may do all in it."""
    owner = User.objects.get(email="owner@example.com")
    organization = owner.memberships.get().organization
    project = create_project(actor=owner, organization=organization, slug=slug, name=slug)
    update_project(actor=owner, project=project, public=True)
    given = [GrantRequest(project, frozenset(TICKABLE))]
    robot = create_robot(
        actor=owner, organization=organization, project=project, name="worker", grants=given
    )
    minted = create_token(actor=owner, robot=robot, name="first", kind="compact")
    return {"login_name": robot.login_name, "secret": minted.plaintext.reveal()}


def told(path: str) -> dict[str, Any]:
    """What Roster knows of a repository from what a registry told; nothing where it knows none."""
    organization, project, name = path.split("/", 2)
    place = Project.objects.get(organization__slug=organization, slug=project)
    found = Repository.objects.filter(project=place, name=name).first()
    if found is None:
        return {}
    uses = found.uses.values_list("actor_label", "action", "reference", "count")
    registered = Event.objects.filter(action="repository:registered", target_uuid=found.uuid)
    return {
        "public": found.public,
        "tags": {tag.name: [tag.actor_label, tag.size] for tag in found.tags.all()},
        "uses": {f"{who} {action} {what}".strip(): count for who, action, what, count in uses},
        "registered": [event.after["seen"] for event in registered],
    }


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
