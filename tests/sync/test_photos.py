"""Photos in the office: only for who may see a door's names, only as pictures, and plain words for what never came."""

from __future__ import annotations

import hashlib

from tests.hefeng import Hefeng, plain

PHOTO = b"\xff\xd8\xff\xe0 a photo of a door plate"
SHA = hashlib.sha256(PHOTO).hexdigest()


def taken(village: Hefeng, *photos: str) -> tuple[str, str]:
    """A visit of 王建国 with photos, synced; its id and the door's."""
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1, photos=list(photos))
    phone.sync()
    for sha in photos:
        if sha == SHA:
            assert phone.door.request("PUT", f"/api/v1/blobs/{sha}", PHOTO, **phone.bearer).status == 204
    return visit.id, village.ids["1001"]


def test_the_town_sees_the_visit_and_not_its_photos(village: Hefeng) -> None:
    visit, place = taken(village, SHA)
    for person in ("tang", "gao", "xu", "lin"):
        village.office(person).get(f"/office/photos/of/{visit}", status=403)
        village.office(person).get(f"/office/photos/{visit}/{SHA}", status=403)
    assert f"/office/photos/of/{visit}" not in village.office("tang").get(f"/office/visits/of/{place}")


def test_the_village_sees_them_small_in_the_history_and_each_as_a_picture_only(village: Hefeng) -> None:
    visit, place = taken(village, SHA)
    chen = village.office("chen")
    assert f'hx-get="/office/photos/of/{visit}"' in chen.get(f"/office/visits/of/{place}")
    assert f'src="/office/photos/{visit}/{SHA}"' in chen.get(f"/office/photos/of/{visit}")
    answer = chen.client.get(f"/office/photos/{visit}/{SHA}")
    assert (answer.data, answer.mimetype) == (PHOTO, "image/jpeg")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_what_is_no_picture_or_of_another_visit_is_not_served(village: Hefeng) -> None:
    page = b"<script>alert(1)</script>"
    sha = hashlib.sha256(page).hexdigest()
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1, photos=[sha])
    other = village.visit(phone, "1002", "met_covered", 2)
    phone.sync()
    assert phone.door.request("PUT", f"/api/v1/blobs/{sha}", page, **phone.bearer).status == 204
    chen = village.office("chen")
    chen.get(f"/office/photos/{visit.id}/{sha}", status=404)
    chen.get(f"/office/photos/{other.id}/{sha}", status=404)


def test_a_photo_that_never_came_says_why(village: Hefeng) -> None:
    waits, gone = "ab" * 32, "cd" * 32
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1, photos=[waits, gone])
    phone.event("photo_lost", {"sha256": gone})
    phone.sync()
    assert plain(village.office("chen").get(f"/office/photos/of/{visit.id}")) == "还没传到 手机里没有了"


def test_a_phone_that_renewed_its_enrolment_is_still_asked_for_its_photos(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1, photos=[SHA])
    phone.sync()
    _, successor = phone.renewed()
    successor.refrozen_from(phone)
    assert successor.sync().head["blobs_wanted"] == [SHA]
    assert successor.door.request("PUT", f"/api/v1/blobs/{SHA}", PHOTO, **successor.bearer).status == 204
    assert successor.sync().head["blobs_wanted"] == []
    page = village.office("chen").get(f"/office/photos/of/{visit.id}")
    assert f'src="/office/photos/{visit.id}/{SHA}"' in page


def test_a_phone_that_renewed_its_enrolment_is_not_asked_again_for_what_it_said_is_lost(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1, photos=[SHA])
    phone.event("photo_lost", {"sha256": SHA}, village.at(2))
    assert phone.sync().head["blobs_wanted"] == []
    _, successor = phone.renewed()
    successor.refrozen_from(phone)
    assert successor.sync().head["blobs_wanted"] == []
    village.stands()
