"""docs/credential-helpers.md, with a real registry, and a cluster that notes what it is sent."""

import json
import shutil
import ssl
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.standins import Reply, standing_in
from tests.interop.docs.pages import Guide, Typist, typist_of, walks
from tests.interop.docs.test_registry import installs_manage, registry
from tests.interop.processes import Serving, free_port
from tests.interop.proxies import make_certificate

Made = dict[str, Any]
HOST = "registry.example.com"
COMMAND = "docker-registry serve /etc/docker/registry/config.yml"
AUTH = """
auth:
  token:
    realm: https://roster.example.com/service/token
    service: acme/helped
    issuer: https://roster.example.com
    rootcertbundle: /etc/docker/registry/roster.pem
"""
PREPARE = f"""
manage.py registry_bundle --output /etc/docker/registry/roster.pem
roster service create helped --host {HOST}
roster robot create helped --project payments --permission artifact:push
roster robot token create helped first --output ci.json
"""


@pytest.fixture
def typist(server: Serving, personal_token: str, tmp_path: Path) -> Typist:
    """With a registry of acme's, a robot account's token, and both programs of the command."""
    installation, home = server.installation, tmp_path / "home"
    places = {HOST: f"localhost:{free_port()}", "/etc/docker/": f"{home}/etc/"}
    places["https://roster.example.com"] = installation.origin
    made = typist_of(installation, personal_token, home, **places)
    (home / "etc" / "registry").mkdir(parents=True)
    make_certificate(home)
    made.known["SSL_CERT_FILE"] = str(home / "roster.pem")
    installs_manage(made, installation)
    made.installs("docker-credential-roster", f"{sys.executable} -m roster.docker_credential")
    made.types(PREPARE)
    # From here on the login counts, and no environment's.
    for name in ("ROSTER_TOKEN", "ROSTER_ORGANIZATION", "ROSTER_SERVER"):
        made.known.pop(name)
    return made


def tls(home: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(home / "roster.pem", home / "roster.key")
    return context


def follows_where_installed(typist: Typist, guide: Guide, program: str) -> str:
    """Type the next block; Debian packages neither program as the tests want it, so it may be missing."""
    if shutil.which(program):
        return typist.follows(guide)
    guide.take("sh")
    return guide.take("text") if guide.next_language == "text" else ""


@walks("credential-helpers.md")
def test_logins_for_others(guide: Guide, typist: Typist, builder: Made) -> None:
    login = json.loads((typist.home / "ci.json").read_text())
    typist.follows(guide, SECRET=login["token"])
    (typist.home / ".docker").mkdir()
    (typist.home / ".docker" / "config.json").write_text(typist.translated(guide.take("json")))
    with registry(typist, HOST, AUTH, COMMAND):
        typist.follows(guide)
        follows_where_installed(typist, guide, "docker")
        if shutil.which("docker"):
            docker_is_told_where_logins_are(typist, login, builder)
    typist.places["$ACCESS_ID"] = login["accessId"]
    typist.follows(guide)
    with standing_in(tls=tls(typist.home)) as cluster:
        cluster.will(Reply(body={"gitVersion": "v1.32.0"}))
        place = cluster.url.replace("127.0.0.1", "localhost")
        typist.places["https://cluster.example.com"] = place
        follows_where_installed(typist, guide, "kubectl")
    sent = [one.headers.get("Authorization") for one in cluster.asked]
    # Some distributions ask for the version first, and then start the client that fits.
    assert sent[-1:] == [f"Bearer {login['token']}"] * bool(shutil.which("kubectl"))
    assert "signed" in typist.follows(guide)


def docker_is_told_where_logins_are(typist: Typist, login: Made, builder: Made) -> None:
    """What the page says of `docker login` and `docker logout`."""
    line = f'printf %s "$SECRET" | docker login --username "$NAME" --password-stdin {HOST} 2>&1'
    for name in (login["accessId"], "robot_acme.payments+helped"):
        assert "Login Succeeded" in typist.types(line, SECRET=login["token"], NAME=name)
    other = {"SECRET": builder["secret"], "NAME": builder["access_id"]}
    assert "nothing was kept" in typist.types(f"{line} || true", **other)
    typist.types(f"docker logout {HOST}")
    typist.types(f"docker manifest inspect {HOST}/acme/payments/api:1")
