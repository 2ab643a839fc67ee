"""What a user would otherwise ask, from Debian's packages, measured in the same run on the same core."""

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.load import Load, http_request
from bench.machine import free_port, on_core, server_core
from bench.server import Running, running

USER, PASSWORD = "robot", "a-password-of-some-length"
BCRYPT = "$2y$05$"
SALT = "abcdefghijklmnopqrstuv"

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 512; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream nothing {{ server 127.0.0.1:{nothing}; keepalive 32; keepalive_requests 1000000; }}
  server {{ listen 127.0.0.1:{nothing}; location / {{ return 204; }} }}
  server {{
    listen 127.0.0.1:{basic};
    root {folder};
    location /ok {{ auth_basic here; auth_basic_user_file {folder}/htpasswd; }}
  }}
  server {{
    listen 127.0.0.1:{asking};
    root {folder};
    location /ok {{ auth_request /auth; }}
    location = /auth {{
      internal;
      proxy_pass http://nothing; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_pass_request_body off; proxy_set_header Content-Length "";
    }}
  }}
}}
"""
REGISTRY = """
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}/images}}}}
http: {{addr: "127.0.0.1:{port}"}}
{auth}
"""
HTPASSWD_AUTH = "auth: {{htpasswd: {{realm: here, path: {folder}/htpasswd}}}}"
TOKEN_AUTH = (
    'auth: {{token: {{realm: "{origin}/service/token", service: {service}, issuer: "{origin}",'
    " rootcertbundle: {folder}/ca.pem}}}}"
)


def basic(user: str, password: str) -> dict[str, str]:
    """The header of a user name and a password."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def _bcrypt() -> str:
    """A line of an htpasswd file, cost 5: by `htpasswd`, else by the C library through Perl."""
    if shutil.which("htpasswd"):
        command = ["htpasswd", "-nbB", "-C", "5", USER, PASSWORD]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    command = ["perl", "-e", "print crypt($ARGV[0], $ARGV[1])", PASSWORD, BCRYPT + SALT]
    digest = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if not digest.startswith(BCRYPT):
        raise OSError("neither htpasswd (apache2-utils) nor a C library with bcrypt")
    return f"{USER}:{digest}"


def missing() -> list[str]:
    """Why a peer cannot be measured here."""
    programs = {"nginx": "nginx", "docker-registry": "docker-registry"}
    return [
        f"{name} is not installed (Debian package {package})"
        for name, package in programs.items()
        if not shutil.which(name, path=_path())
    ]


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _program(name: str) -> str:
    return shutil.which(name, path=_path()) or name


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # nginx's worker is somebody else
    (folder / "htpasswd").write_text(_bcrypt() + "\n")
    (folder / "ok").write_text("ok\n")


@contextmanager
def nginx(folder: Path) -> Iterator[list[Load]]:
    """nginx with passwords of its own, and nginx that asks somebody who always says yes."""
    _prepare(folder)
    ports = {name: free_port() for name in ("nothing", "basic", "asking")}
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, **ports))
    command = [_program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    command += ["-e", str(folder / "error.log")]
    with running(on_core(server_core(), command), ports["asking"], "/ok", folder / "nginx.log"):
        told = http_request("GET", "/ok", basic(USER, PASSWORD))
        yield [
            Load("nginx auth_request to nothing", ports["asking"], lambda: [told]),
            Load("nginx auth_basic, bcrypt 5", ports["basic"], lambda: [told]),
        ]


@contextmanager
def registries(
    folder: Path, bundle: str, origin: str, service: str
) -> Iterator[dict[str, Running]]:
    """Three container registries: that ask nobody, an htpasswd file, and Roster at `origin`."""
    _prepare(folder)
    (folder / "ca.pem").write_text(bundle)
    kinds = {"nobody": "", "htpasswd": HTPASSWD_AUTH, "token": TOKEN_AUTH}
    with ExitStack() as stack:
        yield {
            kind: stack.enter_context(
                _registry(folder, kind, auth.format(folder=folder, origin=origin, service=service))
            )
            for kind, auth in kinds.items()
        }


@contextmanager
def _registry(folder: Path, kind: str, auth: str) -> Iterator[Running]:
    port, file = free_port(), folder / f"{kind}.yml"
    file.write_text(REGISTRY.format(folder=folder, port=port, auth=auth))
    command = on_core(server_core(), [_program("docker-registry"), "serve", str(file)])
    environment = {"PATH": _path(), "GOMAXPROCS": "1", "OTEL_TRACES_EXPORTER": "none"}
    with running(command, port, "/v2/", folder / f"{kind}.log", environment) as server:
        yield server
