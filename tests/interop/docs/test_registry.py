"""docs/registry.md, with a real registry that is set up as it says."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jwt
import pytest
import yaml

from tests.interop.docs.pages import Guide, Typist, typist_of, walks
from tests.interop.processes import (
    ROOT,
    Installation,
    Serving,
    eventually,
    fetch,
    free_port,
    require_tool,
)
from tests.interop.proxies import make_certificate

Made = dict[str, Any]
CONFIG = ROOT / "deploy" / "registry" / "config.yml"
HOSTS = ("registry.example.com", "mirror.example.com", "third.example.com")


@pytest.fixture
def typist(server: Serving, personal_token: str, tmp_path: Path) -> Typist:
    """At a machine with a folder for registries, whose names lead to ports of this one."""
    installation, home = server.installation, tmp_path / "home"
    places = {host: f"localhost:{free_port()}" for host in HOSTS}
    places |= {"/etc/docker/": f"{home}/etc/", "https://roster.example.com": installation.origin}
    made = typist_of(installation, personal_token, home, **places)
    (home / "etc" / "registry").mkdir(parents=True)
    made.known["SSL_CERT_FILE"] = str(home / "roster.pem")
    make_certificate(home)
    installs_manage(made, installation)
    return made


def installs_manage(typist: Typist, installation: Installation) -> None:
    """The operator's command, over this installation's data."""
    own = {name: text for name, text in installation.environment.items() if "ROSTER" in name}
    program = f"{ROOT / '.venv/bin/python'} {ROOT / 'manage.py'}"
    typist.installs("manage.py", program, PORT=str(installation.port), **own)


def login_of(typist: Typist) -> dict[str, str]:
    found = json.loads((typist.home / "ci.json").read_text())
    return {"ACCESS_ID": found["accessId"], "SECRET": found["token"]}


@contextmanager
def registry(typist: Typist, host: str, auth: str, command: str) -> Iterator[None]:
    """Our configuration with what a page says of `auth`, at the machine that stands for `host`."""
    address = typist.translated(host)
    config = yaml.safe_load(CONFIG.read_text())
    del config["notifications"]
    config |= yaml.safe_load(typist.translated(auth))
    config["storage"]["filesystem"]["rootdirectory"] = str(typist.home / host)
    files = {"certificate": f"{typist.home}/roster.pem", "key": f"{typist.home}/roster.key"}
    port = address.partition(":")[2]
    config["http"] |= {"addr": f"127.0.0.1:{port}", "tls": files}
    (typist.home / "etc" / "registry" / "config.yml").write_text(yaml.safe_dump(config))
    with typist.running(command) as process:

        def answers() -> bool:  # that it wants TLS
            assert process.poll() is None, (typist.home / "log").read_text()
            return fetch(f"http://{address}/v2/")[0] == 400

        eventually(answers, "the registry answers")
        yield


def test_our_configuration_says_of_tokens_what_the_page_says() -> None:
    auth = yaml.safe_load(Guide("registry.md").blocks[1][1])["auth"]
    assert yaml.safe_load(CONFIG.read_text())["auth"]["token"].keys() == auth["token"].keys()


def test_our_configuration_tells_what_the_page_says() -> None:
    (said,) = [text for kind, text in Guide("registry.md").blocks if text.startswith("notif")]
    said = said.replace("https://roster.example.com", "http://127.0.0.1:8000")
    ours = yaml.safe_load(CONFIG.read_text())["notifications"]
    assert yaml.safe_load(said.replace("$SECRET", "SECRET")) == {"notifications": ours}


@walks("registry.md")
def test_a_registry_asks(guide: Guide, typist: Typist) -> None:
    require_tool("docker-registry")
    typist.follows(guide)
    first, command = guide.take("yaml"), guide.take("sh")
    with registry(typist, HOSTS[0], first, command):
        typist.follows(guide)
        typist.follows(guide, **login_of(typist))
    typist.follows(guide)
    second = guide.take("yaml")
    with registry(typist, HOSTS[1], second, command):
        push = guide.take("sh")
        assert typist.types(push, **login_of(typist)) == guide.take("text")
    typist.follows(guide)
    it_tells(guide, typist, second, command)
    typist.follows(guide)
    third = guide.take("yaml")
    assert_keys_check_tokens(typist, third)
    assert_a_certificate_is_needed(typist, second.replace("mirror", "third"), command, push)


def it_tells(guide: Guide, typist: Typist, auth: str, command: str) -> None:
    """What happens in the registry is known in Roster."""
    secret = json.loads((typist.home / "mirror.json").read_text())["clientSecret"]
    told = guide.take("yaml").replace("$SECRET", secret)
    with registry(typist, HOSTS[1], f"{auth}\n{told}", command):
        typist.follows(guide)
        listing = guide.take("sh")
        listed = eventually(lambda: "acme/mirror" in typist.types(listing), "the tag is known")
    assert listed


def assert_a_certificate_is_needed(typist: Typist, auth: str, command: str, push: str) -> None:
    """Registry 2 takes no token from a service that leaves it out."""
    with registry(typist, HOSTS[2], auth, command):
        login = push.splitlines()[0].replace(HOSTS[1], HOSTS[2])
        assert typist.types(f"{login} || echo refused", **login_of(typist)) == "refused\n"


def assert_keys_check_tokens(typist: Typist, auth: str) -> None:
    """What a registry with `jwks` does, by another library."""
    asks = yaml.safe_load(typist.translated(auth))["auth"]["token"]
    login = login_of(typist)
    both = base64.b64encode(f"{login['ACCESS_ID']}:{login['SECRET']}".encode()).decode()
    asked = f"{asks['realm']}?service={asks['service']}&scope=repository:acme/payments/api:pull"
    token = json.loads(fetch(asked, {"Authorization": f"Basic {both}"})[1])["token"]
    header = jwt.get_unverified_header(token)
    assert "x5c" not in header
    keys = jwt.PyJWKSet.from_json(Path(asks["jwks"]).read_text())
    known = {"issuer": asks["issuer"], "audience": asks["service"]}
    claims = jwt.decode(token, keys[header["kid"]], algorithms=["ES256"], **known)
    assert claims["access"] == [
        {"type": "repository", "name": "acme/payments/api", "actions": ["pull"]}
    ]
