"""How many examples: the same few in every run, thousands of new ones in `make test`.

`pytest --hypothesis-profile=thorough` asks for the many.
"""

from random import SystemRandom

from hypothesis import HealthCheck, Phase, settings

THOROUGH = "thorough"
# Each example fills a database.
COMMON = settings(
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def register() -> None:
    """Make the profile known before pytest reads which one is wanted."""
    settings.register_profile(THOROUGH, max_examples=500, deadline=None)


def is_thorough() -> bool:
    return settings.get_current_profile_name() == THOROUGH


def examples(few: int, many: int) -> settings:
    """The settings of a test that wants `few` known examples, or `many` new ones."""
    thorough = is_thorough()
    return settings(COMMON, derandomize=not thorough, max_examples=many if thorough else few)


def seed() -> str:
    """What random sequences begin with; a failure shows it."""
    return f"{SystemRandom().getrandbits(32):08x}" if is_thorough() else "everyday"
