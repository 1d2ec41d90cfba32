"""Names and numbers as staff see them by default: enough to recognise, not enough to use."""

import phonenumbers

# Surnames of two characters are kept whole: 欧阳*, never 欧**.
_PAIRS = (
    "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐宇文长孙司徒司空夏侯轩辕端木"
    "百里东郭南宫呼延独孤西门申屠公冶濮阳淳于单于太史闻人澹台赫连拓跋"
)
COMPOUND_SURNAMES = frozenset(_PAIRS[i : i + 2] for i in range(0, len(_PAIRS), 2))


def mask_name(name: str) -> str:
    """王*芳, 陈*, 欧阳*, 欧阳*芳; Ana S***, Ana M*** (of several family names the last)."""
    name = " ".join(name.split())
    if not name:
        return ""
    if _is_han(name):
        surname = name[:2] if name[:2] in COMPOUND_SURNAMES else name[:1]
        given = name[len(surname) :]
        if not given:
            return surname
        return f"{surname}*{given[-1] if len(given) > 1 else ''}"
    words = name.split(" ")
    if len(words) == 1:
        return f"{name[0]}***"
    return f"{words[0]} {words[-1][0]}***"


def mask_phone(phone: str) -> str:
    """138****0421 for a mainland number, +44 ****1234 for any other; ``phone`` is E.164."""
    code, national = _split(phone)
    if code == "86" and len(national) == 11:
        return f"{national[:3]}****{national[-4:]}"
    return f"+{code} ****{national[-4:]}" if code else f"****{national[-4:]}"


def show_phone(phone: str) -> str:
    """The whole number in groups: 138 0000 0421, +44 7700 900123; ``phone`` is E.164."""
    code, national = _split(phone)
    if code == "86" and len(national) == 11:
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _split(phone: str) -> tuple[str, str]:
    """The country's code and the rest; no code for what is not a number."""
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return "", phone.lstrip("+")
    return str(parsed.country_code), phonenumbers.national_significant_number(parsed)


def _is_han(text: str) -> bool:
    return "\u3400" <= text[0] <= "\u9fff" or "\U00020000" <= text[0] <= "\U0003ffff"
