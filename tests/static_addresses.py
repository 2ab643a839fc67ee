"""Addresses of static files in tests: their plain names, each looked up once, as with hashed names."""

from functools import lru_cache

from django.contrib.staticfiles.storage import StaticFilesStorage


class KnownAddresses(StaticFilesStorage):
    """Two dozen stand on each page."""

    url = lru_cache(StaticFilesStorage.url)
