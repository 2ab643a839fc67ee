"""A client that a generator makes of the schema, as it is served, does what the API does."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from robots.models import Robot
from tests.api.callers import token_of
from tests.conftest import Cast

BASE = "/api/v1/organizations/{organization}/robots/"
PACKAGE = "generated_roster"


@dataclass(frozen=True)
class Generated:
    """The package, the document that it was made of, and a login."""

    schema: dict[str, Any]
    client: Any

    def __call__(self, method: str, path: str, *arguments: str, body: Any = None) -> Any:
        """What the function for that operation answers, having succeeded."""
        operation = self.schema["paths"][path][method]
        place = f"api.{operation['tags'][0].replace('-', '_')}.{operation['operationId']}"
        given = {} if body is None else {"body": body}
        answer = _module(place).sync_detailed(*arguments, client=self.client, **given)
        assert httpx.codes.is_success(answer.status_code), answer
        return answer.parsed

    def body(self, shape: str, /, **fields: object) -> Any:
        """A body of that shape; `from_dict` refuses what the schema does not have."""
        return getattr(_module("models"), shape).from_dict(fields)


def _module(name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture
def generated(
    live_server: LiveServer, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Generated]:
    token = token_of(cast.owner)[1]
    login = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    served = httpx.get(f"{live_server.url}/api/v1/schema/", headers=login).raise_for_status()
    schema = tmp_path / "schema.json"
    schema.write_bytes(served.content)
    _generate(schema, tmp_path / PACKAGE)
    monkeypatch.syspath_prepend(tmp_path)
    with _module("client").AuthenticatedClient(live_server.url, token) as client:
        yield Generated(json.loads(served.content), client)


def _generate(schema: Path, package: Path) -> None:
    """What the generator does not understand it leaves out, with a warning."""
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [
            str(tools / "openapi-python-client"),
            "generate",
            "--fail-on-warning",
            "--meta=none",
            f"--path={schema}",
            f"--output-path={package}",
        ],
        env=os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_makes_robots_and_tokens(generated: Generated, cast: Cast) -> None:
    assert _operations(generated.schema) == _functions(Path(_module("api").__file__).parent)
    wish = generated.body(
        "RobotInput", name="made", grants=[{"project": cast.project.slug, "level": "write"}]
    )
    robot = generated("post", BASE, cast.organization.slug, body=wish)
    assert robot.path == f"{cast.organization.slug}/made"
    where = (cast.organization.slug, str(robot.id))
    tokens = BASE + "{robot}/tokens/"
    made = generated("post", tokens, *where, body=generated.body("TokenInput", name="nightly"))
    rotation = generated.body("RotationInput", old_ends="1h")
    token = (*where, str(made.access_id))
    rotated = generated("post", tokens + "{token}/rotation/", *token, body=rotation)
    assert rotated.access_id == made.access_id
    assert rotated.secret != made.secret
    assert [one.name for one in generated("get", tokens, *where).results] == ["nightly"]
    generated("delete", tokens + "{token}/", *token)
    assert generated("get", tokens, *where).results == []
    generated("delete", BASE + "{robot}/", *where)
    assert not Robot.objects.filter(uuid=robot.id, deleted_at=None).exists()


def test_what_a_change_does_not_name_stays(generated: Generated, cast: Cast) -> None:
    address = "/api/v1/organizations/{organization}/projects/{project}/"
    where = (cast.organization.slug, cast.project.slug)
    described = generated.body("PatchedProjectChange", description="Pays.", public=True)
    generated("patch", address, *where, body=described)
    renamed = _module("models").PatchedProjectChange(name="Payments at Large")
    changed = generated("patch", address, *where, body=renamed)
    assert (changed.name, changed.description) == ("Payments at Large", "Pays.")
    assert changed.public is True


def _operations(schema: dict[str, Any]) -> int:
    return sum(len(operations) for operations in schema["paths"].values())


def _functions(package: Path) -> int:
    return sum(1 for one in package.glob("*/*.py") if one.name != "__init__.py")
