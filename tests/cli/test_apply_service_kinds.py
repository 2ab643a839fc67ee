"""Resource servers, reverse proxies and clusters in an organization's file."""

import json

import pytest
import yaml

from console.models import Service
from tests.actors import events_written
from tests.cli.files import NOTHING, apply, diff, refused
from tests.cli.shells import Shell
from tests.conftest import Cast
from tests.factories import MembershipFactory, OrganizationFactory

FULL = """\
services:
  - name: api
    kind: resource
    audience: https://api.example.com
    personal_tokens: all
    exempt_from_addresses: true
  - {name: bare, kind: resource}
  - {name: mirror, host: mirror.example.com}
  - {name: prod, kind: cluster, personal_tokens: all, exempt_from_addresses: true}
  - {name: tools, kind: proxy, proxy: nginx, host: tools.example.com}
"""


def own(name: str) -> Service:
    return Service.objects.get(organization__slug="acme", name=name)


def said(line: str) -> str:
    """A file with one service."""
    return f"services: [{{{line}}}]"


def test_they_are_made_and_applied_twice_nothing_changes(roster: Shell) -> None:
    assert diff(roster, FULL)[-1] == "5 to create."
    apply(roster, FULL)
    api, tools = own("api"), own("tools")
    assert (api.kind, api.audience, api.host) == ("resource", "https://api.example.com", "")
    assert (api.exempt_from_addresses, api.personal_tokens) == (True, "all")
    assert (tools.kind, tools.proxy, tools.host) == ("proxy", "nginx", "tools.example.com")
    assert (own("bare").kind, own("mirror").kind) == ("resource", "registry")
    prod = own("prod")
    assert (prod.kind, prod.personal_tokens, prod.exempt_from_addresses) == ("cluster", "all", True)
    with events_written() as events:
        assert apply(roster, FULL) == NOTHING
    assert not events


def test_changes(roster: Shell) -> None:
    apply(roster, FULL)
    changed = """
services:
  - {name: api, audience: "", exempt_from_addresses: false}
  - {name: tools, kind: proxy, proxy: envoy}
"""
    assert diff(roster, changed) == [
        '~ service api: audience "https://api.example.com" → "", exempt_from_addresses true → false',
        '~ service tools: proxy "nginx" → "envoy"',
        "2 to change.",
    ]
    apply(roster, changed)
    assert (own("api").audience, own("api").exempt_from_addresses) == ("", False)
    assert (own("tools").proxy, own("tools").host) == ("envoy", "tools.example.com")


def test_an_export_says_what_is_not_the_default(roster: Shell, cast: Cast) -> None:
    apply(roster, FULL)
    exported = roster.good("export")
    content = yaml.safe_load(exported)["services"]
    assert content == yaml.safe_load(FULL)["services"]
    assert apply(roster, exported) == NOTHING
    fresh = OrganizationFactory(slug="fresh", name="Fresh")
    MembershipFactory(organization=fresh, user=cast.owner, role="owner")
    # One audience belongs to one organization's service; another organization may have it as well.
    document = json.dumps({"organization": "fresh", "services": content})
    apply(roster, document, "--state", "fresh.json")
    assert yaml.safe_load(roster.good("export", "-a", "fresh"))["services"] == content


def test_the_kind_never_changes(roster: Shell) -> None:
    """It is refused before the first change, also of something else."""
    apply(roster, FULL)
    document = "teams: [{name: builders}]\n" + said("name: api, kind: proxy, proxy: nginx, host: a")
    for ran in (refused(roster, document), roster("diff", "-f", "acme.yaml")):
        assert ran.error == (
            "acme.yaml, line 2: services, entry 1: service api is of the kind resource, which never"
            " changes; delete it, or name another"
        )
    assert own("api").kind == "resource"
    assert "builders" not in roster.good("team", "list")
    assert apply(roster, said("name: api, kind: resource")) == NOTHING


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("kind: proxy, proxy: nginx", "host is missing; say where clients reach it"),
        (
            "kind: proxy, host: a",
            "proxy is missing; say one of nginx, traefik, caddy, envoy, haproxy",
        ),
        ("kind: resource, host: a", "a service of the kind resource has no host"),
        ("kind: cluster, host: a", "a service of the kind cluster has no host"),
        ("kind: cluster, proxy: nginx", "a service of the kind cluster has no proxy"),
        (
            "kind: cluster, personal_tokens: pull",
            "personal_tokens of a cluster is none or all; nothing is pulled from it",
        ),
        ("kind: resource, proxy: caddy", "a service of the kind resource has no proxy"),
        ("host: a, audience: b", "a service of the kind registry has no audience"),
        (
            "kind: proxy, proxy: caddy, host: a, exempt_from_addresses: true",
            "a service of the kind proxy has no exempt_from_addresses",
        ),
        ("host: a, proxy: caddy", "a service of the kind registry has no proxy"),
    ],
)
def test_what_does_not_fit_the_kind(roster: Shell, line: str, error: str) -> None:
    ran = refused(roster, said(f"name: new, {line}"))
    assert ran.err == f"roster: error: acme.yaml, line 1: services, entry 1: {error}\n"
    assert not Service.objects.filter(organization__slug="acme").exists()


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("kind: website", "kind is one of registry, resource, proxy, cluster"),
        (
            "kind: proxy, host: a, proxy: apache",
            "proxy is one of nginx, traefik, caddy, envoy, haproxy",
        ),
        (
            "kind: resource, audience: my api",
            (
                "audience 'my api' is no audience; use printable ASCII characters without spaces, like"
                " https://api.example.com"
            ),
        ),
        (f"kind: resource, audience: {'a' * 256}", "audience has 256 characters; use at most 255"),
        (
            "kind: resource, exempt_from_addresses: 1",
            (
                "exempt_from_addresses has to be true or false; without quotes 1 is a number:"
                ' exempt_from_addresses: "1"'
            ),
        ),
    ],
)
def test_what_is_wrong_is_told_once(roster: Shell, line: str, error: str) -> None:
    """What is there and wrong is not missing as well."""
    ran = refused(roster, said(f"name: new, {line}"))
    assert ran.err == f"roster: error: acme.yaml, line 1: services, entry 1: {error}\n"


def test_what_there_is_has_no_field_of_another_kind(roster: Shell) -> None:
    apply(roster, FULL)
    ran = refused(roster, said("name: mirror, audience: a"))
    assert ran.error.endswith("a service of the kind registry has no audience")
    ran = refused(roster, said("name: prod, personal_tokens: pull"))
    assert ran.error.endswith(
        "personal_tokens of a cluster is none or all; nothing is pulled from it"
    )
    assert (
        apply(roster, said('name: mirror, audience: "", exempt_from_addresses: false')) == NOTHING
    )


BEFORE = """
services: [{name: api, kind: resource}, {name: open, kind: resource, exempt_from_addresses: true}]
robots: [{name: fleet}]
grants: [{robot: fleet, project: payments, role: project:admin}]
"""
AFTER = """
services:
  - {name: api, kind: resource, exempt_from_addresses: true}
  - {name: open, kind: resource, exempt_from_addresses: false}
grants: [{robot: fleet, project: payments, role: project:guest}]
"""


def test_a_resource_server_opens_after_what_closes(roster: Shell) -> None:
    """It takes tokens that are limited to networks once less is granted."""
    apply(roster, BEFORE)
    assert [line.split(":")[0] for line in diff(roster, AFTER)][:-1] == [
        "~ service open",
        "~ grant to robot fleet on payments",
        "~ service api",
    ]
