"""Addresses of web pages: one way to write each, and no way to write one of a private machine."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.web_addresses import (
    Place,
    is_public,
    name_of,
    next_address,
    place_of,
    written_address,
)
from content_map.errors import Invalid


@pytest.mark.parametrize(
    ("given_as", "written"),
    [
        ("https://example.com", "https://example.com/"),
        (" HTTPS://Example.COM:443/A?b=C#d\n", "https://example.com/A?b=C#d"),
        ("http://example.com:80/", "http://example.com/"),
        ("http://example.com:443/", "http://example.com:443/"),
        ("https://example.com./a/./b/../c/", "https://example.com/a/c/"),
        ("https://example.com/%7Ea%2fb%zz", "https://example.com/%7Ea%2fb%25zz"),
        ("https://example.com/größe?ü=ö", "https://example.com/gr%C3%B6%C3%9Fe?%C3%BC=%C3%B6"),
        ("https://müller.example/", "https://xn--mller-kva.example/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700::1111]/"),
    ],
)
def test_equal_addresses_are_written_alike(given_as: str, written: str) -> None:
    assert written_address(given_as) == written


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST.", "printer", "a.localhost", "nas.local", "wiki.internal", "x.home.arpa"),
        *("127.0.0.1", "127.1", "0", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "10.0.0.08"),
        *("１２７.0.0.1", "①②⑦.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1%25eth0]"),
        *("[64:ff9b::10.0.0.1]", "example.com.1", "0x", "a.0x7f"),
    ],
)
def test_private_machine_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(Invalid, match="private network"):
        written_address(f"http://{host}/")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "example.com",
            "//example.com",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ftp://example.com/",
        ),
        *(
            "http:example.com",
            "http:///a",
            "http://",
            "http://[::1",
            "http://exa mple.com/",
            "http://a\\@b.com/",
        ),
        *("http://user@example.com/", "http://user:secret@example.com/", "http://@example.com/"),
        *("http://example.com:22/", "http://example.com:0/", "http://example.com:99999/", "http://a..b.com/"),
        *(
            "http://-a.example.com/",
            "http://ex%61mple.com/",
            "http://example.com\x00/",
            "http://example.com/\u202ea",
        ),
    ],
)
def test_what_is_no_address_of_a_web_page_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        written_address(address)


def test_address_longer_than_its_bound_is_refused_also_when_writing_makes_it_so() -> None:
    assert len(written_address("https://example.com/" + "a" * 1_980)) == 2_000
    with pytest.raises(Invalid, match="2,000 characters"):
        written_address("https://example.com/" + "a" * 1_981)
    with pytest.raises(Invalid, match="2,000 characters"):
        written_address("https://example.com/" + "ö" * 400)


def test_place_is_what_is_asked_for_without_the_fragment() -> None:
    place = place_of("https://example.com/a?b=c#d")

    assert place == Place("https", "example.com", 443, "/a?b=c")
    assert place.authority == "example.com"
    assert place_of("http://[2606:4700::1111]:443/").authority == "[2606:4700::1111]:443"


def test_redirection_is_read_from_where_it_stands() -> None:
    assert next_address("https://example.com/a/b", "../c") == "https://example.com/c"
    assert next_address("https://example.com/a", "//other.example/") == "https://other.example/"


def test_address_names_a_page_until_its_title_is_known() -> None:
    assert name_of("https://www.example.com/guides/late/?a=b") == "example.com/guides/late"


@given(st.from_regex(r"https?://[a-z0-9.%:@\[\]-]{1,30}(/[ -~]{0,20}){0,3}", fullmatch=True))
def test_writing_an_address_again_changes_nothing(address: str) -> None:
    try:
        written = written_address(address)
    except Invalid:
        return

    assert written_address(written) == written
    assert place_of(written).port in {80, 443}


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        written = written_address(f"http://{text}")
    except Invalid:
        return

    assert written.isascii()


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_is_public_that_python_calls_otherwise(address: ipaddress.IPv4Address) -> None:
    """An independent table: where ours lets a machine through, Python's must as well."""
    if is_public(str(address)) and address not in ipaddress.ip_network("64:ff9b::/96"):
        mapped = getattr(address, "ipv4_mapped", None) or address
        assert mapped.is_global
        assert not mapped.is_multicast
        assert not mapped.is_reserved
