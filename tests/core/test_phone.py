"""One number in all its writings, and the digits that are no number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretaria.core.phone import canonical, other_form, readable, writings

DDDS = st.sampled_from(["11", "16", "21", "27", "31", "48", "55", "61", "71", "85", "99"])
MOBILES = st.builds(
    lambda ddd, ninth, first, rest: f"55{ddd}{ninth}{first}{rest}",
    DDDS,
    st.sampled_from(["", "9"]),
    st.sampled_from("6789"),
    st.text("0123456789", min_size=7, max_size=7),
)
DIGITS = MOBILES | st.text("0123456789", max_size=20)


@pytest.mark.parametrize(
    ("digits", "form", "other"),
    [
        ("551691234567", "5516991234567", "5516991234567"),
        ("5516991234567", "5516991234567", "551691234567"),
        ("551162345678", "5511962345678", "5511962345678"),
        ("551632123456", "551632123456", None),
        ("5511955550101", "5511955550101", None),
        ("12025550123", "12025550123", None),
        ("16991234567", "16991234567", None),
        ("", "", None),
    ],
)
def test_a_brazilian_mobile_has_two_forms(digits: str, form: str, other: str | None) -> None:
    assert (canonical(digits), other_form(digits)) == (form, other)


@pytest.mark.parametrize(
    ("digits", "used"),
    [
        ("5516991234567", "5516991234567"),
        ("551691234567", "551691234567"),
        ("551632123456", "551632123456"),
        ("16991234567", "5516991234567"),
        ("1691234567", "551691234567"),
        ("1632123456", "551632123456"),
        ("55991234567", "5555991234567"),
        ("12025550123", "12025550123"),
        ("447911123456", "447911123456"),
        ("5215512345678", "5215512345678"),
        ("5491123456789", "5491123456789"),
        ("34912345678", "34912345678"),
        ("8001234567", None),
        ("0000000000000", None),
        ("11111111", None),
        ("5510991234567", None),
        ("551091234567", None),
        ("550091234567", None),
        ("55169912345678", None),
        ("118650024417001", None),
        ("259004417712004", None),
        ("1203630255000101", None),
        ("5516991234567000", None),
        ("٥٥١٦٩٩١٢٣٤٥٦٧", None),
        ("+5516991234567", None),
        ("", None),
    ],
)
def test_what_is_a_number_is_used_as_it_came_and_the_rest_is_none(
    digits: str, used: str | None
) -> None:
    assert readable(digits) == used


def test_a_number_may_have_come_without_its_country() -> None:
    assert writings("5516991234567") == {
        "5516991234567",
        "551691234567",
        "16991234567",
        "1691234567",
    }


def test_a_number_abroad_is_no_writing_of_a_brazilian_one() -> None:
    """Thirty-four is Spain's code, and a DDD of Minas Gerais."""
    assert "34912345678" not in writings("5534912345678")


@given(DIGITS)
def test_the_canonical_form_is_its_own(digits: str) -> None:
    assert canonical(canonical(digits)) == canonical(digits)


@given(DIGITS)
def test_the_other_form_of_the_other_form_is_the_first(digits: str) -> None:
    other = other_form(digits)
    assert other is None or (other != digits and other_form(other) == digits)


@given(MOBILES)
def test_all_writings_of_a_number_meet_in_one_form(digits: str) -> None:
    assert {canonical(readable(each) or each) for each in writings(digits)} == {canonical(digits)}
    assert writings(canonical(digits)) == writings(digits)


@given(DIGITS)
def test_what_is_used_is_what_came_or_has_55_before_it(digits: str) -> None:
    assert readable(digits) in {digits, f"55{digits}", None}


@given(st.text("0123456789", min_size=16, max_size=30))
def test_more_than_fifteen_digits_are_no_number(digits: str) -> None:
    assert readable(digits) is None
