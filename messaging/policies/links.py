"""What a phone makes a link of: one pattern for whatever must not open one."""

from __future__ import annotations

import re
import unicodedata

_DOTS = str.maketrans("。．｡", "...")
# Endings of hosts that are links whatever their case; `St.John` is a name, `Bank.Com` is none.
_ENDINGS = (
    "com|net|org|info|biz|cn|hk|tw|io|co|cc|me|top|xyz|vip|app|site|shop|online|link|click|live|ly|gl|gd|gy|"
    "tk|ru|uk|us|eu|de|in|at|id|im|pw|so|ink|nu|club|store|tech|icu|mobi|pro|dev|page|date"
)
_LINK = re.compile(
    r"://|(?i:\bwww\.)"
    r"|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"
    rf"|[\w-]\.(?:(?i:{_ENDINGS})|[a-z]{{2,}}|[A-Z]{{2,}})(?![A-Za-z0-9_-])"
    r"|[\w-]\.(?:中国|公司|网络|网址|商城|在线|集团|手机|中文网)(?!\w)"
)


def has_link(text: str) -> bool:
    """Whether a phone could make a link of part of it: an address, a host, an e-mail's host, an IP.

    Full-width letters and the dots of Chinese and Japanese are read as phones and people read them.
    """
    return bool(_LINK.search(unicodedata.normalize("NFKC", text).translate(_DOTS)))
