"""Phone numbers as WhatsApp writes them: digits with the country's code, and Brazil's ninth digit.

`phonenumbers` is data and arithmetic: it reads no file but its own modules, a country's when a
number of that country comes first. Importing it takes about 30 ms and 1.5 MB.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

MAX_DIGITS = 13
"""E.164 allows 15, hardly anybody has more than 13, and the digits of a LID are 14 or more."""

_MOST_REMEMBERED = 16_384
"""Judging a number takes longer than all else that is read of a message, and they come again."""
_BRAZIL = "55"
_MOST_BRAZILIAN_DIGITS = 13
_OLD_MOBILE = re.compile(r"(55[1-9][0-9])([6-9][0-9]{7})", re.ASCII)
_NEW_MOBILE = re.compile(r"(55[1-9][0-9])9([6-9][0-9]{7})", re.ASCII)
_MEXICAN_MOBILE = re.compile(r"521([0-9]{10})", re.ASCII)
_NATIONAL = re.compile(r"[0-9]{10,11}", re.ASCII)
_OF_A_PLACE = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
)
"""The kinds of Brazilian numbers that begin with a DDD; a toll-free one does not."""


def canonical(digits: str) -> str:
    """The form in which all writings of one number meet: Brazilian mobiles with the ninth digit.

    WhatsApp keeps many of them without it, as they were when their account was opened. (Migration
    0004 says the same in SQL.)
    """
    old = _OLD_MOBILE.fullmatch(digits)
    return f"{old[1]}9{old[2]}" if old else digits


def other_form(digits: str) -> str | None:
    """A Brazilian mobile with the ninth digit, if it came without it, or without, if with it.

    None for every other number, also for mobiles that never had eight digits: after the ninth
    theirs begin with 5 or less.
    """
    new = _NEW_MOBILE.fullmatch(digits)
    if new:
        return new[1] + new[2]
    return canonical(digits) if _OLD_MOBILE.fullmatch(digits) else None


@lru_cache(_MOST_REMEMBERED)
def readable(digits: str) -> str | None:
    """The digits to use for a number that came in; None when they are no phone number.

    They are left as they came, but for the 55 that Brazilian numbers get that came without it.
    """
    if _is_valid(digits):
        return digits
    if _NATIONAL.fullmatch(digits) and _is_valid(_BRAZIL + digits, kinds=_OF_A_PLACE):
        return _BRAZIL + digits
    return None


@lru_cache(_MOST_REMEMBERED)
def writings(digits: str) -> frozenset[str]:
    """Every way in which a number may have come in: both forms, and each without its 55."""
    forms = {digits, canonical(digits), other_form(digits) or digits}
    abroad = {form.removeprefix(_BRAZIL) for form in forms if form.startswith(_BRAZIL)}
    return frozenset(forms | {form for form in abroad if readable(form) == _BRAZIL + form})


def _is_valid(digits: str, *, kinds: frozenset[int] | None = None) -> bool:
    if len(digits) > MAX_DIGITS or not digits.isascii() or not digits.isdigit():
        return False
    if digits.startswith(_BRAZIL) and len(digits) > _MOST_BRAZILIAN_DIGITS:
        return False
    try:
        number = phonenumbers.parse(f"+{_dialled(digits)}")
    except NumberParseException:
        return False
    kind = phonenumbers.number_type(number)
    return kind != PhoneNumberType.UNKNOWN if kinds is None else kind in kinds


def _dialled(digits: str) -> str:
    """A number as one dials it today: WhatsApp keeps the 1 that Mexican mobiles have lost."""
    mexican = _MEXICAN_MOBILE.fullmatch(digits)
    return f"52{mexican[1]}" if mexican else canonical(digits)
