"""`roster webhook`: the programs that are told what happens in the organization."""

from typing import Any

import click

from roster import finding
from roster.asking import confirm
from roster.commands.minting import file_options, minted, place_of, tell
from roster.complete import webhooks
from roster.files import SecretFile
from roster.groups import Group
from roster.moments import Overlap
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

HEADINGS = ("NAME", "STATE", "KINDS", "URL")
MESSAGES = ("ID", "KIND", "STATE", "TRIES", "ANSWER")
LOST = "Make another secret of the webhook"


@click.group(cls=Group)
def webhook() -> None:
    """Manage webhooks, which tell programs what happens. One is called by its name or ID.

    Operators change those of the site in the console.
    """


@webhook.command()
@click.argument("name")
@click.option("--url", required=True, help="Where messages go, by HTTPS alone.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    required=True,
    metavar="KIND",
    help="What it is told, like token.leaked; say it again for each, or `everything` once.",
)
@click.option("--description", default="", help="What it is for.")
@file_options
@click.pass_obj
def create(
    session: Session,
    /,
    name: str,
    url: str,
    kinds: tuple[str, ...],
    description: str,
    **given: Any,
) -> None:
    """Create a webhook, and write the secret that messages are signed with to FILE."""
    file = place_of(given)
    body = {"name": name, "url": url, "kinds": list(kinds), "description": description}
    with file.reserved():
        made = minted(session, session.of("webhooks"), body, mend=LOST)
        _write(file, made)
    tell(session, file, made, f"{session.slug}/{made['name']} created")


@webhook.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """List webhooks."""
    rows = session.client.rows(session.of("webhooks"))
    if show(session, rows):
        return
    if not rows:
        say(session, f"No webhooks found in {session.slug}")
        return
    table(HEADINGS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    state = "active" if row["active"] else row["disabled_because"]
    return row["name"], state, str(len(row["kinds"])), row["url"]


@webhook.command()
@click.argument("name", shell_complete=webhooks)
@click.pass_obj
def get(session: Session, name: str) -> None:
    """Show a webhook."""
    found = finding.webhook(session, name)
    if not show(session, found):
        table(HEADINGS, [_cells(found)])


@webhook.command()
@click.argument("name", shell_complete=webhooks)
@click.pass_obj
def enable(session: Session, name: str) -> None:
    """Tell a webhook what happens again."""
    _switch(session, name, active=True)


@webhook.command()
@click.argument("name", shell_complete=webhooks)
@click.pass_obj
def disable(session: Session, name: str) -> None:
    """Tell a webhook nothing until it is enabled."""
    _switch(session, name, active=False)


def _switch(session: Session, name: str, *, active: bool) -> None:
    found = finding.webhook(session, name)
    changed = session.client.patch(session.of("webhooks", found["id"]), {"active": active})
    say(session, f"{session.slug}/{found['name']} {'enabled' if active else 'disabled'}")
    show(session, changed)


@webhook.command()
@click.argument("name", shell_complete=webhooks)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, name: str, force: bool) -> None:
    """Delete a webhook, and the list of what was sent to it."""
    found = finding.webhook(session, name)
    if not force:
        confirm("Are you sure you want to delete this webhook?")
        say(session, f"Deleting webhook {session.slug}/{found['name']}. This cannot be undone.")
    session.client.delete(session.of("webhooks", found["id"]))
    say(session, f"{session.slug}/{found['name']} deleted")


@webhook.command()
@click.argument("name", shell_complete=webhooks)
@click.pass_obj
def test(session: Session, name: str) -> None:
    """Send a test, which arrives within seconds."""
    found = finding.webhook(session, name)
    sent = session.client.post(session.of("webhooks", found["id"], "tests"), {})
    say(session, f"{session.slug}/{found['name']} is sent a test")
    show(session, sent)


@webhook.command()
@click.argument("name", shell_complete=webhooks)
@click.pass_obj
def messages(session: Session, name: str) -> None:
    """List what was sent to a webhook within 30 days, the newest first."""
    found = finding.webhook(session, name)
    rows = session.client.rows(session.of("webhooks", found["id"], "deliveries"))
    if show(session, rows):
        return
    if not rows:
        say(session, f"Nothing was sent to {session.slug}/{found['name']}")
        return
    table(MESSAGES, [_message(row) for row in rows])


def _message(row: Row) -> tuple[str, ...]:
    last = row["tries"][-1] if row["tries"] else {}
    answer = str(last.get("status") or last.get("fault") or "-")
    return row["id"], row["kind"], row["state"], str(len(row["tries"])), answer


@webhook.group()
def secret() -> None:
    """Manage the secrets that messages are signed with."""


@secret.command("create")
@click.argument("name", shell_complete=webhooks)
@file_options
@click.option(
    "--overlap",
    type=Overlap(),
    default="24h",
    show_default=True,
    help="When the secret before it ends; now, or after 30d at most.",
)
@click.pass_obj
def create_secret(session: Session, /, name: str, overlap: int, **given: Any) -> None:
    """Make another secret and write it to FILE; messages are signed with both until the old one ends."""
    file = place_of(given)
    found = finding.webhook(session, name)
    address = session.of("webhooks", found["id"], "secrets")
    with file.reserved():
        made = minted(session, address, {"overlap": overlap}, mend=LOST)
        _write(file, made)
    tell(session, file, made, f"{session.slug}/{found['name']} secret created")


def _write(file: SecretFile, made: Row) -> None:
    file.write_line(made["secret"], f"Nobody has the new secret now. {LOST}")
