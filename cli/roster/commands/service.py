"""`roster service`: the services that ask Roster, the organization's own and those of the site."""

from typing import Any

import click

from roster import finding
from roster.asking import confirm
from roster.commands.minting import file_options, minted, place_of, tell
from roster.complete import own_services, services
from roster.files import SecretFile
from roster.groups import Group
from roster.moments import Overlap
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import PERSONAL_TOKENS, PROXIES, REGISTRY, SERVICE_KINDS, Row

HEADINGS = ("NAME", "KIND", "HOST", "PERSONAL TOKENS")
# Two secrets work at most, and one of them is lost.
LOST = "Make another one, which ends at once what the service comes with now"


@click.group(cls=Group)
def service() -> None:
    """Manage the services that ask Roster: registries, resource servers, reverse proxies and clusters.

    A service is called by its name, an organization's also by ORGANIZATION/NAME, any by its ID. Those of
    the site are shown as well; operators change them in the console.
    """


@service.command()
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(SERVICE_KINDS),
    help="A container registry, an OAuth resource server, a reverse proxy or a Kubernetes cluster;"
    f" {REGISTRY} if you do not say.",
)
@click.option("--host", metavar="HOST[:PORT]", help="Where clients reach a registry or a proxy.")
@click.option(
    "--audience",
    help="Whom access tokens for a resource server or cluster are for; ORGANIZATION/NAME if you do not say.",
)
@click.option("--proxy", type=click.Choice(PROXIES), help="Which proxy it is.")
@click.option("--description", help="What it is for.")
@click.option(
    "--personal-tokens",
    type=click.Choice(PERSONAL_TOKENS),
    help="What people's own tokens may do there; none if you do not say.",
)
@click.option("--no-x5c", is_flag=True, help="Tokens do not carry the certificate of their key.")
@click.option(
    "--exempt-from-addresses",
    is_flag=True,
    help="Tokens that are limited to networks are good at a resource server or a cluster, which does not say"
    " who sent them.",
)
@click.pass_obj
def create(session: Session, /, name: str, no_x5c: bool, **given: Any) -> None:
    """Create a service of the organization."""
    body = {"name": name, **{field: value for field, value in given.items() if value}}
    if no_x5c:
        body["uses_x5c"] = False
    made = session.client.post(session.of("services"), body)
    say(session, f"{made['identifier']} created")
    show(session, made)


@service.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """List services: the organization's own and those of the site."""
    rows = session.client.rows(session.of("services"))
    if show(session, rows):
        return
    if not rows:
        say(session, f"No services found in {session.slug}")
        return
    table(HEADINGS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    """A line of the list. The name is what the service calls itself when it asks."""
    return row["identifier"], row["kind"], row["host"] or "-", row["personal_tokens"]


@service.command()
@click.argument("name", shell_complete=services)
@click.pass_obj
def get(session: Session, name: str) -> None:
    """Show a service."""
    found = finding.service(session, name)
    if not show(session, found):
        table(HEADINGS, [_cells(found)])


@service.command()
@click.argument("name", shell_complete=own_services)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, name: str, force: bool) -> None:
    """Delete a service of the organization: whatever it asks from then on is refused."""
    found = finding.own_service(session, name)
    if not force:
        confirm("Are you sure you want to delete this service?")
        say(session, f"Deleting service {found['identifier']}. This cannot be undone.")
    session.client.delete(session.of("services", found["id"]))
    say(session, f"{found['identifier']} deleted")


@service.group()
def secret() -> None:
    """Manage the secrets with which resource servers and clusters ask, and registries tell."""


@secret.command("create")
@click.argument("name", shell_complete=own_services)
@file_options
@click.option(
    "--overlap",
    type=Overlap(),
    default="24h",
    show_default=True,
    help="When the secret before it ends; now, or after 30d at most.",
)
@click.option(
    "--bare",
    is_flag=True,
    help="The secret alone and no JSON, as the `tokenFile` of a kubeconfig wants it.",
)
@click.pass_obj
def create_secret(session: Session, /, name: str, overlap: int, bare: bool, **given: Any) -> None:
    """Make a secret and write it to FILE; the one before it ends later.

    Two work at most: where two do already, the older one ends at once.
    """
    file = place_of(given)
    found = finding.own_service(session, name)
    address = session.of("services", found["id"], "secrets")
    with file.reserved():
        made = minted(session, address, {"overlap": overlap}, mend=LOST)
        _write(file, made, bare=bare)
    tell(session, file, made, f"{found['identifier']} secret created", hidden="client_secret")


def _write(file: SecretFile, made: Row, *, bare: bool) -> None:
    lost, secret = f"Nobody has the new secret now. {LOST}", made["client_secret"]
    if bare:
        file.write_line(secret, lost)
    else:
        file.write({"clientId": made["client_id"], "clientSecret": secret}, lost)
