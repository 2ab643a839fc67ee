"""docs/kubernetes-images.md: a kubelet's plugin is set up as it says, and pods pull from a real registry."""

import base64
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.interop.docs.jobs import AUTH, COMMAND, HOST, owner_of_registry
from tests.interop.docs.pages import Guide, Typist, walks
from tests.interop.docs.test_helpers import follows_where_installed
from tests.interop.docs.test_registry import registry
from tests.interop.processes import ROOT, Serving, require_tool
from tests.interop.service_accounts import ApiServer, cluster
from tests.kubelets import Kubelet, Login, Pod
from tests.robots.trusts.foreign import Issuer

Made = dict[str, Any]
FOLDER = ROOT / "deploy" / "kubernetes" / "credential-provider"
PLUGIN = "roster-credential-provider"
ISSUER = Issuer("https://kubernetes.default.svc.cluster.local")
SUBJECT = "system:serviceaccount:ci:builder"
KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "c", "cluster": {}}],
    "contexts": [{"name": "c", "context": {"cluster": "c"}}],
    "current-context": "c",
}


@pytest.fixture
def owner(server: Serving, personal_token: str, builder: Made, tmp_path: Path) -> Iterator[Typist]:
    """On a node that has the plugin, with an administrator's `kubectl` and an image in the registry."""
    for program in ("docker-registry", "skopeo", "jq"):
        require_tool(program)
    home = tmp_path / "owner"
    places = {"/etc/kubernetes/": f"{home}/etc/kubernetes/", "/opt/roster/": f"{home}/opt/"}
    made = owner_of_registry(server.installation, personal_token, home, "images", **places)
    made.installs(PLUGIN, f"{sys.executable} -m roster.credential_provider")
    (home / "opt" / "bin").mkdir(parents=True)
    (made.programs / PLUGIN).rename(home / "opt" / "bin" / PLUGIN)
    (home / "deploy").symlink_to(ROOT / "deploy")
    with registry(made, HOST, AUTH.format(name="images"), COMMAND):
        push = (
            f"skopeo copy --quiet --dest-creds $LOGIN oci:app docker://{HOST}/acme/payments/api:1"
        )
        made.types(push, LOGIN=f"{builder['access_id']}:{builder['secret']}")
        yield made


@pytest.fixture
def api(owner: Typist) -> Iterator[ApiServer]:
    """The cluster that `kubectl` is set up for."""
    documents = {
        "/.well-known/openid-configuration": {"issuer": ISSUER.url},
        "/openid/v1/jwks": json.loads(ISSUER.jwks),
    }
    with cluster(documents, lambda: token_of(Pod("by-hand"), owner.translated(HOST))) as running:
        own = [{"name": "c", "cluster": {"server": running.url}}]
        (owner.home / ".kube").mkdir()
        (owner.home / ".kube" / "config").write_text(json.dumps(KUBECONFIG | {"clusters": own}))
        yield running


def token_of(pod: Pod, audience: str) -> str:
    """What a cluster gives a pod of the service account."""
    assert f"system:serviceaccount:{pod.namespace}:{pod.account}" == SUBJECT
    about = {"namespace": pod.namespace, "pod": {"name": pod.name}}
    return ISSUER.token([audience], sub=SUBJECT, **{"kubernetes.io": about})


def pull(owner: Typist, image: str, login: Login | None) -> None:
    """What the container runtime does with what the kubelet gave it."""
    assert login is not None
    both = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
    auths = {"auths": {owner.translated(HOST): {"auth": both}}}
    (owner.home / "auth.json").write_text(json.dumps(auths))
    owner.types(f"skopeo copy --quiet --authfile auth.json docker://{image} oci:pulled")


def kubelet_of(owner: Typist, said: str, flags: str) -> Kubelet:
    """A node's, started with these arguments and our configuration, in which the page's lines are."""
    folder, file = (line.partition("=")[2] for line in owner.translated(flags).splitlines())
    config = (FOLDER / "config.yaml").read_text()
    (provider,) = yaml.safe_load(config)["providers"]
    lines = yaml.safe_load(said)
    lines["tokenAttributes"] = provider["tokenAttributes"] | lines["tokenAttributes"]
    assert provider | lines == provider
    Path(file).write_text(owner.translated(config))
    known = owner.environment()
    return Kubelet(Path(file).read_text(), Path(folder), token_of, **known)


@walks("kubernetes-images.md")
def test_pods_pull(guide: Guide, owner: Typist, api: ApiServer) -> None:
    follows_where_installed(owner, guide, "kubectl")
    (owner.home / "jwks.json").write_text(ISSUER.jwks)
    owner.follows(guide)
    owner.follows(guide)
    kubelet = kubelet_of(owner, guide.take("yaml"), guide.take("text"))
    follows_where_installed(owner, guide, "kubectl")
    pod = yaml.safe_load(owner.translated(guide.take("yaml")))
    about, spec = pod["metadata"], pod["spec"]
    running = Pod(about["name"], spec["serviceAccountName"], about["namespace"])
    image = spec["containers"][0]["image"]
    pull(owner, image, kubelet.login(image.rpartition(":")[0], running))
    assert kubelet.runs == 1
    follows_where_installed(owner, guide, "kubectl")
    follows_where_installed(owner, guide, "kubectl")
    if shutil.which("kubectl"):
        assert_the_cluster_was_told(owner, api, kubelet, image)


def assert_the_cluster_was_told(
    owner: Typist, api: ApiServer, kubelet: Kubelet, image: str
) -> None:
    """The audience that kubelets may ask for, and the annotation, by which the next pod pulls."""
    role, binding, by_hand, annotation = [body for _, body in api.sent]
    assert json.loads(role)["rules"][0]["resources"] == [HOST]
    assert json.loads(binding)["subjects"][0]["name"] == "system:nodes"
    assert owner.translated(HOST).encode() in by_hand
    said = json.loads(annotation)["metadata"]["annotations"]
    login = kubelet.login(image.rpartition(":")[0], Pod("annotated", annotations=said))
    pull(owner, image, login)
