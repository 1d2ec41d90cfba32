"""The sentences of what the desk asks: why in English and Chinese, then what to do instead."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, tuple[str, str, str, str]] = {
    "unknown": (
        "There is no placeholder (({name})).",
        "没有 (({name})) 这个变量。",
        "Known are: {known}",
        "可用的有：{known}",
    ),
    "not_here": (
        "(({name})) has no value, or a wrong one, in a text of this stage.",
        "这一阶段的短信里，(({name})) 没有值，或不属实。",
        "Possible here are: {known}",
        "此处可用：{known}",
    ),
    "brackets": (
        "Double brackets only stand around a placeholder, in small letters: ((amount)).",
        "双括号只用于变量，且须小写，如 ((amount))。",
        "Take them out, or write the placeholder whole.",
        "去掉它，或把变量写完整。",
    ),
    "empty": (
        "There is no text yet.",
        "还没有正文。",
        "Write the text, or begin with a starter.",
        "写下正文，或从范例开始。",
    ),
    "signature_placeholder": (
        "The signature is the same for everybody, so no placeholder can stand in it.",
        "签名对所有人相同，不能含变量。",
        "Take the placeholder out of the signature.",
        "从签名中去掉变量。",
    ),
    "unsafe": (
        "A line break or tab stands here; a carrier may change it.",
        "这里有换行或制表符，运营商可能会改动。",
        "Use a full stop or a space.",
        "改用句号或空格。",
    ),
    "no_signature": (
        "There is no signature: people cannot tell who writes.",
        "没有签名，收信人看不出是谁发来的。",
        "Begin with the lender's real name.",
        "以机构真实名称的签名开头。",
    ),
}
