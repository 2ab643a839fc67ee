"""What a good web application is asked for (OWASP ASVS 5.0, levels 1 and 2 and some of 3), as tests."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
