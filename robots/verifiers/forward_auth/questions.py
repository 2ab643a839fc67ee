"""A question of a proxy: which service asks, what its client asked for, and what that takes."""

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from console import names
from console.permissions.vocabulary import Permission
from console.serving.endpoints import FrontRequest
from robots.verifiers.forward_auth.proxies import Asked, denied, read_asked
from robots.verifiers.forward_auth.table import GRAMMAR, OWN, PULL, Row, find_row
from robots.verifiers.memory import Ends
from robots.verifiers.services import ServiceRow, find_proxy

# What stands between Envoy's prefix and the path that it puts behind it.
ORIGINAL = "&original="
NAME = re.compile(names.validate_repository_name.regex)
REPOSITORY = re.compile(GRAMMAR["name"])
NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
MAX_FIELDS = 20
MAX_REMEMBERED = 1000
PERMISSIONS = frozenset(map(str, Permission))
UNKNOWN = "this is nothing that a registry is asked for here"


class Need(NamedTuple):
    """A permission, and the path of the organization, project or repository where it is needed."""

    permission: Permission
    place: str


class Question(NamedTuple):
    """A proxy's question. `fields` are its own parameters."""

    service: ServiceRow
    fields: Mapping[str, str]
    asked: Asked


def read_question(request: FrontRequest, ends: Ends, *names_of_fields: str) -> Question:
    """The question with exactly these parameters beside `service`. Raises `Refused`."""
    if not request.proxied:
        raise denied("only a listed proxy may ask")
    own, separator, original = request.query.partition(ORIGINAL)
    fields = read_parameters(own)
    if fields.keys() != {"service", *names_of_fields}:
        raise denied("the address of the question is not as documented")
    service = find_proxy(fields["service"], ends)
    if service is None:
        raise denied("there is no such service")
    asked = read_asked(request, service.proxy, original if separator else None)
    return Question(service, fields, asked)


def read_parameters(query: str) -> Mapping[str, str]:
    """The parameters of a query, each once. Raises `Refused` where programs would read it differently."""
    return _remembered(query) if len(query) <= MAX_REMEMBERED else _parameters(query)


def _parameters(query: str) -> Mapping[str, str]:
    if ";" in query or NO_ESCAPE.search(query):
        raise denied("the query cannot be read in one way only")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as fault:
        raise denied("the query cannot be read") from fault
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise denied("a parameter came more than once")
    return fields


# Proxies ask the same few things over and over; a query says nothing secret.
_remembered = functools.lru_cache(maxsize=1024)(_parameters)


def registry_needs(request: FrontRequest, question: Question) -> list[Need]:
    """What the client's request of a registry takes; nothing where any credential will do."""
    path, _, query = question.asked.uri.partition("?")
    fields = read_parameters(query)
    if {".", ".."} & set(path.split("/")):
        raise denied("the path is not written plainly")
    found = find_row(question.asked.method, path)
    if found is None:
        raise denied(UNKNOWN)
    row, parts = found
    place = _place(question.service, row, parts)
    tagging = (Permission.TAG_CREATE,) if row.tags and "tag" in fields else ()
    needs = [Need(permission, place) for permission in (*row.permissions, *tagging)]
    return [*needs, *_mounted(request, fields)] if row.uploads else needs


def _place(service: ServiceRow, row: Row, parts: dict[str, str]) -> str:
    if OWN in row.place and not service.organization__slug:
        raise denied("only an organization's own service is asked for this")
    place = row.place.format(own=service.organization__slug, **parts)
    if len(place) > names.MAX_PATH:
        raise denied(UNKNOWN)
    return place


def _mounted(request: FrontRequest, fields: Mapping[str, str]) -> list[Need]:
    """The repository that a layer is taken from.

    Registries read that from the body of a form as well, which nobody shows to Roster.
    """
    kind = request.header("Content-Type").lower()
    if "form" in kind or "multipart" in kind:
        raise denied("an upload is no form")
    if "from" not in fields:
        if "mount" in fields:  # the specification lets a registry look for it in every repository
            raise denied("a mount has to say from which repository")
        return []
    if not REPOSITORY.fullmatch(fields["from"]) or len(fields["from"]) > names.MAX_PATH:
        raise denied("from is the name of no repository")
    return [Need(PULL, fields["from"])]


def verified_need(question: Question) -> Need:
    """What `/auth/verify` is asked about. Raises `Refused` for an unknown permission or no path."""
    permission, resource = question.fields["permission"], question.fields["resource"]
    resource = resource.removeprefix(f"{question.service.host}/")
    if permission not in PERMISSIONS:
        raise denied("there is no such permission")
    if not NAME.fullmatch(resource) or len(resource) > names.MAX_PATH:
        raise denied("resource is the path of an organization, a project or a repository")
    return Need(Permission(permission), resource)
