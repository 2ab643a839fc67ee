"""nginx, Caddy and HAProxy in front of Roster, with the configurations we give away and with wrong ones."""

import base64
import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.interop.processes import Installation, Serving, eventually, serving
from tests.interop.proxies import CLIENT, NAME, Proxy, deployed, proxy, without

FILES = {"nginx": "nginx.conf", "caddy": "Caddyfile", "haproxy": "haproxy.cfg"}
TOKEN = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
FORGED = "203.0.113.5"
PRODUCTION = {
    "ROSTER_ORIGIN": f"https://{NAME}",
    "ROSTER_REGISTRY_HOST": "registry.example.com",
    "ROSTER_EMAIL_URL": "none",
}


@pytest.fixture(scope="module")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    installation = Installation.copied(
        prepared_data,
        tmp_path_factory.mktemp("roster"),
        **PRODUCTION,
        ROSTER_TRUSTED_PROXIES="127.0.0.1",
        ROSTER_HOST="127.0.0.1",
    )
    with serving(installation) as running:
        yield running


@pytest.fixture(scope="module")
def made(server: Serving) -> dict[str, Any]:
    furnished: dict[str, Any] = server.installation.do("furnish")
    return furnished


@contextmanager
def in_front(server: Serving, program: str, configuration: str, folder: Path) -> Iterator[Proxy]:
    with proxy(program, configuration, f"127.0.0.1:{server.installation.port}", folder) as running:
        yield running


def login(made: dict[str, Any]) -> str:
    both = f"{made['login_name']}:{made['secret']}".encode()
    return f"Basic {base64.b64encode(both).decode()}"


# Ways in which a client may try to say where it is; a dash is written `__`.
FORGERIES = [
    {"X__Forwarded__For": FORGED},
    {"X_Forwarded_For": FORGED},
    {"x_forwarded__for": FORGED},
    {"Forwarded": f"for={FORGED}"},
    {"X__Real__IP": FORGED},
    {"REMOTE_ADDR": FORGED},
]


@pytest.mark.parametrize("program", FILES)
def test_the_configurations_work_and_no_client_chooses_its_address(
    server: Serving, made: dict[str, Any], program: str, tmp_path: Path
) -> None:
    with in_front(server, program, deployed(FILES[program]), tmp_path / program) as running:
        assert running.get("/sign-in/")[0] == 200
        assert running.get("/livez")[0] == 200
        for networks, status in ((CLIENT, 200), ("203.0.113.0/24", 401)):
            server.installation.do("limit", login_name=made["login_name"], addresses=networks)
            for forged in ({}, *FORGERIES):
                assert running.get(TOKEN, Authorization=login(made), **forged)[0] == status, forged
    server.installation.do("limit", login_name=made["login_name"], addresses="")


def test_traefik_sends_what_is_asked_for(server: Serving) -> None:
    """As it documents: the host as it came, and headers of its own in place of the client's."""
    documented = yaml.safe_load(deployed("traefik.yaml"))["http"]
    (router,), (service,) = documented["routers"].values(), documented["services"].values()
    balancer = service["loadBalancer"]
    assert (router["rule"], balancer["passHostHeader"]) == (f"Host(`{NAME}`)", True)
    assert balancer["servers"] == [{"url": "http://127.0.0.1:8000"}]
    said = {
        "Host": NAME,
        "X-Forwarded-For": CLIENT,
        "X-Forwarded-Host": NAME,
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Server": "traefik",
        "X-Real-Ip": CLIENT,
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.installation.port)
    connection.request("GET", "/sign-in/", headers=said)
    assert connection.getresponse().status == 200
    connection.close()


BARE = "location / { proxy_pass http://127.0.0.1:8000; }"
NGINX_BARE = f"""
server {{
  listen 443 ssl; server_name {NAME};
  ssl_certificate /etc/ssl/roster.pem; ssl_certificate_key /etc/ssl/roster.key;
  {BARE}
}}
"""
SCHEME = "https in X-Forwarded-Proto"
# A configuration, and what Roster says that is missing.
WRONG = {
    "nginx, nothing but proxy_pass": ("nginx", NGINX_BARE, "X-Forwarded-For"),
    "nginx without the scheme": ("nginx", without("nginx.conf", "X-Forwarded-Proto"), SCHEME),
    "nginx with plain http": (
        "nginx",
        deployed("nginx.conf", **{"$scheme": "http"}),
        f"{SCHEME}, not http",
    ),
    "nginx without the host": ("nginx", without("nginx.conf", "Host $host"), f"Host: {NAME}"),
    "haproxy without the client": (
        "haproxy",
        without("haproxy.cfg", "forwardfor"),
        "X-Forwarded-For",
    ),
    "haproxy without the scheme": ("haproxy", without("haproxy.cfg", "X-Forwarded-Proto"), SCHEME),
    "caddy without the scheme": (
        "caddy",
        deployed("Caddyfile", **{":8000": ":8000 {\n header_up -X-Forwarded-Proto\n}"}),
        SCHEME,
    ),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_configuration_is_told_what_to_send(
    server: Serving, how: str, tmp_path: Path
) -> None:
    program, configuration, missing = WRONG[how]
    with in_front(server, program, configuration, tmp_path / program) as running:

        def told() -> bool:  # one line a second at most
            status, page = running.get("/")
            assert status == 400
            assert f"The proxy has to send {missing}" in page.decode()
            return f"The proxy has to send {missing}" in server.output

        eventually(told, "the log says it, too")


def test_past_the_proxy_there_are_probes_alone(prepared_data: Path, tmp_path: Path) -> None:
    elsewhere = {"ROSTER_TRUSTED_PROXIES": "192.0.2.1", "ROSTER_HOST": "127.0.0.1"} | PRODUCTION
    with serving(Installation.copied(prepared_data, tmp_path / "roster", **elsewhere)) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.installation.port)
        connection.request("GET", "/", headers={"Host": NAME, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        assert answer.status == 400
        assert b"ROSTER_TRUSTED_PROXIES" in answer.read()
        connection.close()


class AtSocket(Installation):
    """A Roster that listens on a socket."""

    @property
    def socket(self) -> Path:
        return self.folder.with_suffix(".sock")

    def is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self.socket))
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
                return connection.recv(12) == b"HTTP/1.1 200"
        except OSError:
            return False


@pytest.fixture
def at_socket(prepared_data: Path, tmp_path: Path) -> AtSocket:
    environment = PRODUCTION | {"ROSTER_TRUSTED_PROXIES": "unix:"}
    own = AtSocket.copied(prepared_data, tmp_path / "roster", **environment)
    own.environment["ROSTER_HOST"] = f"unix:{own.socket}"
    return own


def test_a_socket_is_served_to_its_proxy(at_socket: AtSocket, tmp_path: Path) -> None:
    with serving(at_socket):
        made = at_socket.do("furnish")
        at_socket.do("limit", login_name=made["login_name"], addresses=CLIENT)
        assert at_socket.socket.stat().st_mode & 0o777 == 0o660
        assert "another server does" in at_socket.manage("serve").stderr
        upstream = deployed(
            "nginx.conf", **{"server 127.0.0.1:8000": f"server unix:{at_socket.socket}"}
        )
        with proxy("nginx", upstream, "", tmp_path / "nginx") as running:
            assert running.get("/sign-in/")[0] == 200
            assert running.get(TOKEN, Authorization=login(made))[0] == 200
    assert not at_socket.socket.exists()


def test_a_socket_that_a_killed_server_left_is_taken_over(at_socket: AtSocket) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(at_socket.socket))
    with serving(at_socket):
        pass
