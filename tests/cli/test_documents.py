"""What the documents tell people to type is typed here, and answers what they say."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from console.models import Organization, Project
from robots.models import Token
from teams.models import Membership
from tests.api.callers import token_of
from tests.cli.shells import NO_KEYRING, PATIENCE_SECONDS, ROOT
from tests.factories import OrganizationFactory, ProjectFactory, UserFactory

MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")


def blocks(document: str, heading: str) -> list[str]:
    """The blocks to type below a heading of a document."""
    text = (ROOT / document).read_text()
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert section, heading
    found = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", section, re.MULTILINE)
    return ["\n".join(line.removeprefix("    ") for line in block.splitlines()) for block in found]


@dataclass
class Typist:
    """Somebody with a terminal, a personal token and the programs of the documents."""

    home: Path
    origin: str
    secret: str

    def types(self, text: str, **more: str) -> str:
        """What the shell prints; it has to end well."""
        for server in ("https://roster.example.com", "http://127.0.0.1:8000"):
            text = text.replace(server, self.origin)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        own = {"HOME": str(self.home), "PATH": path, "ROSTER_TOKEN": self.secret, "NO_PROXY": "*"}
        own["PYTHONPATH"] = str(ROOT / "cli")
        done = subprocess.run(
            ["sh", "-ec", text],
            cwd=self.home,
            text=True,
            capture_output=True,
            check=False,
            env=own | {"PYTHON_KEYRING_BACKEND": NO_KEYRING} | more,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done
        return done.stdout


@pytest.fixture
def typist(live_server: LiveServer, tmp_path: Path) -> Typist:
    """The owner of the documents' organization and project, with a personal token in a file."""
    owner = UserFactory(email="you@example.com", name="You")
    organization: Organization = OrganizationFactory(slug="my-org", name="My organization")
    Membership.objects.create(organization=organization, user=owner, role="owner")
    ProjectFactory(organization=organization, slug="my-project", name="My project")
    secret = token_of(owner)[1]
    for name in ("token.txt", "personal-token.txt"):
        (tmp_path / name).write_text(f"{secret}\n")
    return Typist(tmp_path, live_server.url, secret)


def spoken(session: str) -> Iterator[tuple[str, str]]:
    """Each command of a session, and what the document says that it prints."""
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed.rstrip("\n")


def test_the_first_session_of_the_command_prints_what_it_says(typist: Typist) -> None:
    (session,) = blocks("cli/README.md", "A first session")
    lines = list(spoken(session))
    assert len(lines) == 4
    for command, printed in lines:
        found = typist.types(command, ROSTER_TOKEN="").rstrip("\n")
        assert MOMENT.sub("THEN", found) == MOMENT.sub("THEN", printed)
    assert json.loads((typist.home / "nightly.json").read_text()).keys() == {"accessId", "token"}


def test_a_trust_of_the_command_is_made_and_tried(typist: Typist) -> None:
    (session,) = blocks("cli/README.md", "Logins without a secret")
    (create, printed), (attempt, _) = spoken(session)
    here = {"ROSTER_SERVER": typist.origin, "ROSTER_ORGANIZATION": "my-org"}
    typist.types("roster robot create ci --project my-project", **here)
    assert typist.types(create, **here).rstrip("\n") == printed
    (typist.home / "token.jwt").write_text("no token")
    judged = typist.types(f"{attempt} || echo $?", **here)
    assert (judged.splitlines()[0], judged.splitlines()[-1]) == ("no", "1")


def test_the_file_of_the_command_is_applied_as_it_stands(typist: Typist) -> None:
    (block,) = blocks("cli/README.md", "One file for an organization")
    document = "organization: acme" + block.partition("organization: acme")[2]
    (typist.home / "acme.yaml").write_text(document.replace("acme", "my-org"))
    said = typist.types("roster apply -f acme.yaml --yes", ROSTER_SERVER=typist.origin)
    assert "\nservice mirror created\n" in said
    same = typist.types("roster diff -f acme.yaml", ROSTER_SERVER=typist.origin)
    assert same == "Nothing to change in my-org\n"


def test_the_session_of_the_readme_runs(typist: Typist) -> None:
    (session,) = [block for block in blocks("README.md", "From a shell") if "roster login" in block]
    # That the command installs alone has a test of its own.
    printed = typist.types(session.replace("pip install ./cli\n", ""), ROSTER_TOKEN="")
    assert "my-org/my-project/ci created, with its token nightly" in printed
    assert (typist.home / "my-org.yaml").exists()


def test_the_requests_of_the_readme_are_answered(typist: Typist) -> None:
    who, robot = blocks("README.md", "The REST API")[0].split("\n\n")
    assert json.loads(typist.types(who))["email"] == "you@example.com"
    made = json.loads(typist.types(robot))
    assert made["login_name"] == "robot_my-org.my-project+ci"
    assert made["token"]["secret"]
    assert json.loads(typist.types(robot))["status"] == 409
    assert Token.objects.filter(robot__uuid=made["id"]).count() == 1
    assert Project.objects.get(slug="my-project")
