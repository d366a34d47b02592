"""Each check of the process trials sees what was planted for it."""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
import re
from collections.abc import Iterator

import pytest

from tests.faults import batch as batches
from tests.faults import pocket, trial_corpus, trial_kills, trial_portals, trial_repeats, trial_truncation
from tests.faults.batch import Batch
from tests.faults.founding import SQLITE
from tests.faults.road import Spoil
from tests.faults.town import Town, served
from tests.wire.answer import Raw
from tests.wire.client import Phone
from tests.wire.lines import content_digest, sha256

SHOWN = {"held": 2, "waiting": 1, "told": [[1, 2]], "unsent": [3], "revoked": False}


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with served(SQLITE) as found:
        yield found


@pytest.fixture
def phone(town: Town) -> Phone:
    """A phone whose five visits are on the server."""
    found = town.phone()
    town.visits(found, random.Random(5), 5)
    found.sync()
    assert town.whole(found) == []
    return found


def damage(town: Town, statement: str, **values: object) -> None:
    with town.engine.begin() as connection:
        connection.exec_driver_sql(statement, values)


def test_a_visit_that_is_gone_leaves_its_event_half_there(town: Town, phone: Phone) -> None:
    damage(town, "DELETE FROM visit WHERE id = :id", id=phone.events[3].id)
    assert [f"event {phone.events[3].id} is half there" in said for said in town.torn(phone)] == [True]
    assert any("verify" in said for said in town.unsound())


def test_a_line_that_is_gone_leaves_a_visit_of_nobody_and_a_false_receipt(town: Town) -> None:
    batch = Batch(town, random.Random(5), 5).start().join()
    gone = batch.phone.events[5].id
    assert trial_kills.judge(batch) == batch.judge() == []
    damage(town, "DELETE FROM journal WHERE event_id = :id", id=gone)
    said = trial_kills.judge(batch)
    assert [any(part in each for each in said) for part in ("no line in the journal", "not there: [5]")] == [True, True]
    assert batch.judge() == ["told as held and not there: [5]"]
    damage(town, "DELETE FROM visit WHERE id = :id", id=gone)


def test_a_second_answer_that_says_something_else_is_seen(town: Town, phone: Phone) -> None:
    assert phone.last is not None
    other = dataclasses.replace(phone.last, head=phone.last.head | {"held": [[1, 4]]})
    assert trial_repeats.judge(town, phone, [phone.last, phone.last]) == []
    assert len(trial_repeats.judge(town, phone, [phone.last, other])) == 2
    assert len(trial_repeats.judge(town, phone, [phone.last, None])) == 1


def test_a_refusal_without_a_time_to_come_again_is_seen() -> None:
    assert batches.polite(Raw(507, {"retry-after": "60"}, b""), "the batch") == []
    assert len(batches.polite(Raw(507, {}, b""), "the batch")) == 1
    assert len(batches.polite(Raw(500, {"retry-after": "60"}, b""), "the batch")) == 1


def test_what_a_phone_must_not_show_is_seen() -> None:
    assert pocket.judge(SHOWN, SHOWN, [1, 2]) == []
    for after in (
        SHOWN | {"told": [[1, 3]]},
        SHOWN | {"held": 3},
        SHOWN | {"unsent": []},
        SHOWN | {"waiting": 0},
        SHOWN | {"revoked": True},
    ):
        assert len(pocket.judge(SHOWN, after, [1, 2])) == 1


def test_a_true_answer_in_a_portals_place_is_an_acknowledgement(town: Town) -> None:
    with pocket.carried(town) as carried:
        before = carried.save(random.Random(1), 2)
        after = carried.round()
    assert len(trial_portals.acknowledged(before, after)) == 4


def test_a_server_that_no_longer_takes_a_kind_is_seen() -> None:
    corpus = json.loads(trial_corpus.VERSIONS[0].read_text(encoding="utf-8"))
    for request in corpus["requests"]:
        request["text"] = request["text"].replace('"kind":"activity"', '"kind":"festival"')
    said = trial_corpus.tell(corpus, SQLITE)
    assert [any(part in each for each in said) for part in ("unknown_kind", "not in effect")] == [True, True]


@pytest.mark.parametrize("packed", [True, False])
def test_a_cut_answer_is_all_there_from_the_end_of_its_seal_on(packed: bool) -> None:
    text = b'{"held":[[1,2]]}\n{"cursor":{},"seal":"' + b"0f" * 32 + b'"}\n'
    body = gzip.compress(text) if packed else text
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:30], body[30:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + (b"Content-Encoding: gzip\r\n" if packed else b"")
    answer = head + b"\r\n" + chunks
    whole = [trial_truncation.is_all_there(answer[:end]) for end in range(len(answer) + 1)]
    first = whole.index(True)
    assert all(whole[first:])
    assert 8 <= len(answer) - first <= 24, "a few bytes of wrapping, and not one sign of the seal"


def test_a_round_whose_request_was_cut_may_never_count_as_done() -> None:
    answer = b'HTTP/1.1 200 OK\r\n\r\n{}\n{"seal":"' + b"0f" * 32 + b'"}\n'
    assert trial_truncation.may_pass(1, answer)
    assert not trial_truncation.may_pass(2, answer)


def two_of_three(request: bytes) -> bytes:
    """What arrives of a request at a server that takes two of three lines: it answers as one that was sent no more."""
    head, _, body = request.partition(b"\r\n\r\n")
    text = gzip.decompress(body) if b"gzip" in head.lower() else body
    body = b"".join(line + b"\n" for line in text.split(b"\n")[:3])
    named = {b"content-length": b"%d" % len(body), b"content-digest": content_digest(body).encode()}
    for name, value in named.items():
        head = re.sub(rb"(?im)^" + name + rb":[^\r]*", name + b": " + value, head)
    return re.sub(rb"(?im)^content-encoding:[^\r]*\r\n", b"", head) + b"\r\n\r\n" + body


def test_a_server_that_takes_two_lines_of_three_is_seen(town: Town) -> None:
    with pocket.carried(town) as carried:
        found, _ended = pocket.case(carried, random.Random(1), 3, Spoil(request=two_of_three))
        assert "of the batch [1, 2, 3] the journal has [1, 2]" in found
        found, ended = pocket.case(carried, random.Random(1), 3, Spoil(response=lambda data: data[:-40]))
        assert (found, ended) == ([], ("spoilt rounds ended: no_answer", "batches applied whole"))


def test_a_batch_is_in_the_journal_whole_and_in_its_own_bytes_or_not_at_all() -> None:
    held, batch = {1: b"first"}, {2: b"second", 3: b"third"}
    assert pocket.apart(held, held, batch) == pocket.apart(held, held | batch, batch, arrived=True) == []
    for now, arrived, said in (
        (held | {2: b"second"}, False, "of the batch [2, 3] the journal has [2]"),
        (held | batch | {4: b"nobody's"}, False, "the journal has [2, 3, 4]"),
        (held | batch | {3: b"THIRD"}, False, "line 3 is not in the phone's bytes"),
        (held, True, "the journal has []"),
        (batch, False, "line 1, which was held before"),
    ):
        assert [said in each for each in pocket.apart(held, now, batch, arrived=arrived)] == [True]


def test_a_line_under_the_hash_of_another_is_not_in_the_phones_bytes(town: Town) -> None:
    with pocket.carried(town) as carried:
        carried.save(random.Random(1), 1)
        carried.round()
        assert carried.journal() == carried.sent()
        damage(town, "UPDATE journal SET sha = :sha WHERE device_id = :id", sha=sha256(b""), id=carried.twin.device_id)
        assert carried.journal() == {1: b""}


def test_what_is_set_aside_or_waits_after_a_clean_round_is_seen() -> None:
    shown = {"outcome": "ok", "waiting": 0, "attention": 0}
    assert pocket.unsettled(shown) == []
    assert len(pocket.unsettled(shown | {"waiting": 1}) + pocket.unsettled(shown | {"attention": 1})) == 2


def test_a_phone_that_dies_is_a_breach_of_its_case_and_the_next_is_played_on_another() -> None:
    with served(SQLITE) as town, pocket.carried(town) as carried:

        def spoil(seed: int) -> Spoil:
            if seed == 2:
                carried.end()
            return Spoil(response=lambda data: data[:-40])

        met = pocket.play(carried, range(1, 4), spoil, lambda *_: False)
        [said] = town.bad
    assert said.startswith("seed 2 on sqlite: broke off: ")
    assert met["batches applied whole"] == 2


@pytest.mark.parametrize("length", [1193, 1752, trial_truncation.LONGEST])
@pytest.mark.parametrize("way", [0, 1])
def test_every_byte_of_an_exchange_is_cut_behind_both_ways(length: int, way: int) -> None:
    seeds = range(2 - way, trial_truncation.GOAL + 1, 2)
    assert {trial_truncation.place_of(seed, length) for seed in seeds} == set(range(length))
    assert trial_truncation.unreached(length) == []
    assert len(trial_truncation.unreached(trial_truncation.LONGEST + 1)) == 1


def test_an_exchange_too_long_for_every_byte_to_be_tried_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_truncation, "LONGEST", 1000)
    found = trial_truncation.run(1, 3)
    assert found.breaches == 1
    assert "cut behind in no case" in found.notes[0]


def test_what_a_batch_stumbles_over_in_its_thread_is_raised(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = Batch(town, random.Random(5), 1)
    monkeypatch.setattr(batch.phone.door, "once", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        batch.start().join()
