"""Counting sees copies of doors: they can neither be changed nor asked for what they do not have."""

from __future__ import annotations

import pytest

from doorknock import changes
from doorknock.db import db
from doorknock.places import models
from doorknock.places.models import Place
from doorknock.web import commit
from tests.hefeng import Hefeng

pytestmark = pytest.mark.db
COUNTY = "990102"


def test_a_copy_can_not_be_changed_nor_asked_for_more(village: Hefeng) -> None:
    with village.app.app_context():
        [copy] = models.counted(COUNTY, [village.ids["1001"]])
        with pytest.raises(AttributeError, match="status of a SeenPlace"):
            copy.status = "wrong"
        with pytest.raises(AttributeError, match="contact_name"):
            assert copy.contact_name is None
        assert copy.status == "active"


def test_a_door_that_is_closed_by_its_copy_is_closed_and_the_copy_knows(village: Hefeng) -> None:
    door = village.ids["1001"]
    for closed in (True, False):
        with village.app.app_context():
            [copy] = models.counted(COUNTY, [door])
            changes.lock([copy.grid])
            models.close(copy, closed=closed)
            assert copy.do_not_return is closed
            commit()
            assert db.session.query(Place).filter_by(id=door).one().do_not_return is closed
        assert village.phone("wang").rows("place")[door].data["do_not_return"] is closed
