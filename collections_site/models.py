"""Which system this database belongs to, what time it is there, and which workers are alive."""

from django.db import models


class SiteClock(models.Model):
    """One row: how far the site's time is shifted from the true time; zero in production."""

    shift = models.DurationField(default="0")

    class Meta:
        constraints = [
            models.CheckConstraint(name="site_clock_has_one_row", condition=models.Q(pk=1))
        ]


class Environment(models.Model):
    """One row: which environment and which PostgreSQL timeline these rows were written in.

    A copy restored elsewhere, or a promoted standby, shows another pair: sending stays closed there.
    """

    name = models.CharField(max_length=20)
    system_identifier = models.BigIntegerField()
    timeline = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="environment_has_one_row", condition=models.Q(pk=1))
        ]


class Heartbeat(models.Model):
    """When a cluster of workers last ran a task, by the true clock."""

    cluster = models.CharField(max_length=20, primary_key=True)
    beat_at = models.DateTimeField()
    process = models.IntegerField()
