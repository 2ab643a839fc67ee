"""`python -m tests.e2e.screenshots`: picture every page into the folder of that name, to look at."""

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    pictures = Path(__file__).with_name("pictures.py")
    sys.exit(pytest.main([str(pictures), "-q", "-n", "2", *sys.argv[1:]]))
