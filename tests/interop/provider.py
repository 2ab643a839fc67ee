"""node's oidc-provider as the issuer of a trust: an OpenID provider that nobody here wrote."""

import json
import ssl
import subprocess
import urllib.request
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlencode

from joserfc.jwk import ECKey

from tests.https import authority
from tests.interop.processes import PATIENCE_SECONDS, ROOT, eventually, free_port, require_tool

CLIENT, SECRET = "builder", "only-for-tests"
MODULES = ROOT / ".venv/node/node_modules"


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "alg": "ES256", "use": "sig"})


class Provider:
    """The provider at one port. The first of the keys that it is started with signs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.certified, self.keys = folder / "server.pem", folder / "keys.json"
        self.certified.write_bytes(authority().certified())
        self.context = ssl.create_default_context(cafile=str(authority().file))

    @property
    def issuer(self) -> str:
        return f"https://localhost:{self.port}"

    def start(self, *keys: ECKey) -> None:
        self.stop()
        assert (MODULES / "oidc-provider").exists(), "oidc-provider of npm is not installed"
        self.keys.write_text(json.dumps({"keys": [key.as_dict(private=True) for key in keys]}))
        script = [require_tool("node"), "tests/interop/provider.mjs", str(MODULES), str(self.port)]
        client = [str(self.certified), str(self.keys), CLIENT, SECRET]
        with (self.folder / "provider.log").open("ab") as log:
            self.process = subprocess.Popen([*script, *client], cwd=ROOT, stdout=log, stderr=log)
        eventually(self._answers, "the provider answers")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
            self.process = None

    def token(self, audience: str) -> str:
        """A token of the client for `audience`."""
        both = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        body = urlencode({"grant_type": "client_credentials", "resource": audience}).encode()
        headers = {"Authorization": f"Basic {both}"}
        request = urllib.request.Request(f"{self.issuer}/token", body, headers)
        with urllib.request.urlopen(request, context=self.context) as answer:
            token: str = json.load(answer)["access_token"]
        return token

    def _answers(self) -> bool:
        try:
            url = f"{self.issuer}/.well-known/openid-configuration"
            with urllib.request.urlopen(url, context=self.context):
                return True
        except OSError:
            return False
