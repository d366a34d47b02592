"""What people write on paper for a door is understood, and what may mean two doors is asked about."""

from __future__ import annotations

import pytest

from doorknock.places.finding import Doors, numeral
from doorknock.regions.models import region
from tests.hefeng import VILLAGE, Hefeng
from tests.wire.roster import HEFENG, Household


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("一组", 1),
        ("第十二村民小组", 12),
        ("二十组", 20),
        ("二十一组", 21),
        ("3组", 3),
        ("第１２组", 12),
        ("王家组", 0),
    ],
)
def test_the_number_in_a_groups_name_is_read(name: str, number: int) -> None:
    assert numeral(name) == number


def test_two_doors_of_one_name_are_both_told(village: Hefeng) -> None:
    village.import_roster([*HEFENG, Household("A2", "1098", "二组9号", "王水根", 2, "", "住户", "")])
    with village.app.app_context():
        doors = Doors(region(VILLAGE), names=True)
        assert [doors.label(p) for p in doors.meant("王水根")] == ["一组1号", "二组9号"]
        assert [doors.said(p) for p in doors.meant("2-9")] == ["二组9号 王水根"]
        assert doors.meant("") == doors.meant("不存在") == []


def test_who_sees_no_names_finds_none_by_name(village: Hefeng) -> None:
    with village.app.app_context():
        doors = Doors(region(VILLAGE), names=False)
        assert doors.meant("王水根") == []
        assert [doors.said(p) for p in doors.meant("1001")] == ["一组1号"]
