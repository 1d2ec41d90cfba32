"""Finding people."""

from django.urls import path

from borrowers.views import people

urlpatterns = [
    path("borrowers/", people.borrowers, name="borrowers"),
]
