"""Strings made to break programs: as wordings and as values each must stay what it is, or be refused."""

import json
from pathlib import Path

DATA = Path(__file__).parent / "data"

# The Big List of Naughty Strings, (c) 2015 Max Woolf, MIT licence; each string once.
NAUGHTY: list[str] = json.loads((DATA / "naughty_strings.json").read_text("utf-8"))

# What the common template languages would execute.
_TEMPLATES = [
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
# Each of their ways in, around each thing to run: a sum, our value, their objects, a shell.
_WAYS_IN = [
    "{{|}}", "{{{|}}}", "{{!|}}", "{{=|}}", "{{-|-}}", "{%|%}", "{%=|%}", "{|}", "${|}", "${{|}}", "#{|}",
    "*{|}", "@{|}", "~{|}", "@(|)", "$(|)", "<%=|%>", "<?=|?>", "<#if |>", "[[${|}]]", "[=|]", "#set($x=|)$x",
]  # fmt: skip
_RUN = ["7*7", "amount", "''.__class__.__mro__", "system('id')"]
TEMPLATES = list(
    dict.fromkeys([*_TEMPLATES, *(way.replace("|", run) for way in _WAYS_IN for run in _RUN)])
)

# What Python's and C's formatting, string.Template and re.sub would expand.
_FORMATS = [
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
# Every conversion of C and Python, with widths, and every way into an object.
FORMATS = [
    *_FORMATS,
    *(f"%{one}" for one in "diouXeEfFgGcraApn"),
    *(f"%{one}" for one in ["#x", "08x", "-20d", "+d", "*d", ".1024f", "1$s", "2$n", "hhn", "lld"]),
    *(f"{{{one}}}" for one in ["1", "name", "amount[0]", "amount:>999999", "amount!s", "0.format"]),
    *(f"{{amount.{one}}}" for one in ["__doc__", "__dict__", "__class__.__mro__", "real.__str__"]),
    "%s" * 50,
    "%n" * 20,
    "{}" * 50,
    "$amount$name",
    "${name}${amount}",
    "%(name)s%(amount)s",
]
EVERYTHING = [*NAUGHTY, *TEMPLATES, *FORMATS]
