"""The phones; routed outside production only."""

from django.urls import path

from collections_site.handset import views

urlpatterns = [
    path("", views.handset, name="handset"),
    path("<int:pk>/", views.phone, name="phone"),
]
