"""Access tokens that ended before their time: the rest of them are nowhere but in their signature."""

from django.db import models


class RevokedAccessToken(models.Model):
    """One access token that nobody is to believe any more; forgotten when it would have expired."""

    jti = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.jti
