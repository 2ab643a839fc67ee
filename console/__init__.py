"""The ground of Roster: what teams and robots stand on."""

# As pyproject.toml has it, which is not there in every installation.
__version__ = "0.1.0"
