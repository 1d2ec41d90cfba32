"""The ledger is the ground truth: exact under load, whole after a crash, written by one process."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from collections_site.handset.testing import Handset, ListeningSite, running_handset
from collections_site.handset.tests.conftest import Twilio


def test_every_answered_text_has_one_line_under_load(handset: Handset, twilio: Twilio) -> None:
    phones = [twilio.fresh() for _ in range(300)]

    def send(phone: str) -> tuple[str, str]:
        return phone, twilio.post(To=phone, Body=f"For {phone}").json()["sid"]

    with ThreadPoolExecutor(32) as pool:
        answered = dict(pool.map(send, phones))

    lines = {line["to"]: line for line in handset.texts() if line["to"] in answered}
    assert len([line for line in handset.texts() if line["to"] in answered]) == 300
    assert {to: line["provider_id"] for to, line in lines.items()} == answered
    assert all(line["text"] == f"For {to}" for to, line in lines.items())


def test_a_killed_carrier_comes_back_with_its_phones(tmp_path: Path) -> None:
    with running_handset(tmp_path) as handset:
        twilio = Twilio(handset)
        phone = twilio.fresh()
        sid = twilio.post(To=phone, Body="Before the crash").json()["sid"]
        handset.fault("undelivered")
        lost = twilio.fresh()
        twilio.post(To=lost)
        handset.stop(signal.SIGKILL)

    with running_handset(tmp_path) as handset:
        twilio = Twilio(handset)
        entry = handset.phone(phone)["entries"][0]
        assert (entry["text"], entry["provider_id"]) == ("Before the crash", sid)
        assert handset.phone(lost)["entries"][0]["status"] == "undelivered"
        assert twilio.get(f"/{sid}").json()["body"] == "Before the crash"
        assert handset.idle()["texts"] == 1


def test_a_stop_is_remembered_across_a_restart(tmp_path: Path, site: ListeningSite) -> None:
    with running_handset(tmp_path, public_url=site.url) as handset:
        twilio = Twilio(handset)
        phone = twilio.fresh()
        twilio.post(To=phone)
        handset.reply(phone, "stop")

    with running_handset(tmp_path) as handset:
        assert Twilio(handset).post(To=phone).json()["code"] == 21610


def test_a_half_written_last_line_is_cut_off(tmp_path: Path) -> None:
    with running_handset(tmp_path) as handset:
        Twilio(handset).post(To="+15550000001")
    path = tmp_path / "handset" / "ledger.jsonl"
    with path.open("ab") as file:
        file.write('{"kind": "text", "text": "半'.encode())

    with running_handset(tmp_path) as handset:
        Twilio(handset).post(To="+15550000002")
        assert [line["to"] for line in handset.texts()] == ["+15550000001", "+15550000002"]


def test_two_carriers_never_share_a_ledger(tmp_path: Path) -> None:
    with (
        running_handset(tmp_path),
        pytest.raises(
            RuntimeError, match=r"^Another simulated carrier writes .*; stop it first\.$"
        ),
        running_handset(tmp_path),
    ):
        pass


def test_a_text_keeps_its_characters(handset: Handset, twilio: Twilio) -> None:
    phone, words = twilio.fresh(), '【礼贷】“您好”😀\u2028\n{"a": 1}\\'

    twilio.post(To=phone, Body=words)

    assert [line["text"] for line in handset.texts(phone)] == [words]


def test_the_attempt_is_known_from_the_callback_path(handset: Handset, twilio: Twilio) -> None:
    phone, attempt = twilio.fresh(), "7df31fce-532e-4306-8942-6556ca873299"

    twilio.post(To=phone, StatusCallback=f"{handset.base_url}/nobody/{attempt}/")

    assert [line["reference"] for line in handset.texts(phone)] == [attempt]
