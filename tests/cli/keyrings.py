"""Keyrings of a machine: one that works, and two that do not."""

from tests.cli.shells import Shell

KEYRING = """
import json, pathlib
from keyring.backend import KeyringBackend
PLACE = pathlib.Path.home() / "keyring.json"
class Kept(KeyringBackend):
    priority = 1
    def _all(self): return json.loads(PLACE.read_text()) if PLACE.exists() else {}
    def get_password(self, service, user): return self._all().get(f"{service} {user}")
    def set_password(self, service, user, password):
        PLACE.write_text(json.dumps(self._all() | {f"{service} {user}": password}))
    def delete_password(self, service, user):
        PLACE.write_text(json.dumps({k: v for k, v in self._all().items() if k != f"{service} {user}"}))
class Broken(Kept):
    def set_password(self, service, user, password): raise RuntimeError("locked")
class Forgetful(Kept):
    def set_password(self, service, user, password): pass
"""


def know_keyrings(shell: Shell) -> None:
    """Let a shell's Python know them, as `rings.Kept`, `rings.Broken` and `rings.Forgetful`."""
    (shell.home / "rings").mkdir()
    (shell.home / "rings" / "rings.py").write_text(KEYRING)
    shell.environment["PYTHONPATH"] += f":{shell.home / 'rings'}"
