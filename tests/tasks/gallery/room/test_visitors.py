"""Who a visitor is cannot be chosen by a header, and is not told to anybody."""

import pytest
from starlette.datastructures import Headers

from tasks.gallery.room.visitors import Visitor, address_of, session_of

PEER = "203.0.113.9"


def forwarded(*values: str) -> Headers:
    return Headers(raw=[(b"x-forwarded-for", value.encode()) for value in values])


@pytest.mark.parametrize(
    ("header", "trusted", "address"),
    [
        ("198.51.100.7", 0, PEER),
        ("198.51.100.7", 1, "198.51.100.7"),
        ("made up, 198.51.100.7", 1, "198.51.100.7"),
        ("made up, 198.51.100.7, 10.0.0.1", 2, "198.51.100.7"),
        ("198.51.100.7", 2, PEER),
        ("", 1, PEER),
        ("198.51.100.7:4711", 1, "198.51.100.7"),
        ("[2001:db8:1:2:3:4:5:6]:4711", 1, "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", 1, "2001:db8:1:2::"),
        ("::ffff:198.51.100.7", 1, "198.51.100.7"),
        ("unknown", 1, "unknown"),
    ],
)
def test_only_what_a_trusted_proxy_has_added_counts(header: str, trusted: int, address: str) -> None:
    assert address_of(forwarded(header), PEER, trusted) == address


def test_a_header_that_is_sent_several_times_is_one_list() -> None:
    assert address_of(forwarded("made up", "198.51.100.7, 10.0.0.1"), PEER, 2) == "198.51.100.7"


def test_addresses_of_one_household_are_one_and_of_two_are_two() -> None:
    first, second, other = (
        address_of(forwarded(), peer, 0) for peer in ("2001:db8::1", "2001:db8::2:1", "2001:db8:0:1::1")
    )
    assert first == second != other


def test_people_behind_one_address_are_told_apart_by_page_and_programs_by_key() -> None:
    shared = {"authorization": "Basic dGVhbTpwYXNzd29yZA=="}
    assert len({session_of(shared, page) for page in ("one", "two")}) == 2
    keys = [session_of({"authorization": f"Bearer hf_{name}"}, None) for name in ("a", "a", "b")]
    assert keys[0] == keys[1] != keys[2]
    assert session_of({}, None) == ""


def test_nothing_that_is_written_has_an_address_or_a_key() -> None:
    visitor = Visitor("198.51.100.7", session_of({"authorization": "Bearer hf_secret"}, None))
    assert "198.51" not in repr(visitor) + visitor.name and "secret" not in repr(visitor) + visitor.session
    assert visitor.name != Visitor("198.51.100.8", visitor.session).name
