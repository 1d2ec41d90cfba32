"""Today, the search box and the page of a person: what reads every floor."""

from django.urls import path

from collections_site.reporting.views import person, search, today

urlpatterns = [
    path("", today.today, name="today"),
    path("search/", search.search, name="search"),
    path("borrowers/<str:borrower_ref>/", person.borrower, name="borrower"),
]
