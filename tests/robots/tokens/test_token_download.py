"""The files of a token, for whoever sends the secret back; byte for byte as contracts §2 has them."""

import base64
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from robots.models import Token
from tests.browsers import text
from tests.conftest import Cast
from tests.factories import RobotFactory

CREATED = datetime(2026, 11, 22, 14, 5, 6, 123456, UTC)
ENDS = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def address(cast: Cast) -> str:
    return reverse("robots:token-download", args=["acme", cast.robot.uuid, cast.token.uuid])


@pytest.fixture
def known(cast: Cast) -> Cast:
    """The cast, its token made at a moment one can write down."""
    Token.objects.filter(pk=cast.token.pk).update(created_at=CREATED)
    return cast


def downloaded(client: Client, cast: Cast, **fields: str) -> tuple[str, str]:
    """The file's name and its text."""
    response = client.post(address(cast), {"secret": cast.secret} | fields)
    assert response.status_code == 200, text(response)
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Type"] == "application/octet-stream"
    kind, _, name = response["Content-Disposition"].partition("; ")
    assert kind == "attachment"
    return name.removeprefix('filename="').removesuffix('"'), text(response)


def test_the_json_file(as_owner: Client, cast: Cast) -> None:
    expected = f'{{"accessId":"{cast.token.uuid}","token":"{cast.secret}"}}'
    assert downloaded(as_owner, cast, form="json") == ("payments.ci-nightly.json", expected)


def test_the_harbor_file_of_a_token_that_never_ends(as_owner: Client, known: Cast) -> None:
    expected = (
        f'{{"creation_time":"2026-11-22T14:05:06Z","expires_at":-1,"id":{known.robot.pk},'
        f'"name":"robot_acme.payments+ci","secret":"{known.secret}"}}'
    )
    assert downloaded(as_owner, known, form="harbor") == ("robot_acme.payments+ci.json", expected)


@pytest.mark.parametrize(("of_token", "of_robot"), [(ENDS, None), (None, ENDS), (ENDS, ENDS)])
def test_the_harbor_file_has_the_effective_end(
    as_owner: Client, cast: Cast, of_token: datetime | None, of_robot: datetime | None
) -> None:
    Token.objects.filter(pk=cast.token.pk).update(expires_at=of_token)
    cast.robot.expires_at = of_robot
    cast.robot.save()
    _, document = downloaded(as_owner, cast, form="harbor")
    assert '"expires_at":1798859045,' in document


def test_the_docker_config(as_owner: Client, cast: Cast) -> None:
    auth = base64.b64encode(f"robot_acme.payments+ci:{cast.secret}".encode()).decode()
    expected = f'{{"auths":{{"127.0.0.1:5000":{{"auth":"{auth}"}}}}}}'
    assert downloaded(as_owner, cast, form="docker-config") == ("config.json", expected)


def kubernetes(cast: Cast, namespace: str, host: str = "127.0.0.1:5000") -> str:
    auth = base64.b64encode(f"robot_acme.payments+ci:{cast.secret}".encode()).decode()
    login = f'"username":"robot_acme.payments+ci","password":"{cast.secret}","auth":"{auth}"'
    config = f'{{"auths":{{"{host}":{{{login}}}}}}}'
    return (
        "apiVersion: v1\n"
        "kind: Secret\n"
        "metadata:\n"
        "  name: payments.ci-pull-secret\n"
        f"  namespace: {namespace}\n"
        "type: kubernetes.io/dockerconfigjson\n"
        "data:\n"
        f"  .dockerconfigjson: {base64.b64encode(config.encode()).decode()}\n"
    )


def test_the_kubernetes_secret(as_owner: Client, cast: Cast) -> None:
    expected = ("payments.ci-pull-secret.yaml", kubernetes(cast, "default"))
    assert downloaded(as_owner, cast, form="kubernetes") == expected
    assert downloaded(as_owner, cast, form="kubernetes", namespace="") == expected
    named = ("payments.ci-pull-secret.yaml", kubernetes(cast, "prod-eu"))
    assert downloaded(as_owner, cast, form="kubernetes", namespace="prod-eu") == named


def test_the_kubernetes_secret_of_one_organization(as_owner: Client, cast: Cast) -> None:
    expected = ("payments.ci-pull-secret.yaml", kubernetes(cast, "default", "127.0.0.1:5000/acme"))
    assert downloaded(as_owner, cast, form="kubernetes", scope="organization") == expected
    fields = {"form": "kubernetes", "secret": cast.secret, "scope": "globex"}
    assert as_owner.post(address(cast), fields).status_code == 400


@pytest.mark.parametrize(
    "namespace", ["Prod", "-a", "a-", "a_b", "a.b", "a b", "ä", "a" * 64, "a\nb", "a: b", "\x00"]
)
def test_a_namespace_that_kubernetes_refuses_is_refused(
    as_owner: Client, cast: Cast, namespace: str
) -> None:
    fields = {"form": "kubernetes", "secret": cast.secret, "namespace": namespace}
    response = as_owner.post(address(cast), fields)
    assert response.status_code == 400
    assert cast.secret not in text(response)
    assert "Namespace: " in text(response)
    assert "still open in the tab beside this one" in text(response)


def test_the_login_command_holds_no_secret(as_owner: Client, cast: Cast) -> None:
    expected = "docker login --username robot_acme.payments+ci --password-stdin 127.0.0.1:5000"
    assert downloaded(as_owner, cast, form="docker") == ("docker-login.sh", expected)


def test_the_secret_of_another_token_is_refused(as_owner: Client, cast: Cast) -> None:
    foreign = cast.other_minted.plaintext.reveal()
    for secret in (foreign, cast.secret[:-1], cast.secret + " ", cast.secret.upper(), "x"):
        response = as_owner.post(address(cast), {"form": "json", "secret": secret})
        assert response.status_code == 400
        assert "That is not this token&#x27;s secret." in text(response)
        assert secret not in text(response) or secret == "x"


@pytest.mark.parametrize(
    "fields", [{}, {"form": "json"}, {"form": "xml"}, {"form": "json", "secret": "a" * 4097}]
)
def test_an_incomplete_form_is_a_bad_request(
    as_owner: Client, cast: Cast, fields: dict[str, str]
) -> None:
    assert as_owner.post(address(cast), fields).status_code == 400


def test_underscores_of_a_name_become_hyphens_for_kubernetes(as_owner: Client, cast: Cast) -> None:
    robot = RobotFactory(organization=cast.organization, name="a_b.c-d")
    Token.objects.filter(pk=cast.token.pk).update(robot=robot)
    where = reverse("robots:token-download", args=["acme", robot.uuid, cast.token.uuid])
    response = as_owner.post(where, {"form": "kubernetes", "secret": cast.secret})
    assert (
        response["Content-Disposition"] == 'attachment; filename="a-b.c-d-87b461-pull-secret.yaml"'
    )
    assert "\n  name: a-b.c-d-87b461-pull-secret\n" in text(response)


def test_the_page_offers_the_same_files(as_owner: Client, cast: Cast) -> None:
    """What scripts save in the browser is what the server would send."""
    data = {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": cast.token.uuid}
    page = text(as_owner.post(reverse("robots:token-create", args=["acme", cast.robot.uuid]), data))
    for name in (
        "payments.ci-fresh.json",
        "config.json",
        "docker-login.sh",
        "robot_acme.payments+ci.json",
    ):
        assert f'data-download="{name}"' in page
