"""What the sweep leaves of a line that never took effect: no word, but the link of a family that stands."""

from __future__ import annotations

from datetime import timedelta

from doorknock import clock
from tests.hefeng import Hefeng, changed
from tests.privacy.test_erase import everything
from tests.wire.client import Phone
from tests.wire.lines import Event, Json


def corrected(village: Hefeng, phone: Phone, target: str, minutes: float, **said: str) -> Event:
    body: Json = {"supersedes": target, "place_id": village.ids["1001"]}
    return phone.event("correction", body | said, village.at(minutes))


def test_a_correction_of_one_that_could_not_be_taken_stays_in_its_family(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1)
    lost = corrected(village, phone, visit.id, 2, note="怕狗")  # without an outcome
    corrected(village, phone, lost.id, 3, outcome="nobody_home")
    corrected(village, phone, "老王家", 4, outcome="nobody_home")
    phone.sync()
    assert phone.attention == [(4, "bad_body")]
    assert village.figures() == changed(attempted=1, visits=1)
    with clock.pinned(clock.now() + timedelta(days=200)):
        assert village.flask("privacy", "sweep", "--json")["leaving"]["journal"] == 2
        assert [word for word in ("怕狗", "老王家") if word in everything(village)] == []
        assert village.figures() == changed(attempted=1, visits=1)
        village.stands()
