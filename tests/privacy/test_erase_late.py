"""What comes of an erased household afterwards, from phones that had not heard of it: no word of it is kept."""

from __future__ import annotations

from sqlalchemy import func, select

from doorknock.commitments.models import Withdrawal
from doorknock.db import db
from tests.hefeng import GRID_A, Hefeng, changed
from tests.privacy.test_erase import WORDS, erased, everything, lived_in
from tests.wire.client import Phone


def test_an_old_phone_does_not_bring_it_back(village: Hefeng) -> None:
    late = village.phone("wang")
    place = {"place_id": village.ids["1001"]}
    village.visit(late, "1001", "met_covered", 1, note="怕狗", commitment={"method": "oral", "signer_name": "水根本人"})
    late.event("place_edit", place | {"nickname": "老王家"}, village.at(2))
    late.event("place_new", place | {"grid": GRID_A, "contact_name": "王水根"}, village.at(3))
    erased(village)
    answer = late.sync()
    assert (answer.head["held"], answer.head["attention"]) == ([[1, 3]], [])
    assert set(answer.head["forget"]) >= {village.ids["1001"], *(e.id for e in late.events.values())}
    left = everything(village)
    assert [word for word in WORDS if word in left] == []
    assert village.figures() == changed(N=11, D=11, visits=1), "the visit was made: it counts, and says no more"
    renewed = late.renewed()[1]
    renewed.refrozen_from(late)
    renewed.sync()
    assert [word for word in WORDS if word in everything(village)] == []
    assert village.figures()["visits"] == 1
    village.stands()


def test_what_voids_a_late_visit_to_an_erased_door_keeps_no_word_in_the_same_batch_or_waiting_before_it(
    village: Hefeng,
) -> None:
    late, other = village.phone("wang"), village.phone("wang")
    first = village.visit(late, "1001", "met_covered", 1, note="怕狗")
    late.event("correction", {"supersedes": first.id, "void": True, "reason": "怕狗，走错了"}, village.at(2))
    second = village.visit(late, "1001", "nobody_home", 3)
    other.event("correction", {"supersedes": second.id, "void": True, "reason": "老王家没人"}, village.at(4))
    assert [each["code"] for each in other.sync().head["attention"]] == ["unknown_visit"]
    erased(village)
    late.sync()
    other.sync()
    left = everything(village)
    assert [word for word in WORDS if word in left] == []
    assert village.figures() == changed(N=11, D=11)
    village.stands()


def test_another_fact_under_its_number_is_not_kept_either(village: Hefeng) -> None:
    phone = lived_in(village)
    erased(village)
    said = phone.facts[1] | {"body": phone.facts[1]["body"] | {"note": "怕狗怕狗"}}
    again = Phone(phone.door, token=phone.token, device_id=phone.device_id)
    again.write(said)
    again.send(list(again.events.values()))
    assert "怕狗" not in everything(village)


def test_a_correction_that_moves_a_visit_to_an_erased_door_takes_its_words_from_the_other(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1, note="怕狗", commitment={"method": "oral"})
    phone.sync()
    village.correct(phone, visit.id, "1001", "met_covered", village.at(2))
    erased(village)
    assert "怕狗" in everything(village), "it still stands at the other door"
    phone.sync()
    assert "怕狗" not in everything(village)
    assert village.figures() == changed(N=11, D=11, visits=1)
    village.stands()


def test_what_took_back_a_promise_that_went_with_an_erased_door_goes_with_it(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1, commitment={"method": "oral"})
    phone.event("commitment_withdrawal", {"commitment_id": visit.id}, village.at(2))
    village.correct(phone, visit.id, "1001", "met_covered", village.at(3))
    erased(village)
    phone.sync()
    with village.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Withdrawal)) == 0
    village.stands()


def test_what_an_erased_door_left_of_a_visit_goes_to_no_phone_when_a_late_correction_moves_it_on(
    village: Hefeng,
) -> None:
    phone, other = village.phone("wang"), village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1, note="怕狗")
    second = village.correct(phone, visit.id, "1001", "met_covered", village.at(2))
    phone.sync()
    other.sync()
    erased(village)
    other.sync()
    assert not {visit.id, second.id} & other.rows("visit").keys()
    village.correct(phone, second.id, "1003", "met_declined", village.at(3))
    phone.sync()
    other.sync()
    assert not {visit.id, second.id} & other.rows("visit").keys()
    assert {row.data["place_id"] for row in other.rows("visit").values()} == {village.ids["1003"]}
    village.stands()
