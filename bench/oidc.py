"""node's oidc-provider, which keeps everything in memory: what introspection costs elsewhere."""

import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench.load import Load, http_request
from bench.machine import HERE, ROOT, free_port, on_core, server_core
from bench.peers import PASSWORD, USER, basic
from bench.server import running

NAME = "node oidc-provider, introspection"
PACKAGE = "oidc-provider@9"
SCRIPT = "oidc_provider.mjs"


@contextmanager
def oidc_provider(folder: Path) -> Iterator[list[Load]]:
    """It asks about one access token of its own; nothing where there is no node, and no npm to install it."""
    if not _is_installed(folder):
        print(f"not measured: {NAME}, without node or npm")
        yield []
        return
    port = free_port()
    shutil.copy(ROOT / "bench" / SCRIPT, folder)
    command = ["node", str(folder / SCRIPT), str(port), USER, PASSWORD]
    path = "/.well-known/openid-configuration"
    with running(on_core(server_core(), command), port, path, folder / "oidc.log"):
        body = urlencode({"token": _token(port)})
        asked = http_request("POST", "/token/introspection", basic(USER, PASSWORD), body)
        yield [Load(NAME, port, lambda: [asked])]


def _is_installed(folder: Path) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
    return subprocess.run([*command, PACKAGE], check=False).returncode == 0


def _token(port: int) -> str:
    connection = http.client.HTTPConnection(HERE, port, timeout=10)
    headers = basic(USER, PASSWORD) | {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/token", "grant_type=client_credentials", headers)
    token: str = json.loads(connection.getresponse().read())["access_token"]
    connection.close()
    return token
