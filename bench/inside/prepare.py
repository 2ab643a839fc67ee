"""Brings filled data up to date with the code, static files too: `python -m bench.inside.prepare ANSWER`."""

import json
import sys
from pathlib import Path

from robots.secrets import signing_keys
from robots.server.preparation import prepare

if __name__ == "__main__":
    prepare()
    Path(sys.argv[1]).write_text(json.dumps({"bundle": signing_keys.registry_bundle()}))
