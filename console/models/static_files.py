"""Static files of the versions that serve over this database."""

from datetime import datetime

from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from console import keyring

SEALING = "static files"


class StaticFile(models.Model):
    """A file that a version's pages ask for. Sealed, because browsers run it: whoever writes the database
    alone puts nothing into pages.
    """

    version = models.CharField(max_length=64)  # a digest of what it calls its files
    name = models.CharField(max_length=200)
    sealed = models.BinaryField()
    root_number = models.PositiveIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["name"], name="staticfile_by_name"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, version: str, name: str, content: bytes, now: datetime) -> "StaticFile":
        """A row, unsaved."""
        root = keyring.current()
        sealed = keyring.encrypt(SEALING, root, content, name)
        return cls(version=version, name=name, sealed=sealed, root_number=root, published_at=now)

    def content(self) -> bytes | None:
        """What was published; None for what was not, or under a root that is gone."""
        try:
            return keyring.decrypt(SEALING, self.root_number, bytes(self.sealed), self.name)
        except (InvalidTag, ImproperlyConfigured):
            return None
