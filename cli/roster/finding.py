"""From the names people type to the rows of the API."""

import uuid

from roster.errors import Failure
from roster.session import Session
from roster.shapes import Json, Row


def is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def robot(session: Session, address: str) -> Row:
    """A robot by `ci`, `my-project/ci`, its whole path or its UUID."""
    if is_uuid(address):
        return _row(session.client.get(session.of("robots", address)))
    name = address.rsplit("/", maxsplit=1)[-1]
    found = [
        row
        for row in session.client.rows(session.of("robots"), name=name)
        if row["name"] == name and _is_meant(session, row, address)
    ]
    if not found:
        raise Failure(f"could not find robot {address} in {session.slug}")
    if len(found) > 1:
        paths = ", ".join(sorted(str(row["path"]) for row in found))
        raise Failure(f"several robots are named {address}: {paths}; say which as PROJECT/NAME")
    return found[0]


def _is_meant(session: Session, row: Row, address: str) -> bool:
    if "/" not in address:
        return True
    return row["path"] in (address, f"{session.slug}/{address}")


def token(session: Session, robot: Row, name: str) -> Row:
    """A robot's token by name or access ID."""
    address = session.of("robots", robot["id"], "tokens")
    if is_uuid(name):
        return _row(session.client.get(f"{address}{name}/"))
    found = [row for row in session.client.rows(address, name=name) if row["name"] == name]
    if not found:
        raise Failure(f"could not find token {name} of robot {robot['name']} in {session.slug}")
    return found[0]


def team(session: Session, name: str) -> Row:
    """A team by name or UUID."""
    if is_uuid(name):
        return _row(session.client.get(session.of("teams", name)))
    rows = session.client.rows(session.of("teams"), name=name)
    found = [row for row in rows if row["name"] == name]
    if not found:
        raise Failure(f"could not find team {name} in {session.slug}")
    return found[0]


def repository(session: Session, address: str) -> Row:
    """A repository by `my-project/app`, its whole path or its UUID."""
    if is_uuid(address):
        return _row(session.client.get(session.of("repositories", address)))
    for path in dict.fromkeys((address, address.removeprefix(f"{session.slug}/"))):
        rows = session.client.rows(session.of("repositories"), path=path)
        for row in rows:
            if row["path"] == f"{session.slug}/{path}":
                return row
    raise Failure(f"could not find repository {address} in {session.slug}")


def member(session: Session, email: str) -> Row:
    """A person of the organization by e-mail address or UUID."""
    if is_uuid(email):
        return _row(session.client.get(session.of("members", email)))
    for row in session.client.rows(session.of("members"), q=email):
        if str(row["email"]).lower() == email.lower():
            return row
    raise Failure(f"{email} is not a member of {session.slug}; invite them in the console")


def _row(found: Json) -> Row:
    row: Row = found
    return row
