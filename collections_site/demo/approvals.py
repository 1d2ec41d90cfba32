"""Approve the demonstration's drafts as people would: one submits, another reads and approves."""

from django.contrib.auth.models import User
from django.db import transaction

from messaging.models import Strategy, Wording
from messaging.services import starters, strategies, wording_checks, wordings

SHIPPED = "A text as it is shipped; read, and found kind."


@transaction.atomic
def approve_drafts(*, author: User, reviewer: User) -> int:
    """Submit the starters that ``author`` has drafted, approve them as ``reviewer``; answer how many.

    Only templates and ladders without any live version are taken, and only in the shipped words: a
    draft somebody is at work on stays theirs.
    """
    shipped = {one.text for language in ("zh", "en") for one in starters.gallery(language)}
    done = 0
    for draft in Wording.objects.filter(author=author, state="draft", text__in=shipped):
        lives = Wording.objects.filter(
            template=draft.template,
            language=draft.language,
            jurisdictions=draft.jurisdictions,
            live=True,
        )
        if not lives.exists():
            judged = wording_checks.look(draft).judges
            answers = {one.key: SHIPPED for one in judged}
            submitted = wordings.submit(draft, answers=answers, by=author)
            wordings.approve(submitted, by=reviewer)
            done += 1
    for ladder in Strategy.objects.filter(author=author, state="draft"):
        if not Strategy.objects.filter(code=ladder.code, live=True).exists():
            strategies.submit(ladder, by=author)
            strategies.approve(ladder, by=reviewer)
            done += 1
    return done
