"""Each check of the process trials sees what was planted for it."""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
from collections.abc import Iterator

import pytest

from tests.faults import batch as batches
from tests.faults import pocket, trial_corpus, trial_kills, trial_portals, trial_repeats, trial_truncation
from tests.faults.batch import Batch
from tests.faults.founding import SQLITE
from tests.faults.town import Town, served
from tests.wire.answer import Raw
from tests.wire.client import Phone

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
