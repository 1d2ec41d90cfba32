"""Who owes what, how late, and whom we may contact."""

from borrowers.models.assignment import Assignment
from borrowers.models.borrower import Borrower, Lender
from borrowers.models.call import Call
from borrowers.models.consent import Consent
from borrowers.models.contact import BorrowerNumber, ContactPoint
from borrowers.models.hold import Hold
from borrowers.models.import_batch import ImportBatch, RejectedRow, UnreadRow
from borrowers.models.loan import Instalment, Loan, LoanChange, Repayment
from borrowers.models.note import Note
from borrowers.models.posted import PostedRepayment
from borrowers.models.promise import Promise
from borrowers.models.queue import QueueSnapshot, SavedView
from borrowers.models.token import ApiToken
from borrowers.models.upload import ColumnMapping, Upload, UploadRow

__all__ = [
    "ApiToken",
    "Assignment",
    "Borrower",
    "BorrowerNumber",
    "Call",
    "ColumnMapping",
    "Consent",
    "ContactPoint",
    "Hold",
    "ImportBatch",
    "Instalment",
    "Lender",
    "Loan",
    "LoanChange",
    "Note",
    "PostedRepayment",
    "Promise",
    "QueueSnapshot",
    "RejectedRow",
    "Repayment",
    "SavedView",
    "UnreadRow",
    "Upload",
    "UploadRow",
]
