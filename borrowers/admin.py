"""Windows on people and their loans; everybody sees those in their own care."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from borrowers.models import Borrower, Loan
from collections_site.admin import ReadOnlyAdmin


@admin.register(Borrower)
class BorrowerAdmin(ReadOnlyAdmin):
    """By the lender's number; names stay on the page of the person, where looking is masked."""

    list_display = ["borrower_ref", "language", "region", "absent_since"]
    list_filter = ["language", "region"]
    search_fields = ["borrower_ref"]
    fields = ["borrower_ref", "language", "region", "locality", "time_zone", "absent_since"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows: QuerySet[Any] = Borrower.objects.visible_to(request.user)
        return rows.order_by("borrower_ref")


@admin.register(Loan)
class LoanAdmin(ReadOnlyAdmin):
    """What is owed, as last computed."""

    list_display = [
        "loan_ref",
        "status",
        "currency",
        "overdue_since",
        "overdue_amount",
        "arrears_on",
    ]
    list_filter = ["status", "product", "currency"]
    search_fields = ["loan_ref"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Loan]":
        rows = Loan.objects.select_related("borrower").order_by("loan_ref")
        return rows.filter(borrower__in=Borrower.objects.visible_to(request.user))
