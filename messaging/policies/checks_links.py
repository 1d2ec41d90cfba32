"""Links in a text: whose they are, and whether they show where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from messaging.policies.checks_finding import Finding
from messaging.policies.checks_form_texts import told

# Link shorteners hide where a link leads; carriers and readers take them for fraud.
SHORTENERS = frozenset(
    [
        "bit.ly",
        "tinyurl.com",
        "t.co",
        "goo.gl",
        "ow.ly",
        "is.gd",
        "buff.ly",
        "rebrand.ly",
        "cutt.ly",
        "rb.gy",
        "t.cn",
        "url.cn",
        "dwz.cn",
        "suo.im",
        "tb.cn",
        "u.nu",
        "shorturl.at",
        "tiny.cc",
        "s.id",
        "v.gd",
        "bl.ink",
        "lnkd.in",
        "dwz.date",
        "sourl.cn",
        "mrw.so",
        "w.url.cn",
        "985.so",
        "urlz.cn",
    ]
)

_PATH = r"(?:[/?#][^\s，。；！？、（）【】]*)?"
_SHORT = re.compile(
    r"(?<![A-Za-z0-9@$£€-])(?<![A-Za-z0-9]\.)(?:https?://)?(?:[a-z0-9-]+\.)*(?:"
    + "|".join(re.escape(host) for host in sorted(SHORTENERS, key=len, reverse=True))
    + rf")(?![A-Za-z0-9-]|\.[A-Za-z0-9]){_PATH}",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s，。；！？、（）【】]+|(?<![A-Za-z0-9@.-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|ly|me|io|co|cc|"
    rf"top|xyz|vip|gl|gd|im|info|uk|in|app|link|example)(?![A-Za-z0-9-]){_PATH}",
    re.IGNORECASE,
)
_NUMBER_HOST = re.compile(r"(?:https?://)?\d{1,3}(?:\.\d{1,3}){3}")
_NUMBER_LINK = re.compile(
    r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])(?::\d+)?/[^\s，。；！？、（）【】]*"
)
_HINT = re.compile("://|[.．｡。][A-Za-z0-9]")  # without one there is no link
_DOTS = str.maketrans("．｡。", "...")  # as wide as a point, so places stay


def links(text: str) -> Iterator[Finding]:
    """Every link: a shortener, one to a bare number or a disguised address, or an ordinary one."""
    if not _HINT.search(text):
        return
    taken: list[tuple[int, int]] = []
    for pattern in (_SHORT, _NUMBER_LINK, _LINK):
        for match in pattern.finditer(text.translate(_DOTS) if pattern is _SHORT else text):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            taken.append((start, end))
            address = re.sub(r"^https?://", "", match[0].lower()).removeprefix("www.")
            place = re.split("[/?#]", address)[0]
            host = place.split("@")[-1].split(":")[0]
            if pattern is _SHORT:
                yield told("shortener", "block", text, start, end, host=host)
            elif _NUMBER_HOST.match(match[0]) or "@" in place or host.startswith("xn--"):
                yield told("strange_link", "block", text, start, end, host=host)
            else:
                yield told("link", "tip", text, start, end, host=host)
