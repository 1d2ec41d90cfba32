"""The sentences of the checks of form: why in English and Chinese, then what to do instead."""

from __future__ import annotations

from collections.abc import Mapping

from messaging.policies.checks_finding import Finding, Reason, Severity

REASONS: Mapping[str, tuple[str, str, str, str]] = {
    "invisible": (
        "An invisible character ({code}) stands here. It can hide words and makes the text dearer.",
        "这里有不可见字符（{code}），可能藏字，也会增加费用。",
        "Delete it: type the word anew.",
        "删除后重新输入。",
    ),
    "mixed_scripts": (
        "Letters of two alphabets stand in one word; some only look alike.",
        "同一个词里混用了两种字母，有些只是看着相像。",
        "Type the word anew in one alphabet.",
        "用同一种字母重新输入。",
    ),
    "other_script": (
        "This word is in an alphabet that these checks do not read.",
        "这个词用了本检查读不懂的字母。",
        "Write it in the letters of the text's own language, or say who has read it.",
        "改用本文语言的字母，或说明由谁读过。",
    ),
    "unread_language": (
        "These checks do not read this language: nobody has looked for harsh words. Who has read it?",
        "本检查读不懂这种语言，没有查过严厉措辞。由谁读过？",
        "Name who reads the language and found the text kind.",
        "写明由哪位懂这种语言的人读过并认为措辞友善。",
    ),
    "over_limit": (
        "Longer than {limit} characters: no carrier takes it, and nothing else in it was looked at.",
        "超过{limit}个字符：没有运营商会发送，其余内容未检查。",
        "Say it much shorter.",
        "大幅缩短。",
    ),
    "jargon": (
        "A word of the trade that many people do not know.",
        "行业用语，很多人看不懂。",
        "Say it plainly: {plain}",
        "换成大白话：{plain}",
    ),
    "capitals": (
        "{share} % of the letters are capitals: it reads as shouting.",
        "大写字母占{share}%，读来像在喊叫。",
        "Write words in lower case.",
        "改用小写。",
    ),
    "exclamations": (
        "{count} exclamation or question marks: one is enough.",
        "有{count}个感叹号或问号，一个就够了。",
        "Use a full stop.",
        "改用句号。",
    ),
    "harsh_emoji": (
        "This picture threatens or imitates an authority.",
        "这个图形带有威胁意味，或像是有关机关。",
        "Leave it out.",
        "去掉它。",
    ),
    "emoji": (
        "A picture makes every part of the text shorter, and some phones show a box instead.",
        "表情会缩短每条短信的容量，有些手机无法显示。",
        "Leave it out.",
        "去掉它。",
    ),
    "shortener": (
        "{host} hides where the link leads; readers and carriers take it for fraud.",
        "{host}是短链接，看不出去向，容易被当成诈骗。",
        "Name the app, or the lender's own address.",
        "改写为官方APP或机构自己的网址。",
    ),
    "strange_link": (
        "This link leads to a bare number or a disguised address.",
        "这个链接指向数字地址或伪装的网址。",
        "Name the app, or the lender's own address.",
        "改写为官方APP或机构自己的网址。",
    ),
    "link": (
        "A link, to {host}: is it the lender's own, and registered where the carrier asks for it?",
        "含有指向{host}的链接：须为机构自有网址，并按运营商要求报备。",
        "Name the app instead where you can.",
        "尽量改为写明APP名称。",
    ),
    "parts": (
        "Usually {parts} parts ({units} characters); each is billed.",
        "通常为{parts}条（{units}个字符），逐条计费。",
        "Say it shorter.",
        "写得再短一些。",
    ),
    "wide_characters": (
        "These characters make every part hold 70 instead of 160: {signs}{more_en}",
        "以下字符使每条容量由160降为70：{signs}{more_zh}",
        "Use plain quotes, hyphens and currency letters.",
        "改用普通引号、连字符和货币字母。",
    ),
    "long_sentence": (
        "A sentence of {size}; up to {limit} is easy to read.",
        "这句长{size}，不超过{limit}更易读。",
        "Make two sentences of it.",
        "分成两句。",
    ),
    "second_signature": (
        "【 stands in the text beside the signature.",
        "签名之外，正文里又有【。",
        "Leave the brackets out of the text.",
        "正文中不用【】。",
    ),
    "signature_brackets": (
        "The signature must be 【name】 and nothing else: gateways refuse others.",
        "签名须写成【机构名】，否则网关会拒收。",
        "Write 【name】.",
        "写成【机构名】。",
    ),
    "signature_length": (
        "The name in the signature has {length} characters; gateways take 2 to 16.",
        "签名内有{length}个字，网关只接受2至16个字。",
        "Use the registered short name.",
        "使用已登记的简称。",
    ),
    "body_brackets": (
        "【】 may only stand around the signature.",
        "【】只能用于签名。",
        "Use other brackets, or none.",
        "改用其他括号，或不用。",
    ),
    "gateway_sign": (
        "Gateways refuse the sign {sign}.",
        "网关不接受符号{sign}。",
        "Write it in words: 元.",
        "用文字代替，如“元”。",
    ),
    "all_variable": (
        "Only placeholders, and no words between them; gateways refuse such templates.",
        "全是变量，没有固定文字，网关不接受这样的模板。",
        "Say in words what it is about.",
        "用文字写明事由。",
    ),
    "placeholders_beside": (
        "Two placeholders stand side by side; gateways refuse such templates.",
        "两个变量紧挨着，网关不接受这样的模板。",
        "Put a word between them.",
        "在两者之间加上文字。",
    ),
    "too_long": (
        "Longer than the {limit} characters that gateways take.",
        "超过网关允许的{limit}个字符。",
        "Say it shorter.",
        "写得再短一些。",
    ),
    "worst_parts": (
        "With the longest name and amount it becomes {parts} parts ({units} characters); as usual, {usual}.",
        "姓名和金额最长时为{parts}条（{units}个字符）；通常为{usual}条。",
        "Say it shorter, or leave a value out.",
        "写得再短一些，或少用一个变量。",
    ),
    "worst_encoding": (
        "A name or amount in another script makes it {parts} parts instead of {usual}.",
        "遇到其他文字的姓名或金额时，由{usual}条变为{parts}条。",
        "Leave some room, or leave the name out.",
        "留些余量，或不写姓名。",
    ),
    "worst_gap": (
        "Without the {name_en} it would read “{shown}”.",
        "缺少{name_zh}时会显示为“{shown}”。",
        "Word it so that it can be read without.",
        "换一种没有它也通顺的写法。",
    ),
}


def told(rule: str, severity: Severity, text: str, start: int, end: int, **said: object) -> Finding:
    """A finding of form on a stretch of `text`, with the sentences of its rule."""
    reason = Reason(*(part.format(**said) for part in REASONS[rule]))
    return Finding(f"form.{rule}", "form", severity, start, end, text[start:end], reason)
