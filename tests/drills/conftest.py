"""What drills begin with."""

from tests.interop.conftest import prepared_data

__all__ = ["prepared_data"]
