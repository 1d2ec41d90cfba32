"""Today, the search box and the page of a person: what reads every floor."""

from django.urls import path

from collections_site.lib import converters  # noqa: F401  <ref:…>
from collections_site.reporting.views import (
    person,
    queue,
    queue_lists,
    queue_remind,
    roll_rates,
    saved_views,
    search,
    today,
    walk,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("search/", search.search, name="search"),
    path("queue/", queue.queue, name="queue"),
    path("queue/views/save/", saved_views.save, name="queue-view-save"),
    path("queue/views/counts/", saved_views.counts, name="queue-view-counts"),
    path("queue/views/pinned/", saved_views.pinned_counts, name="queue-view-pinned"),
    path("queue/views/<int:pk>/", saved_views.edit, name="queue-view"),
    path("queue/views/<int:pk>/pin/", saved_views.pin, name="queue-view-pin"),
    path("queue/views/<int:pk>/delete/", saved_views.delete, name="queue-view-delete"),
    path("queue/walk/", walk.walk, name="queue-walk"),
    path("queue/freeze/", queue.freeze, name="queue-freeze"),
    path("queue/lists/<int:pk>/", queue_lists.frozen, name="queue-list"),
    path("queue/lists/<int:pk>/assign/", queue_lists.assign, name="queue-assign"),
    path("queue/lists/<int:pk>/pause/", queue_lists.pause, name="queue-pause"),
    path("queue/lists/<int:pk>/remind/", queue_remind.remind, name="queue-remind"),
    path("queue/lists/<int:pk>/export/", queue_lists.export, name="queue-export"),
    path("outcomes/roll-rates/", roll_rates.roll_rates, name="roll-rates"),
    path("outcomes/roll-rates/loans/", roll_rates.roll_rate_loans, name="roll-rate-loans"),
    path("borrowers/<ref:borrower_ref>/", person.borrower, name="borrower"),
]
