"""Strings made to break programs: as wordings and as values each must stay what it is, or be refused."""

import json
from pathlib import Path

DATA = Path(__file__).parent / "data"

# The Big List of Naughty Strings, (c) 2015 Max Woolf, MIT licence; each string once.
NAUGHTY: list[str] = json.loads((DATA / "naughty_strings.json").read_text("utf-8"))

# What the common template languages would execute.
TEMPLATES = [
    "{{7*7}}",
    "{{ 7*'7' }}",
    "{{config.items()}}",
    "{{''.__class__.__mro__[1].__subclasses__()}}",
    "{{request.application.__globals__}}",
    "{{self._TemplateReference__context.cycler.__init__.__globals__.os.popen('id').read()}}",
    "{% debug %}",
    "{% load log %}{% get_admin_log 10 as log %}",
    "{% include '/etc/passwd' %}",
    "{% extends base %}",
    "{{ settings.SECRET_KEY }}",
    "{{ name|safe }}",
    "{# a comment #}",
    "${7*7}",
    "#{7*7}",
    "*{7*7}",
    "@(7*7)",
    "<%= 7*7 %>",
    "<% import os %>${os.system('id')}",
    "${{7*7}}",
    "#set($x=7*7)$x",
    "[[${7*7}]]",
    "{php}echo 7*7;{/php}",
    "<#assign x=7*7>${x}",
    "{{=7*7}}",
    "{{constructor.constructor('alert(1)')()}}",
    "$(id)",
    "`id`",
    "${jndi:ldap:x}",
]
# What Python's and C's formatting, string.Template and re.sub would expand.
FORMATS = [
    "%s",
    "%s%s%s%n",
    "%(amount)s",
    "%(amount)d %(amount)",
    "%",
    "%%",
    "%x%x%x",
    "%99999999d",
    "{}",
    "{0}",
    "{amount}",
    "{0.__class__}",
    "{amount.__class__.__init__.__globals__}",
    "{amount!r:>99}",
    "{{amount}}",
    "$amount",
    "${amount}",
    "$$",
    r"\1",
    r"\g<0>",
    r"\g<amount>",
    r"\\",
    r"\n\t\x41A",
    "((amount))",
    "(((amount)))",
    "((((amount))))",
    "((am((amount))ount))",
    "((amount)",
    "(( amount ))",
    "((AMOUNT))",
    "((amount)) ((amount)) ((amount))",
    "((((name)))",
    "))((",
    "((__class__))",
    "((name.upper))",
    "((name|safe))",
]
EVERYTHING = [*NAUGHTY, *TEMPLATES, *FORMATS]
