"""The tables of the wording room in Django's admin name their columns through the catalogue."""

import pytest
from django.contrib import admin
from django.utils.functional import Promise

from messaging.models import MessageTemplate, Strategy, Wording


@pytest.mark.parametrize("model", [Wording, MessageTemplate, Strategy])
def test_every_heading_is_a_sentence_of_ours_and_can_be_translated(model: type) -> None:
    options = model._meta  # type: ignore[attr-defined]
    assert isinstance(options.verbose_name, Promise)
    assert isinstance(options.verbose_name_plural, Promise)
    window = admin.site._registry[model]
    shown = {name for name in (*window.list_display, *window.list_filter) if isinstance(name, str)}
    fields = [one for one in options.fields if not one.primary_key]
    assert shown - {one.name for one in fields} <= {"named", "review"}
    for field in fields:
        assert isinstance(field.verbose_name, Promise), field.name
