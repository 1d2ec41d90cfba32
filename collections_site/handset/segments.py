"""How many parts a text is charged as; counted apart from the site, so each checks the other."""

# 3GPP TS 23.038, basic character set and its extension table (two septets each).
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")


def segments(text: str) -> int:
    """Parts of a text: 160 or 153 septets each, or 70 or 67 UTF-16 units; no character is split."""
    if all(char in BASIC or char in EXTENDED for char in text):
        sizes = [2 if char in EXTENDED else 1 for char in text]
        alone, joined = 160, 153
    else:
        sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
        alone, joined = 70, 67
    if sum(sizes) <= alone:
        return 1
    parts, room = 1, joined
    for size in sizes:
        if size > room:
            parts, room = parts + 1, joined
        room -= size
    return parts
