"""An opt-out is understood in ordinary words of any language, and ordinary words are no opt-out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.data import reply_keywords
from messaging.policies.replies import classify, parse_keywords

KEYWORDS = reply_keywords()

OPT_OUT = """
STOP | stop | Stop. | STOP!!! | stop please | Please stop | pls stop | STOP ALL | stopall | STOPALL. | "stop" | s t o p | S.T.O.P. | ＳＴＯＰ
sto\u200bp | stooop | STPO | stop texting me | Stop sending me these | ok stop | hi, stop | Hello, please stop these texts | no, stop | stop now thanks
can you stop | Can you please stop texting me? | stop it | stop. I already paid | Stop harassing me | STOP!! wrong number | just stop it already
I would like you to please stop sending me all of these text messages | why dont you stop texting me | STOP - John | Stop 🙏
UNSUBSCRIBE | unsubscribe me please | unsubcribe | I want to unsubscribe | opt out | OPT-OUT | optout | Opt me out | I'd like to opt out of these messages
QUIT | END | cancel | Cancel please | CANCEL. | revoke | I revoke my consent | remove | remove me | Remove my number from your list | take me off your list
no more | No more please | I don't want any more of these | take my number off your system | I've asked you three times to stop | go away
no more texts | NO MORE TEXTS PLEASE | leave me alone | Leave me alone!! | don't text | Don't text me | do not text me again | don't contact me anymore
don’t send me messages | I don't want to receive these texts | never contact me again | Cease and desist | please withdraw my consent | don't text me again after this
R | r | R. | 　R　 | Ｒ | T | TD | td。 | N | n | T D | 🛑 | 🚫
退订 | 退订！ | 退 订 | 请退订 | 退订短信 | 我要退订 | 我要退订，谢谢 | 怎么退订 | 回复退订 | 退订了怎么还发 | 為什麼退訂了還發 | 退訂 | 退定 | TD退订 | R退订 | 退订R | 回复R | 回R | 回复TD | tuiding
拒收 | 拒收！ | 请拒收此短信 | 取消 | 取消订阅 | 请取消 | 取消短信提醒 | 停止 | 停止！ | 停止发送 | 请停止给我发短信 停止发 | 不要再发 | 不要再发了 | 不要再给我发短信了
别发了 | 别发了！ | 别再发了 | 别给我发短信 | 不要发短信 | 请不要发短信给我 | 别烦我 | 别再骚扰我 | 不要骚扰我 | 勿扰 | 不想收到短信 | 我不想再收到你们的短信 | 拒绝接收 | 不用再发了 | 不用提醒了 | 你们怎么还不停止发短信
R谢谢 | STOP谢谢 | 不需要这样的短信 | 已还，请勿再发 | 别催了 | 别给老子发了 | 滚 |
 麻烦stop | stop发短信
不要再傳 | 請停止 | 取消訂閱 | 請不要再發短信 | 別煩我
ALTO | PARAR | pare | BAJA | baja por favor | CANCELAR | detener | no mas | No más | NO MÁS MENSAJES | dejen de enviarme mensajes | sair | remover | arrêt | ARRÊTE | Arretez svp
STOP SMS | désabonner | stopp | abmelden bitte | Kündigen | ENDE | basta | annulla | afmelden | koniec | wypisz | band karo | बंद | बंद करो | मत भेजो | berhenti | batal | dừng | DUNG | hủy | từ chối | tu choi
หยุด | ยกเลิก | tigil | 수신거부 | 그만 | 配信停止 | やめて | СТОП | стоп пожалуйста | отписка | إيقاف | الغاء | acha
"""
OTHERS = {
    "other": """
R u there | R you there? | are you there | T is my name | N/A | TDK | Hi R | ok | k | 👍 | 1 | thanks | Thank you | hello | 你好 | 好的 | 谢谢 | 收到 | 知道了 | 嗯
dont stop the reminders | please don't stop | Don't stop texting me | I did not unsubscribe | don't unsubscribe me | 不要退订 | 不想退订 | 我不退订 | 别停止提醒 | 我没要退订
can I stop by the branch tomorrow | Stop by when? | I'll stop at the bank | end of the month | The end of my contract is in May | cancel my direct debit and set it up again with the new card
nonsense | asdf | 今天天气不错 | 怎么还没有扣 | cancel my payment | I quit smoking | The bus stop is here, can I come there? | N/A | 明天还要上班 | 周五还在加班
""",
    "help": """
help | HELP | Help! | info | INFO please | support | ? | ？ | ?? | 帮助 | 客服 | 人工 | 怎么还 | 怎么还款？ | 幫助 | ayuda | aide | hilfe | помощь | how do I pay | How much do I owe? | 多少钱 | who is this? | 如何还款呢
""",
    "opt_in": """
START | start | YES | yes | Yes please | unstop | 恢复 | 订阅 | 继续接收 | 同意 | 恢復 | 訂閱 | oui | sí | 수신동의 | да | 请恢复短信
""",
    "wrong_person": """
wrong number | Wrong person! | You have the wrong number | not me | I don't know this person | This isn't Ana | 打错了 | 发错了吧 | 发错人了 | 我不认识这个人 | 换号了 | 我不是本人 | numero equivocado | 打錯了
""",
    "paid": """
paid | Paid! | I paid | I already paid | already paid | I've paid this | I have paid yesterday | paid 500 yesterday | payment sent | made the payment this morning | 已还 | 还了 | 已还款 | 还清了 | 已經還了 | 我已经还了 | 昨天还了 | 刚还了 | 已還款 | 已经转账了 | 扣款了
""",
    "dispute": """
not my debt | This is not my loan | wrong amount | the amount is wrong | I dispute this | I never borrowed from you | I don't owe you anything | I refuse to pay | 不是我 | 没借过 | 我没借过钱 | 金额不对 | 有异议 | 利息太高 | 金額不對
""",
    "hardship": """
I can't pay | cant pay right now | I lost my job | lost job | I'm ill | in hospital | need more time | I need time | can't afford this | payment plan? | I have no money | no money | 没钱 | 失业了 | 我生病住院了 | 有困难 | 能不能缓缓 | 可以延期吗 | 想分期 | 还不起 | 最近周转不开 | 沒錢 失業 | I can't pay until I get paid
""",
    "promise": """
will pay Friday | I'll pay tomorrow | I will pay on the 15th | pay on 15th | paying on Monday | I get paid on Friday | going to pay tonight | 明天还 | 周五还 | 15号还 | 发工资还 | 下周一还 | 月底还 | 今天晚上还 | 明天就还 | 我会还的 | 等发了工资就还
""",
    "representative": """
talk to my lawyer | contact my attorney | I'm with StepChange | I have an IVA | I filed for bankruptcy | 联系我律师 | 已委托律师 | 我已申请破产
""",
    "times": """
not at work | Don't text me at work | please don't message me before 9 | weekends only | after 6 | only after 6pm | too early! | 晚上别发 | 上班别发 | 晚上不要再发了 | 上班时间不要发短信 | 周末发 | 请晚上再联系 | 不要在上班时间发
""",
    "complaint": """
I will make a complaint | this is harassment | I'm going to the CFPB | ombudsman | 我要投诉 | 举报你们 | 12378 | 这是骚扰 | 投訴
""",
    "risk_to_life": """
I want to kill myself | suicide | I can't go on | end it all | I want to end it | stop or I will kill myself | 不想活了 | 我想自杀 | 活不下去了 | 退订，我不想活了 | 自殺
""",
    "death": """
he passed away | She is deceased | My husband died, he died in May | 他去世了 | 人已过世 | 本人已故 | 她過世了
""",
    "fraud_check": """
is this real | is this a scam? | Scam | how do I know this is you | 是真的吗 | 诈骗吗 | 骗子 | 是真的嗎
""",
}
CASES = [(text, "opt_out") for line in OPT_OUT.split("\n") for text in line.split(" | ")]
CASES += [
    (text, kind)
    for kind, lines in OTHERS.items()
    for line in lines.split("\n")
    for text in line.split(" | ")
]


@pytest.mark.parametrize(("text", "kind"), [case for case in CASES if case[0].strip()])
def test_replies_are_understood(text: str, kind: str) -> None:
    intent = classify(text, KEYWORDS)
    assert intent.kind == kind, intent


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("stop. I already paid", {"opt_out", "paid"}),
        ("STOP!! wrong number", {"opt_out", "wrong_person"}),
        ("Stop harassing me", {"opt_out", "complaint"}),
        ("退订，我不想活了", {"opt_out", "risk_to_life"}),
        ("stop texting me at work", {"opt_out", "times"}),
        ("我已经还了，别再骚扰我", {"opt_out", "paid", "complaint"}),
    ],
)
def test_everything_a_reply_means_is_kept(text: str, kinds: set[str]) -> None:
    intent = classify(text, KEYWORDS)
    assert {intent.kind, *intent.also} == kinds
    assert all(intent.means(kind) for kind in kinds)
    assert not intent.means("help")


@pytest.mark.parametrize(
    "text",
    [
        "I haven't paid",
        "not paid yet",
        "还没还",
        "没还",
        "when I get paid",
        "won't be able to pay you today",
    ],
)
def test_what_is_not_paid_is_not_taken_as_paid_or_promised(text: str) -> None:
    intent = classify(text, KEYWORDS)
    assert not intent.means("paid")


def test_why_tells_how_and_by_which_words() -> None:
    assert classify("STOP.", KEYWORDS).why == "exact: stop"
    assert classify("stop sending me these, my name is Ana", KEYWORDS).why == "first word: stop"
    assert classify("我真的很想退订呀谢谢", KEYWORDS).why == "phrase: 退订"
    assert classify("xyzzy", KEYWORDS).why == "nothing matched"


@pytest.mark.parametrize(
    "text", ["", "   ", "...", "\u200b", "\x00", "😀", "((name))", "{0}", "\ud800"]
)
def test_a_reply_of_nothing_is_other(text: str) -> None:
    assert classify(text, KEYWORDS).kind == "other"


@given(
    st.sampled_from(["STOP", "stop", "退订", "unsubscribe", "TD", "拒收", "退訂"]),
    st.text(st.sampled_from(" .!,。！…\u3000\n\t-\"'"), max_size=5),
    st.text(st.sampled_from(" .!,。！…\u3000\n\t-\"'"), max_size=5),
    st.booleans(),
)
def test_punctuation_width_and_case_never_hide_an_opt_out(
    word: str, before: str, after: str, wide: bool
) -> None:
    if wide:
        word = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in word)
    assert classify(f"{before}{word}{after}", KEYWORDS).kind == "opt_out"
    assert classify(f"{before}{word.swapcase()}{after}", KEYWORDS).kind == "opt_out"


@given(st.text(max_size=60))
def test_a_reply_that_begins_with_stop_is_an_opt_out_whatever_follows(rest: str) -> None:
    if rest.split()[:1] in (["by"], ["at"], ["over"], ["in"]):
        return
    assert classify(f"STOP, 1{rest}", KEYWORDS).means("opt_out")


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    intent = classify(text, KEYWORDS)
    assert intent.kind in {"other", *(words.kind for words in KEYWORDS.intents)}


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ({}, "intents"),
        ({"intents": [{}]}, "without a kind"),
        ({"intents": [{"kind": "a", "exact": "stop"}]}, "a, exact: a list of texts"),
        ({"intents": [{"kind": "a", "exact": ["..."]}]}, "a, exact: a word of nothing"),
        ({"intents": [{"kind": "a", "wordz": []}]}, "a, wordz: not a field"),
        ({"intents": [{"kind": "a", "patterns": ["("]}]}, "a, patterns"),
        ({"traditional": {"from": "訂", "to": ""}, "intents": []}, "traditional"),
    ],
)
def test_a_wrong_word_list_names_the_field(raw: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_keywords(raw)
