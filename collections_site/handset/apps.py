from django.apps import AppConfig


class HandsetConfig(AppConfig):
    name = "collections_site.handset"
    label = "handset"
