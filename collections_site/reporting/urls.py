"""Today, the search box and the page of a person: what reads every floor."""

from django.urls import path

from collections_site.reporting.views import person, roll_rates, search, today

urlpatterns = [
    path("", today.today, name="today"),
    path("search/", search.search, name="search"),
    path("outcomes/roll-rates/", roll_rates.roll_rates, name="roll-rates"),
    path("outcomes/roll-rates/loans/", roll_rates.roll_rate_loans, name="roll-rate-loans"),
    path("borrowers/<str:borrower_ref>/", person.borrower, name="borrower"),
]
