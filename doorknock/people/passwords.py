"""Which password somebody may choose: long enough, and none that is guessed first. Nothing else is asked of it."""

from __future__ import annotations

from functools import cache

from doorknock.errors import Refused
from doorknock.people.models import Person
from doorknock.words import _

SHORTEST, LONGEST = 8, 200
_HERE = """
password password1 password12 password123 passw0rd p@ssw0rd p@ssword qwertyui qwerty12 qwerty123 qwertyuiop
1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz@wsx qazwsxedc zaq12wsx asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123
abc12345 abc123456 abcd1234 abcdefgh abcdefg1 a1234567 a12345678 a123456789 aa123456 aa12345678 q1234567 qq123456
qq123456789 woaini1314 woaini520 woaini123 wozhidao iloveyou iloveyou1 5201314520 1314520520 woaiwojia woaizhongguo
zhongguo china123 admin123 admin888 admin1234 administrator root1234 letmein1 welcome1 welcome123 changeme
12345678 123456789 1234567890 12345678910 123456781 01234567 012345678 0123456789 87654321 987654321 9876543210
11223344 1122334455 12341234 12344321 123123123 123321123 123454321 123456654321 112233445566 147258369 159357258
1234qwer 123qwe123 123qweasd 123456aa 123456qq 123456abc 12345678a 123456789a superman football baseball sunshine
princess dragon123 monkey123 master123 shadow123 trustno1 starwars computer doorknock qiaomen123 qiaomenxingdong
fanzha123 fanzha96110 96110961 9611096110 11096110 96110110
"""
"""What is tried first by who guesses in this country and at this product; the world's list knows it too little."""


@cache
def common() -> frozenset[str]:
    """Some 30,000 passwords that are tried first, from zxcvbn's list and ours, in small letters."""
    # Read when somebody first chooses a password: every other process is spared the list.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"]) | frozenset(_HERE.split())


def choose(person: Person, new: str, again: str) -> None:
    """Take the new password as the person's own; Refused where it is too easy or was typed differently."""
    plain = new.strip().lower()
    if new != again:
        raise Refused(_("两次输的不一样，请再输一次。"))
    if len(new) < SHORTEST or len(new) > LONGEST:
        raise Refused(_("新密码要 8 个字符以上。"))
    if plain in common() or len(set(plain)) < 4 or person.username.lower() in plain:
        raise Refused(_("这个密码太容易猜，请换一个。三四个不相干的词连起来就很好。"))
    if person.knows(new):
        raise Refused(_("新密码和现在的一样，请换一个。"))
    person.set_password(new)
    person.must_change, person.single_use, person.temporary_until = False, False, None
