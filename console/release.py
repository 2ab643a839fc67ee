"""Which version of Roster this is."""

# As in pyproject.toml, which an image leaves out.
VERSION = "0.1.0"
