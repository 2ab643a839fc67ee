"""The product's settings over a folder that goes when the tests end."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="roster-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("ROSTER_")]:
    if _name not in {"ROSTER_DATABASE_URL", "ROSTER_REDIS_URL"}:
        del os.environ[_name]
os.environ["ROSTER_DATA"] = _folder
os.environ.setdefault("ROSTER_KEYRING_FILE", f"{_folder}/keyring.json")
os.environ.setdefault("ROSTER_SECRET_KEY", "only-for-tests-" * 4)

from console.settings import *  # noqa: E402, F403
from console.settings import STATIC_ROOT, TEMPLATES  # noqa: E402

# live_server does not serve hashed names.
STATIC_ROOT.mkdir()
STORAGES = {"staticfiles": {"BACKEND": "tests.static_addresses.KnownAddresses"}}
# What a guess costs is for whoever guesses: a test of its own asks for the real one.
PASSWORD_HASHERS = ["tests.hashers.QuickHasher"]
# An undefined variable in a template is an error.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "[undefined: %s]"
