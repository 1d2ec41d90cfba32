from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from collections_site.lib.sqlfile import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0005_limits_count_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        load(SQL / "row_walls.sql"),
        migrations.AlterModelOptions(
            name="messagetemplate",
            options={
                "ordering": ["code"],
                "verbose_name": "template",
                "verbose_name_plural": "templates",
            },
        ),
        migrations.AlterModelOptions(
            name="strategy",
            options={
                "ordering": ["code", "-version"],
                "permissions": [("approve_strategy", "Can approve a strategy")],
                "verbose_name": "strategy",
                "verbose_name_plural": "strategies",
            },
        ),
        migrations.AlterModelOptions(
            name="wording",
            options={
                "ordering": ["template", "-version"],
                "permissions": [
                    ("approve_wording", "Can approve or reject a wording"),
                    ("retire_wording", "Can retire a wording"),
                ],
                "verbose_name": "wording",
                "verbose_name_plural": "wordings",
            },
        ),
        migrations.AlterField(
            model_name="messagetemplate",
            name="code",
            field=models.CharField(max_length=12, unique=True, verbose_name="Code"),
        ),
        migrations.AlterField(
            model_name="messagetemplate",
            name="name_en",
            field=models.CharField(max_length=60, verbose_name="Name in English"),
        ),
        migrations.AlterField(
            model_name="messagetemplate",
            name="name_zh",
            field=models.CharField(max_length=60, verbose_name="Name in Chinese"),
        ),
        migrations.AlterField(
            model_name="messagetemplate",
            name="product",
            field=models.CharField(blank=True, default="", max_length=20, verbose_name="Product"),
        ),
        migrations.AlterField(
            model_name="messagetemplate",
            name="purpose",
            field=models.CharField(max_length=24, verbose_name="Stage"),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Author",
            ),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="code",
            field=models.CharField(max_length=12, verbose_name="Code"),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="decided_at",
            field=models.DateTimeField(null=True, verbose_name="Decided at"),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="live",
            field=models.BooleanField(default=False, verbose_name="Live"),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="name_en",
            field=models.CharField(max_length=60, verbose_name="Name in English"),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="name_zh",
            field=models.CharField(max_length=60, verbose_name="Name in Chinese"),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="reviewer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Reviewer",
            ),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("submitted", "Waiting for approval"),
                    ("approved", "Approved"),
                    ("rejected", "Rejected"),
                    ("retired", "Retired"),
                ],
                default="draft",
                max_length=12,
                verbose_name="State",
            ),
        ),
        migrations.AlterField(
            model_name="strategy",
            name="version",
            field=models.PositiveIntegerField(verbose_name="Version"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="answers",
            field=models.JSONField(blank=True, default=list, verbose_name="The author's answers"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wordings_written",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Author",
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="channel",
            field=models.CharField(default="sms", max_length=8, verbose_name="Channel"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="checked_by",
            field=models.CharField(
                blank=True, default="", max_length=80, verbose_name="Checked with"
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="comment",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="Comment"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="decided_at",
            field=models.DateTimeField(null=True, verbose_name="Decided at"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="expires_at",
            field=models.DateTimeField(null=True, verbose_name="Last moment"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="fingerprint",
            field=models.CharField(max_length=64, verbose_name="Fingerprint"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="jurisdictions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                default=list,
                size=None,
                verbose_name="Places",
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="language",
            field=models.CharField(max_length=12, verbose_name="Language"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="live",
            field=models.BooleanField(default=False, verbose_name="Live"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="needs_second",
            field=models.BooleanField(default=False, verbose_name="Needs a second approval"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="placeholders",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                default=list,
                size=None,
                verbose_name="Placeholders",
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="reason",
            field=models.CharField(
                blank=True, default="", max_length=200, verbose_name="Why this change"
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="rejected_for",
            field=models.CharField(
                blank=True, default="", max_length=12, verbose_name="Rejected for"
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="reviewer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wordings_decided",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Reviewer",
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="second_decided_at",
            field=models.DateTimeField(null=True, verbose_name="Decided the second time at"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="second_reviewer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Second reviewer",
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="signature",
            field=models.CharField(blank=True, max_length=40, verbose_name="Signature"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("submitted", "Waiting for approval"),
                    ("approved", "Approved"),
                    ("rejected", "Rejected"),
                    ("retired", "Retired"),
                    ("expired", "Expired"),
                ],
                default="draft",
                max_length=12,
                verbose_name="State",
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="submitted_at",
            field=models.DateTimeField(null=True, verbose_name="Submitted at"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wordings",
                to="messaging.messagetemplate",
                verbose_name="Template",
            ),
        ),
        migrations.AlterField(
            model_name="wording",
            name="text",
            field=models.TextField(max_length=1000, verbose_name="Text"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="version",
            field=models.PositiveIntegerField(verbose_name="Version"),
        ),
        migrations.AlterField(
            model_name="wording",
            name="written_at",
            field=models.DateTimeField(verbose_name="Written at"),
        ),
    ]
