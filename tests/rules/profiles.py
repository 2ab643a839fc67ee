"""How many examples: the same few in every run, or many new ones with `RULES_SCALE=20`."""

import os

from hypothesis import HealthCheck, Phase, settings

SCALE = int(os.environ.get("RULES_SCALE", "1"))
RULES = settings(
    deadline=None,
    derandomize=SCALE == 1,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
