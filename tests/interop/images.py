"""A container image made of nothing but Python, and skopeo to move it."""

import base64
import gzip
import hashlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.interop.processes import PATIENCE_SECONDS, require_tool

PREFIX = "application/vnd.oci.image"
EMPTY_TAR = b"\0" * 1024


def _blob(layout: Path, content: bytes, kind: str) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True, exist_ok=True)
    (blobs / digest).write_bytes(content)
    return {"mediaType": f"{PREFIX}.{kind}", "digest": f"sha256:{digest}", "size": len(content)}


def write_image(layout: Path) -> Path:
    """An OCI image layout with one empty layer."""
    layer = _blob(layout, gzip.compress(EMPTY_TAR, mtime=0), "layer.v1.tar+gzip")
    config = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {
            "type": "layers",
            "diff_ids": [f"sha256:{hashlib.sha256(EMPTY_TAR).hexdigest()}"],
        },
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{PREFIX}.manifest.v1+json",
        "config": _blob(layout, json.dumps(config).encode(), "config.v1+json"),
        "layers": [layer],
    }
    listed = _blob(layout, json.dumps(manifest).encode(), "manifest.v1+json")
    listed["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [listed]}))
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    return layout


@dataclass(frozen=True)
class Skopeo:
    """skopeo with its own folder: nothing of the machine's logins is used."""

    folder: Path
    host: str

    def push(self, image: Path, name: str, auth: Path | None) -> subprocess.CompletedProcess[str]:
        return self._run("copy", *self._auth("dest", auth), f"oci:{image}:latest", self._url(name))

    def pull(self, name: str, auth: Path | None) -> subprocess.CompletedProcess[str]:
        into = self.folder / f"pulled-{len(list(self.folder.iterdir()))}"
        return self._run("copy", *self._auth("src", auth), self._url(name), f"dir:{into}")

    def tags(self, name: str, auth: Path) -> subprocess.CompletedProcess[str]:
        file = ["--authfile", str(auth)]
        return self._run("list-tags", "--tls-verify=false", *file, f"docker://{self.host}/{name}")

    def delete(self, name: str, auth: Path) -> subprocess.CompletedProcess[str]:
        """What a client does of a tag: ask for its digest, and delete that."""
        return self._run("delete", "--tls-verify=false", "--authfile", str(auth), self._url(name))

    def login(self, username: str, secret: str) -> subprocess.CompletedProcess[str]:
        login = [
            "login",
            "--tls-verify=false",
            "--username",
            username,
            "--password-stdin",
            "--authfile",
            str(self.folder / "login.json"),
            self.host,
        ]
        return self._run(*login, given=secret)

    def auth(self, username: str, secret: str) -> Path:
        """A Docker configuration file with one login."""
        both = base64.b64encode(f"{username}:{secret}".encode()).decode()
        return self._auth_file({"auth": both})

    def identity(self, secret: str) -> Path:
        """A Docker configuration file that makes a client send the secret as refresh token.

        skopeo then posts it, and in chunks: there is no Content-Length.
        """
        nobody = base64.b64encode(b"<token>:").decode()
        return self._auth_file({"auth": nobody, "identitytoken": secret})

    def _auth_file(self, entry: dict[str, str]) -> Path:
        file = self.folder / f"auth-{len(list(self.folder.iterdir()))}.json"
        file.write_text(json.dumps({"auths": {self.host: entry}}))
        return file

    def _url(self, name: str) -> str:
        return f"docker://{self.host}/{name}:latest"

    def _auth(self, side: str, auth: Path | None) -> list[str]:
        chosen = ["--authfile", str(auth)] if auth else [f"--{side}-no-creds"]
        return [f"--{side}-tls-verify=false", *chosen]

    def _run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [require_tool("skopeo"), "--insecure-policy", *arguments],
            input=given,
            text=True,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
