"""`roster service secret create`: the secret in its file, and what is so at the server."""

import json
from datetime import timedelta

import pytest

from console.models import Service, ServiceSecret
from console.models.service_secrets import SERVICE_PREFIX
from tests.actors import events_written
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.cli.standins import Reply, StandIn
from tests.conftest import Cast
from tests.robots.verifiers.kubernetes.asking import reviewed

CREATE = ("service", "secret", "create", "api")
DAY = 24 * 60 * 60
ROW = {"id": "an-id", "organization": "acme", "name": "api", "identifier": "acme/api"}
ONCE = "The secret is given out once and cannot be recovered."
MADE = {"id": 7, "client_id": "an-id", "client_secret": "the-secret", "ends_at": None}
LINE = '{"clientId":"an-id","clientSecret":"the-secret"}\n'
FOUND = Reply(body={"results": [ROW], "next": None})


@pytest.fixture
def api(cast: Cast) -> Service:
    return Service.objects.create(organization=cast.organization, name="api", kind="resource")


def posted(standin: StandIn) -> list[str]:
    return [asked.path for asked in standin.asked if asked.method == "POST"]


def test_it_works_at_the_server(roster: Shell, api: Service) -> None:
    assert roster.good(*CREATE, "--output", "api.json") == "acme/api secret created\n"
    file = roster.home / "api.json"
    content = json.loads(file.read_text())
    assert content == {"clientId": str(api.uuid), "clientSecret": content["clientSecret"]}
    assert content["clientSecret"].startswith(SERVICE_PREFIX)
    assert file.read_text().count("\n") == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert api.secrets.live().count() == 1


@pytest.mark.parametrize(
    ("said", "seconds"), [((), DAY), (("--overlap", "7d"), 7 * DAY), (("--overlap", "30m"), 1800)]
)
def test_the_one_before_ends_after_the_overlap(
    roster: Shell, api: Service, said: tuple[str, ...], seconds: int
) -> None:
    roster.good(*CREATE, "first.json")
    roster.good(*CREATE, "second.json", *said)
    new, old = ServiceSecret.objects.filter(service=api).order_by("-pk")
    assert new.ends_at is None
    assert old.ends_at
    # It is counted from the moment of the second request.
    assert old.created_at < old.ends_at - timedelta(seconds=seconds) <= new.created_at


def test_without_overlap_it_ends_at_once(roster: Shell, api: Service) -> None:
    roster.good(*CREATE, "first.json")
    roster.good(*CREATE, "second.json", "--overlap", "now")
    assert api.secrets.live().count() == 1


@pytest.mark.parametrize("overlap", ["soon", "12", "-1h", "first-use"])
def test_what_is_no_overlap(here: Shell, standin: StandIn, overlap: str) -> None:
    ran = here(*CREATE, "t", f"--overlap={overlap}")
    assert (ran.code, standin.asked) == (2, [])
    assert "is no time like 24h, 7d or now." in ran.error


def test_the_server_refuses_a_longer_one(roster: Shell, api: Service) -> None:
    ran = roster(*CREATE, "t", "--overlap", "31d")
    assert ran.error.startswith("overlap: ")
    assert not (roster.home / "t").exists()


def test_a_place_is_needed_and_is_taken_first(here: Shell, standin: StandIn) -> None:
    said = "Refusing to emit sensitive output. Please specify output location."
    assert here(*CREATE).error == said
    assert here(*CREATE, "a", "-o", "b").code == 2
    assert standin.asked == []
    file = here.home / "t"
    file.write_text("mine")
    for place, error in (
        ("t", "t exists already; use --force to overwrite it"),
        ("missing/t", "cannot write missing/t: No such file or directory"),
    ):
        standin.will(FOUND)
        assert here(*CREATE, "-o", place).error == error
    assert (posted(standin), file.read_text()) == ([], "mine")


def test_it_is_overwritten_by_force_alone(here: Shell, standin: StandIn) -> None:
    file = here.home / "t"
    file.write_text("mine")
    file.chmod(0o644)
    standin.will(FOUND, Reply(201, MADE))
    here.good(*CREATE, "-o", "t", "--force")
    assert (file.read_text(), file.stat().st_mode & 0o777) == (LINE, 0o600)


def test_the_request(here: Shell, standin: StandIn) -> None:
    standin.will(FOUND, Reply(201, MADE))
    here.good(*CREATE, "t")
    asked = standin.asked[-1]
    assert asked.path == "/api/v1/organizations/acme/services/an-id/secrets/"
    assert json.loads(asked.body) == {"overlap": DAY}
    assert asked.headers["Idempotency-Key"]


def test_on_stdout_there_is_only_the_json(here: Shell, standin: StandIn) -> None:
    for more in ((), ("--format", "json"), ("--quiet",)):
        standin.will(FOUND, Reply(201, MADE))
        ran = here(*CREATE, "-o", "-", *more)
        assert (ran.code, ran.out) == (0, LINE)
        said = f"acme/api secret created\n{ONCE}\n"
        assert ran.err == ("" if "--quiet" in more else said)


def test_bare_there_is_the_secret_alone(here: Shell, standin: StandIn) -> None:
    for place, more in (("-", ()), ("t", ()), ("t", ("--force",))):
        standin.will(FOUND, Reply(201, MADE))
        ran = here(*CREATE, "-o", place, "--bare", *more)
        if place == "-":
            assert (ran.code, ran.out) == (0, "the-secret\n")
    file = here.home / "t"
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("the-secret\n", 0o600)


def test_a_clusters_secret_works_at_the_server(roster: Shell, cast: Cast) -> None:
    roster.good("service", "create", "prod", "--kind", "cluster")
    roster.good("service", "secret", "create", "prod", "--bare", "-o", "secret")
    authorization = f"Bearer {(roster.home / 'secret').read_text().strip()}"
    status = reviewed(authorization, cast.secret)
    assert status["user"]["uid"] == str(cast.robot.uuid)


def test_as_data_it_is_shown_without_the_secret(here: Shell, standin: StandIn) -> None:
    standin.will(FOUND, Reply(201, MADE))
    ran = here(*CREATE, "t", "--format", "json")
    assert json.loads(ran.out)["client_id"] == "an-id"
    assert "the-secret" not in ran.out + ran.err


def test_a_failure_leaves_no_file(here: Shell, standin: StandIn) -> None:
    standin.will(FOUND, Reply(403, {"detail": "No."}))
    assert here(*CREATE, "t").code == 1
    assert not (here.home / "t").exists()


def test_a_secret_whose_answer_was_lost(here: Shell, standin: StandIn) -> None:
    """The second request hears that the first one made it; nobody has it."""
    lost = Reply(409, {"code": "already_done", "location": "/there/"})
    standin.will(FOUND, Reply(503), lost)
    ran = here(*CREATE, "t")
    assert ran.error == (
        "the secret was made, but the answer with it was lost on its way; nobody has it."
        " Make another one, which ends at once what the service comes with now: /there/"
    )
    keys = {asked.headers["Idempotency-Key"] for asked in standin.asked[1:]}
    assert (len(posted(standin)), len(keys)) == (2, 1)
    assert not (here.home / "t").exists()


def test_a_registry_has_one_too(roster: Shell, cast: Cast) -> None:
    Service.objects.create(organization=cast.organization, name="mirror", host="a")
    said = roster.good("service", "secret", "create", "mirror", "--output", "mirror.json")
    assert said == "acme/mirror secret created\n"
    content = json.loads((roster.home / "mirror.json").read_text())
    assert content["clientSecret"].startswith(SERVICE_PREFIX)


def test_only_the_organization_s_own_have_one_and_no_proxy(roster: Shell, cast: Cast) -> None:
    front = {"kind": "proxy", "proxy": "nginx", "host": "a"}
    Service.objects.create(organization=cast.organization, name="front", **front)
    Service.objects.create(name="shared", kind="resource")
    with events_written() as events:
        ran = roster("service", "secret", "create", "front", "t")
        assert ran.error.startswith("A reverse proxy has no secret")
        ran = roster("service", "secret", "create", "shared", "t")
        assert ran.error == "shared is a service of the site, which operators alone change"
    assert not events
    assert not (roster.home / "t").exists()


def test_who_may_not_hears_what_is_missing(as_: As, cast: Cast, api: Service) -> None:
    shell = as_(cast.member)
    assert "organization:update" in shell(*CREATE, "t").error
    assert not (shell.home / "t").exists()
    assert not api.secrets.exists()
