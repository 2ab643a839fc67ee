"""What a browser calls itself, in the words that people use: `Firefox on Linux`."""

import re

# In this order: most browsers call themselves by the names of others as well.
BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/|\bOpera\b")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chromium", re.compile(r"\bChromium/")),
    ("Chrome", re.compile(r"\b(?:Headless)?Chrome/|\bCriOS/")),
    ("Safari", re.compile(r"\bSafari/")),
)
SYSTEMS = (
    ("Windows", re.compile(r"\bWindows\b")),
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)
UNKNOWN = "Unknown browser"


def _first(names: tuple[tuple[str, re.Pattern[str]], ...], agent: str) -> str:
    return next((name for name, pattern in names if pattern.search(agent)), "")


def device(agent: str) -> str:
    """Browser and system, as far as they say which they are."""
    browser, system = _first(BROWSERS, agent) or UNKNOWN, _first(SYSTEMS, agent)
    return f"{browser} on {system}" if system else browser
