"""Brings filled data up to date with the code, static files too: `python -m bench.inside.prepare ANSWER`."""

import json
import sys
from pathlib import Path

from robots import keys
from robots.preparation import prepare

if __name__ == "__main__":
    prepare()
    Path(sys.argv[1]).write_text(json.dumps({"bundle": keys.registry_bundle()}))
