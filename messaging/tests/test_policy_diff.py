"""What a reviewer sees as changed."""

from hypothesis import given
from hypothesis import strategies as st

from messaging.policies.diff import Piece, compare

texts = st.text(alphabet="请立即还款，以免影响。如有困难可回复1 pay now ((amount))", max_size=60)


def test_only_the_rewritten_phrase_is_marked() -> None:
    old = "【云杉】((salutation))，本期((amount))已到期。请立即还款，以免影响。退订回复R"
    new = "【云杉】((salutation))，本期((amount))已到期。如有困难可回复1协商还款；退订回复R"
    assert compare(old, new) == [
        Piece("same", "【云杉】((salutation))，本期((amount))已到期。"),
        Piece("removed", "请立即还款，以免影响。"),
        Piece("added", "如有困难可回复1协商还款；"),
        Piece("same", "退订回复R"),
    ]


def test_latin_is_compared_by_word_and_a_placeholder_is_never_cut() -> None:
    assert compare("Pay ((amount)) today", "Pay ((reference)) today") == [
        Piece("same", "Pay "),
        Piece("removed", "((amount))"),
        Piece("added", "((reference))"),
        Piece("same", " today"),
    ]


def test_an_added_sentence_is_marked_from_its_first_character() -> None:
    assert compare("到期。如已还款请忽略。", "到期。如有困难请回复1。如已还款请忽略。") == [
        Piece("same", "到期。"),
        Piece("added", "如有困难请回复1。"),
        Piece("same", "如已还款请忽略。"),
    ]


def test_the_same_text_has_no_changes() -> None:
    assert compare("你好", "你好") == [Piece("same", "你好")]


@given(texts, texts)
def test_both_texts_can_be_read_out_of_the_pieces(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert all(piece.text for piece in pieces)
