"""Approve the demonstration's drafts as people would: one submits, another reads and approves."""

from django.contrib.auth.models import User
from django.db import transaction

from messaging.models import Strategy, Wording
from messaging.services import strategies, wordings


@transaction.atomic
def approve_drafts(*, author: User, reviewer: User) -> int:
    """Submit what ``author`` has drafted, approve it as ``reviewer``; answer how many became live.

    Only templates and ladders without any live version are taken: a draft somebody is at work on
    stays theirs.
    """
    done = 0
    for draft in Wording.objects.filter(author=author, state="draft"):
        lives = Wording.objects.filter(
            template=draft.template,
            language=draft.language,
            jurisdictions=draft.jurisdictions,
            live=True,
        )
        if not lives.exists():
            wordings.submit(draft, by=author)
            draft.refresh_from_db()
            wordings.approve(draft, by=reviewer)
            done += 1
    for ladder in Strategy.objects.filter(author=author, state="draft"):
        if not Strategy.objects.filter(code=ladder.code, live=True).exists():
            strategies.submit(ladder, by=author)
            strategies.approve(ladder, by=reviewer)
            done += 1
    return done
