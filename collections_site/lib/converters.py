"""Parts of addresses that name a row by a ref, a code or a word: what none of them can hold leads nowhere.

Importing this module makes ``<ref:…>`` known to routes.
"""

from django.urls import register_converter
from django.urls.converters import StringConverter

# As in RFC 6901 (JSON Pointer), section 3; a browser takes lone dots out of an address.
ESCAPES = [("~", "~0"), ("/", "~1")]
DOTS = {".": "~2", "..": "~2~2"}


class Ref(StringConverter):
    """Anything between two slashes without control characters: no ref that was taken in holds one,
    and the database cannot even be asked for a NUL. A lender's ref may hold a slash, which is escaped.
    """

    regex = r"[^/\x00-\x1f\x7f-\x9f]+"

    def to_url(self, value: str) -> str:
        if value in DOTS:
            return DOTS[value]
        for plain, escaped in ESCAPES:
            value = value.replace(plain, escaped)
        return value

    def to_python(self, value: str) -> str:
        value = value.replace("~2", ".")
        for plain, escaped in reversed(ESCAPES):
            value = value.replace(escaped, plain)
        return value


register_converter(Ref, "ref")
