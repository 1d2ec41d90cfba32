"""What gateways in mainland China ask of a text: a 【signature】, and no signs or templates they refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from messaging.policies.checks_finding import Finding
from messaging.policies.checks_form_texts import told
from messaging.policies.checks_normalise import PLACEHOLDER

LIMIT = 500  # characters that Chinese gateways take at most
SIGNS = re.compile("[¥￥★☆※✓✔☞☛●◆■▲→←↑↓♥♦♠♣①-⑳]")  # that they refuse

_BESIDE = re.compile(r"\)\)\s*\(\(")


def gateway(text: str, signature: str) -> Iterator[Finding]:
    """What such a gateway would refuse in the signature and in the text."""
    for one in _signature(signature):
        yield replace(one, field="signature")
    for at, sign in enumerate(text):
        opens_text = not signature.strip() and at < text.find("】") + 1 and text.startswith("【")
        if sign in "【】" and not opens_text:
            yield told("body_brackets", "block", text, at, at + 1)
    for match in SIGNS.finditer(text):
        yield told("gateway_sign", "block", text, *match.span(), sign=match[0])
    for match in _BESIDE.finditer(text):
        yield told("placeholders_beside", "block", text, *match.span())
    fixed, variables = PLACEHOLDER.subn("", text)
    if variables and not any(one.isalnum() for one in fixed):
        yield told("all_variable", "block", text, 0, len(text))
    if len(signature + text) > LIMIT:
        start = max(0, LIMIT - len(signature))
        yield told("too_long", "block", text, start, len(text), limit=LIMIT)


def _signature(signature: str) -> Iterator[Finding]:
    bare = signature.strip()
    if not bare:
        return  # what is missing is for the content checks
    inside = bare[1:-1] if bare.startswith("【") and bare.endswith("】") else ""
    if not inside or "【" in inside or "】" in inside:
        yield told("signature_brackets", "block", signature, 0, len(signature))
    elif not 2 <= len(inside) <= 16:
        yield told("signature_length", "block", signature, 0, len(signature), length=len(inside))
