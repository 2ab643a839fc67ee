"""From the names people type to the rows of the API."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from roster.errors import Failure, Refused
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


def trust(session: Session, robot: Row, name: str) -> Row:
    """A robot's trust by name or UUID."""
    address = session.of("robots", robot["id"], "trusts")
    if is_uuid(name):
        return _row(session.client.get(f"{address}{name}/"))
    found = [row for row in session.client.rows(address, name=name) if row["name"] == name]
    if not found:
        raise Failure(f"could not find trust {name} of robot {robot['name']} in {session.slug}")
    return found[0]


def project(session: Session, slug: str) -> Row:
    """A project by its slug."""
    try:
        return session.client.get(session.of("projects", slug))
    except Refused as refused:
        if refused.status != 404:
            raise
        raise Failure(f"could not find project {slug} in {session.slug}") from refused


@contextmanager
def filtering(session: Session, *, project: str | None, role: str | None = None) -> Iterator[None]:
    """A list of one project or role: the server refuses the name of one that is not there."""
    asked = {"project": (project, session.slug), "role": (role, project or session.slug)}
    try:
        yield
    except Refused as refused:
        for what, (name, place) in asked.items():
            if refused.status == 400 and what in refused.fields:
                raise Failure(f"could not find {what} {name} in {place}") from refused
        raise


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


def service(session: Session, name: str) -> Row:
    """A service by `mirror`, `my-org/mirror` or its UUID; the organization's own ahead of the site's."""
    if is_uuid(name):
        return _row(session.client.get(session.of("services", name)))
    rows = session.client.rows(session.of("services"))
    found = [row for row in rows if name in (row["name"], row["identifier"])]
    if not found:
        raise Failure(f"could not find service {name} in {session.slug}")
    return min(found, key=lambda row: row["organization"] is None)


def own_service(session: Session, name: str) -> Row:
    """A service of the organization itself."""
    found = service(session, name)
    if found["organization"] is None:
        raise Failure(
            f"{found['identifier']} is a service of the site, which operators alone change"
        )
    return found


def webhook(session: Session, name: str) -> Row:
    """A webhook by name or UUID."""
    if is_uuid(name):
        return _row(session.client.get(session.of("webhooks", name)))
    for row in session.client.rows(session.of("webhooks")):
        if row["name"] == name:
            return row
    raise Failure(f"could not find webhook {name} in {session.slug}")


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
