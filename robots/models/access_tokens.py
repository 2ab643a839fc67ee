"""Access tokens that ended before their time: the rest of them are nowhere but in their signature."""

from datetime import datetime

from django.db import models


class RevokedAccessTokenQuerySet(models.QuerySet["RevokedAccessToken"]):
    """Those that nobody is to believe any more."""

    def revoke(self, jti: str, expires_at: datetime) -> None:
        """Add one, also if another request says so at the same moment."""
        row = RevokedAccessToken(jti=jti, expires_at=expires_at)
        self.bulk_create([row], ignore_conflicts=True)


class RevokedAccessToken(models.Model):
    """One access token that nobody is to believe any more; forgotten when it would have expired."""

    jti = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = RevokedAccessTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.jti
