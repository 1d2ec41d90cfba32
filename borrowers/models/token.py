"""Keys with which the lender's own systems speak to us; each opens only what it was made for."""

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class ApiToken(models.Model):
    """One system's key. Only the digest is kept: the key itself is shown once, when it is made."""

    name = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="api_token_one_live_a_name",
                fields=["name"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="api_token_digest_is_sha256", condition=Q(digest__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="api_token_opens_something", condition=Q(scopes__len__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name
