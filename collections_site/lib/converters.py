"""Parts of addresses that name a row by a ref, a code or a word: what none of them can hold leads nowhere.

Importing this module makes ``<ref:…>`` known to routes.
"""

from django.urls import register_converter
from django.urls.converters import StringConverter


class Ref(StringConverter):
    """Anything between two slashes without control characters: no ref that was taken in holds one,
    and the database cannot even be asked for a NUL.
    """

    regex = r"[^/\x00-\x1f\x7f-\x9f]+"


register_converter(Ref, "ref")
