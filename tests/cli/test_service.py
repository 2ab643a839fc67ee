"""`roster service`: what it prints, and what is so afterwards."""

import json

import pytest
import yaml
from django.test import override_settings

from console.models import Service
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.conftest import Cast
from tests.factories import MembershipFactory

CREATE = ("service", "create", "mirror", "--host", "mirror.example.com:5000")


@pytest.fixture
def mirror(cast: Cast) -> Service:
    """The organization's own."""
    return Service.objects.create(
        organization=cast.organization, name="mirror", host="mirror.example.com:5000"
    )


@pytest.fixture
def site_s(cast: Cast) -> Service:
    """One of the site that has the name of the organization's own."""
    return Service.objects.create(name="mirror", host="site.example.com", personal_tokens="pull")


def service(roster: Shell, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(roster.good("service", "get", name, "--format", "json"))
    return found


def test_create(roster: Shell) -> None:
    assert roster.good(*CREATE) == "acme/mirror created\n"
    made = Service.objects.get(organization__slug="acme")
    assert (made.name, made.kind, made.host) == ("mirror", "registry", "mirror.example.com:5000")
    assert (made.description, made.personal_tokens, made.uses_x5c) == ("", "none", True)


def test_everything_that_can_be_said_of_a_new_service(roster: Shell) -> None:
    said = ("--description", "Copies.", "--personal-tokens", "pull", "--no-x5c")
    printed = json.loads(roster.good(*CREATE, *said, "--format", "json"))
    made = Service.objects.get(organization__slug="acme")
    assert (made.description, made.personal_tokens, made.uses_x5c) == ("Copies.", "pull", False)
    assert (printed["id"], printed["identifier"]) == (str(made.uuid), "acme/mirror")


def test_create_a_resource_server(roster: Shell) -> None:
    said = ("--audience", "https://api.example.com", "--exempt-from-addresses")
    printed = roster.good("service", "create", "api", "--kind", "resource", *said)
    made = Service.objects.get(organization__slug="acme")
    assert printed == "acme/api created\n"
    assert (made.kind, made.host, made.proxy) == ("resource", "", "")
    assert (made.audience, made.exempt_from_addresses) == ("https://api.example.com", True)
    assert "acme/api   resource   -      none" in roster.good("service", "get", "api")


def test_create_a_proxy(roster: Shell) -> None:
    said = ("--proxy", "traefik", "--host", "tools.example.com")
    roster.good("service", "create", "tools", "--kind", "proxy", *said)
    made = Service.objects.get(organization__slug="acme")
    assert (made.kind, made.proxy, made.host) == ("proxy", "traefik", "tools.example.com")
    assert (made.audience, made.exempt_from_addresses) == ("", False)
    assert service(roster, "tools")["proxy"] == "traefik"


def test_create_a_cluster(roster: Shell) -> None:
    said = ("--audience", "https://prod.example.com", "--personal-tokens", "all")
    assert roster.good("service", "create", "prod", "--kind", "cluster", *said) == (
        "acme/prod created\n"
    )
    made = Service.objects.get(organization__slug="acme")
    assert (made.kind, made.host, made.proxy) == ("cluster", "", "")
    assert (made.audience, made.personal_tokens) == ("https://prod.example.com", "all")
    assert "acme/prod   cluster   -      all" in roster.good("service", "get", "prod")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("", "host"),
        ("--host a --audience b", "audience"),
        ("--host a --exempt-from-addresses", "exempt_from_addresses"),
        ("--host a --proxy nginx", "proxy"),
        ("--kind resource --host a", "host"),
        ("--kind resource --proxy caddy", "proxy"),
        ("--kind proxy --host a", "proxy"),
        ("--kind proxy --proxy envoy", "host"),
        ("--kind cluster --host a", "host"),
        ("--kind cluster --proxy envoy", "proxy"),
        ("--kind cluster --personal-tokens pull", "personal_tokens"),
    ],
)
def test_what_does_not_fit_the_kind(roster: Shell, said: str, field: str) -> None:
    ran = roster("service", "create", "mirror", *said.split())
    assert (ran.code, ran.out) == (1, "")
    assert ran.error.startswith(f"{field}: ")
    assert not Service.objects.filter(organization__slug="acme").exists()


def test_an_error_by_field(roster: Shell) -> None:
    ran = roster("service", "create", "mirror", "--host", "https://mirror.example.com")
    assert (ran.code, ran.out) == (1, "")
    assert ran.error.startswith("host: Give a host and perhaps a port")
    assert roster("service", "create", "Not A Name", "--host", "a").error.startswith("name: ")
    roster.good(*CREATE)
    taken = roster(*CREATE)
    assert (taken.code, "has a service of this name" in taken.error) == (1, True)


def test_list(roster: Shell, mirror: Service, site_s: Service) -> None:
    lines = [line.split("   ") for line in roster.good("service", "list").splitlines()]
    cells = [[cell.strip() for cell in line if cell] for line in lines]
    assert cells[0] == ["NAME", "KIND", "HOST", "PERSONAL TOKENS"]
    assert ["acme/mirror", "registry", "mirror.example.com:5000", "none"] in cells
    assert ["mirror", "registry", "site.example.com", "pull"] in cells
    as_json = json.loads(roster.good("service", "list", "--format", "json"))
    assert as_json == yaml.safe_load(roster.good("--format", "yaml", "service", "list"))
    assert {row["identifier"] for row in as_json} >= {"acme/mirror", "mirror"}


def test_an_empty_list(roster: Shell) -> None:
    Service.objects.all().delete()
    assert roster.good("service", "list") == "No services found in acme\n"
    assert roster.good("service", "list", "--format", "json") == "[]\n"


def test_names(roster: Shell, mirror: Service, site_s: Service) -> None:
    """The organization's own comes first; the site's of its name goes by its ID."""
    for name in ("mirror", "acme/mirror", str(mirror.uuid)):
        assert service(roster, name)["identifier"] == "acme/mirror"
    assert service(roster, str(site_s.uuid))["host"] == "site.example.com"
    assert "mirror.example.com:5000   none" in roster.good("service", "get", "mirror")
    mirror.delete()
    assert service(roster, "mirror")["host"] == "site.example.com"
    for name in ("nope", "acme/mirror", "globex/mirror"):
        ran = roster("service", "get", name)
        assert ran.error == f"could not find service {name} in acme"


def test_delete(roster: Shell, mirror: Service, site_s: Service) -> None:
    question = "Are you sure you want to delete this service? [y/n]: "
    no = roster.at_terminal("service", "delete", "mirror", answers="n\n", until=b"[y/n]: ")
    assert (no.code, Service.objects.filter(pk=mirror.pk).exists()) == (1, True)
    ran = roster("service", "delete", "mirror")
    assert ran.error == "refusing to prompt in non-interactive terminal"
    ran = roster.at_terminal("service", "delete", "mirror", answers="y\n", until=b"[y/n]: ")
    assert ran.out == (
        f"{question}y\nDeleting service acme/mirror. This cannot be undone.\nacme/mirror deleted\n"
    )
    assert list(Service.objects.filter(name="mirror")) == [site_s]


def test_delete_without_a_question(roster: Shell, mirror: Service) -> None:
    assert roster.good("service", "delete", "acme/mirror", "--force") == "acme/mirror deleted\n"
    assert not Service.objects.filter(pk=mirror.pk).exists()


@override_settings(ROSTER_REGISTRY_SERVICE="environment")
def test_the_site_s_are_never_deleted_here(as_: As, cast: Cast, site_s: Service) -> None:
    """Not even for an operator, who may."""
    MembershipFactory(organization=cast.organization, user=cast.operator, role="owner")
    shell = as_(cast.operator)
    Service.objects.update_or_create(from_environment=True)
    for name, called in (("mirror", "mirror"), (str(site_s.uuid), "mirror"), ("environment",) * 2):
        ran = shell("service", "delete", name, "--force")
        assert ran.error == f"{called} is a service of the site, which operators alone change"
    assert Service.objects.filter(organization=None).count() == 2


def test_who_may_not_hears_what_is_missing(as_: As, cast: Cast, mirror: Service) -> None:
    member = as_(cast.member)
    assert "acme/mirror" in member.good("service", "list")
    for line in (("create", "other", "--host", "a"), ("delete", "mirror", "--force")):
        assert "organization:update" in member("service", *line).error
    assert Service.objects.filter(organization=cast.organization).count() == 1
    assert "organization:read" in as_(cast.robot)("service", "list").error


def test_somebody_else_s_are_not_there(roster: Shell, as_: As, cast: Cast, mirror: Service) -> None:
    stranger = as_(cast.stranger)
    for line in (("list",), ("get", str(mirror.uuid)), ("delete", str(mirror.uuid), "--force")):
        assert stranger("service", *line).code == 1
    assert Service.objects.filter(pk=mirror.pk).exists()


def test_completion_asks_the_server(roster: Shell, mirror: Service, site_s: Service) -> None:
    Service.objects.create(name="shared", host="a")

    def complete(line: str) -> list[str]:
        count = str(len(line.split(" ")) - 1)
        words = {"COMP_WORDS": line, "COMP_CWORD": count}
        return roster.good(_ROSTER_COMPLETE="bash_complete", **words).split()

    assert complete("roster service get mi") == ["plain,mirror"]
    assert "plain,shared" in complete("roster service get ")
    assert complete("roster service delete ") == ["plain,mirror"]
    assert complete("roster ser") == ["plain,service"]
