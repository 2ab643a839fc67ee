"""docs/kubernetes.md, with kubectl, before what stands for the API server."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.interop.api_server import ADMIN, Webhook, api_server
from tests.interop.docs.pages import Guide, Typist, typist_of, walks
from tests.interop.processes import ROOT, Serving, free_port, require_tool
from tests.interop.proxies import make_certificate

FILES = Path("deploy") / "kubernetes" / "token-review"
SITE, CLUSTER = "https://roster.example.com", "cluster.example.com:6443"
FOLDER = "/etc/kubernetes/roster/"
WHO = "kubectl --context=deployer auth whoami 2>&1 || true"
PODS = "kubectl --context=deployer get pods 2>&1 || true"
REFUSED = "error: You must be logged in to the server (Unauthorized)\n"


@pytest.fixture
def typist(server: Serving, personal_token: str, tmp_path: Path) -> Typist:
    """At a machine with our files, whose kubectl knows the cluster and its administrator."""
    require_tool("kubectl")
    home = tmp_path / "home"
    places = {SITE: server.installation.origin, CLUSTER: f"localhost:{free_port()}"}
    made = typist_of(server.installation, personal_token, home, **places)
    made.places |= {FOLDER: f"{home}/", "roster.example.com/": "127.0.0.1/"}
    make_certificate(home)
    shutil.copytree(ROOT / FILES, home / FILES)
    made.types(
        f"kubectl config set-cluster prod --server=https://{CLUSTER}"
        f" --certificate-authority={home}/roster.pem\n"
        f"kubectl config set-credentials admin --token={ADMIN}\n"
        "kubectl config set-context admin --cluster=prod --user=admin"
    )
    return made


@contextmanager
def started(typist: Typist, guide: Guide) -> Iterator[Webhook]:
    """The API server with the file and the flags that the page tells."""
    (typist.home / "webhook.yaml").write_text(typist.translated(guide.take("yaml")))
    webhook = Webhook(yaml.safe_load(typist.translated(guide.take("yaml"))))
    port = int(typist.places[CLUSTER].partition(":")[2])
    with api_server(port, typist.home, webhook):
        yield webhook


@walks("kubernetes.md")
def test_logins_to_a_cluster(guide: Guide, typist: Typist) -> None:
    typist.follows(guide)
    with started(typist, guide) as webhook:
        typist.follows(guide)
        typist.follows(guide)
        login = json.loads((typist.home / "deployer.json").read_text())
        knows(typist, login)
        shown = typist.types(guide.take("sh"), SECRET=login["token"])
        # How wide the columns are, the longest name says.
        assert shown.split() == typist.translated(guide.take("text")).split()
        typist.follows(guide, SECRET=login["token"])
        is_let_in_by_its_team_alone(typist)
        an_older_version_is_answered_in_words(typist, webhook)
        assert "roster:robot:acme:deployer" in typist.types(WHO)
        typist.follows(guide, SECRET=login["token"])
        assert json.loads(webhook.answers[-1][1])["status"]["authenticated"] is False
        assert "the server does not accept this token" in typist.types(WHO)


def knows(typist: Typist, login: dict[str, str]) -> None:
    """What differs from one Roster to the next. From here on logins count, and no environment's."""
    robot = json.loads(typist.types("roster robot get deployer --format json"))
    typist.places |= {"$ROBOT_UUID": robot["id"], "$ACCESS_ID": login["accessId"]}
    names = ("ROSTER_TOKEN", "ROSTER_SERVER", "ROSTER_ORGANIZATION")
    own, *_ = [typist.known.pop(name) for name in names]
    line = 'printf %s "$SECRET" | roster login -a acme --server "$ROSTER" --token -'
    typist.types(line, SECRET=own)


def is_let_in_by_its_team_alone(typist: Typist) -> None:
    """What the team is not given, the robot account may not; and outside of the team nothing."""
    denied = 'pods is forbidden: User "roster:robot:acme:deployer" cannot list'
    assert "No resources found" in typist.types(PODS)
    assert denied in typist.types(PODS.replace("pods", "pods --namespace=other"))
    typist.types("roster robot team leave deployers deployer --force --profile=default")
    assert denied in typist.types(PODS)


def an_older_version_is_answered_in_words(typist: Typist, webhook: Webhook) -> None:
    """Without the flag for the version, nobody is let in, and the API server's log says why."""
    flags, webhook.flags = webhook.flags, [it for it in webhook.flags if "version" not in it]
    assert typist.types(WHO) == REFUSED
    code, body = webhook.answers[-1]
    said = json.loads(body)
    assert (code, said["kind"]) == (400, "Status")
    assert "--authentication-token-webhook-version=v1" in said["message"]
    webhook.flags = flags
