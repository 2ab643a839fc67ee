"""What is known of the keyring's roots without having them."""

from django.db import models


class KeyringRoot(models.Model):
    """A root that rows of this database are made under. `check_value` is derived from it, in hex, and says
    nothing about any other key that is.
    """

    number = models.PositiveIntegerField(unique=True)
    check_value = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"root {self.number}"
