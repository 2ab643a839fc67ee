"""A machine whose proxy serves nothing yet: what docs/ tells people to change is changed there."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.docs.pages import Typist
from tests.interop.processes import eventually, free_port, require_tool
from tests.interop.proxies import NGINX, deployed, make_certificate

# Each proxy's own files, beside those of other tests.
FILES = {
    "nginx": ("nginx-registry.conf",),
    "caddy": ("Caddyfile-registry",),
    "haproxy": ("haproxy-registry.cfg", "roster.lua"),
    "traefik": ("traefik-registry.yaml",),
    "envoy": ("envoy-registry.yaml",),
    "harbor": ("nginx-registry.conf",),
}
SITE = "registry.example.com"
CADDY = """{{
	admin 127.0.0.1:{admin}
	default_bind 127.0.0.1
	auto_https off
	storage file_system {home}/caddy
}}
"""
HAPROXY = (
    "defaults\n    timeout client 9s\nfrontend none\n    mode http\n    bind 127.0.0.1:{admin}\n"
)


def set_up(typist: Typist, program: str, changes: dict[str, str]) -> None:
    """The certificate, the folders of the program, and our files with the site's own values."""
    make_certificate(typist.home)
    typist.known["SSL_CERT_FILE"] = typist.known["CURL_CA_BUNDLE"] = f"{typist.home}/roster.pem"
    for folder in ("etc/nginx/sites-enabled", "etc/caddy", "etc/haproxy", "etc/traefik/dynamic"):
        (typist.home / folder).mkdir(parents=True)
    (typist.home / "etc/envoy").mkdir()
    given = typist.home / "deploy" / "proxies"
    given.mkdir(parents=True)
    for file in FILES[program]:
        text = deployed(file)
        for old, new in changes.items():
            text = text.replace(old, new)
        (given / file).write_text(text)


def values(typist: Typist, program: str, port: int, upstreams: dict[str, str]) -> dict[str, str]:
    """What is the site's own in the files of `program`."""
    names = {"caddy": f"https://localhost:{port}"} | dict.fromkeys(("nginx", "harbor"), "localhost")
    return upstreams | {
        SITE: names.get(program, SITE),
        "listen 443": f"listen 127.0.0.1:{port}",
        "bind :443": f"bind 127.0.0.1:{port}",
        "/etc/ssl/": f"{typist.home}/",
        "/etc/haproxy/": f"{typist.home}/etc/haproxy/",
    }


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def system_proxy(typist: Typist, program: str) -> Iterator[None]:
    """The program as a system starts it, until the block ends."""
    command, ready = STARTS[program](typist)
    with typist.running(command) as process:
        eventually(lambda: _is_there(process, ready, typist.home), f"{program} is there")
        yield


def _is_there(process: "subprocess.Popen[bytes]", ready: Callable[[], bool], home: Path) -> bool:
    assert process.poll() is None, (home / "log").read_text()
    return ready()


Start = tuple[str, Callable[[], bool]]


def _nginx(typist: Typist) -> Start:
    sites = f"include {typist.home}/etc/nginx/sites-enabled/*;"
    file = typist.home / "etc/nginx/nginx.conf"
    file.write_text(NGINX.format(user="", folder=typist.home, server=sites))
    program = require_tool("nginx", "/usr/sbin/nginx")
    typist.installs("nginx", f"{program} -c {file} -p {typist.home} -e stderr")
    return "nginx", (typist.home / "nginx.pid").exists


def _caddy(typist: Typist) -> Start:
    admin, file = free_port(), typist.home / "etc/caddy/Caddyfile"
    file.write_text(CADDY.format(admin=admin, home=typist.home))
    return f"{require_tool('caddy')} run --config /etc/caddy/Caddyfile", lambda: listens(admin)


def _haproxy(typist: Typist) -> Start:
    admin, file = free_port(), typist.home / "etc/haproxy/haproxy.cfg"
    file.write_text(HAPROXY.format(admin=admin))
    program = require_tool("haproxy", "/usr/sbin/haproxy")
    started = f"{program} -W -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid"
    return started, lambda: listens(admin)


STARTS: dict[str, Callable[[Typist], Start]] = {
    "nginx": _nginx,
    "caddy": _caddy,
    "haproxy": _haproxy,
}
