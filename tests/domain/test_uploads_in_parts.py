"""Cutting files into parts: nothing lost, nothing twice, never over what S3 takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.part_links import is_genuine, sign
from content_map.domain.uploads import part_bytes_for, part_count, part_size

MIB = 1024 * 1024
sizes = st.integers(1, 5 * 1024 * 1024 * MIB)


@given(sizes)
def test_parts_make_up_the_file(size_bytes: int) -> None:
    part_bytes = part_bytes_for(size_bytes)
    count = part_count(size_bytes, part_bytes)

    assert 1 <= count <= 10_000
    assert part_bytes >= 8 * MIB
    assert (count - 1) * part_bytes + part_size(size_bytes, part_bytes, count) == size_bytes
    assert 1 <= part_size(size_bytes, part_bytes, count) <= part_bytes
    assert part_size(size_bytes, part_bytes, count + 1) <= 0


def test_a_part_has_eight_mebibytes_unless_there_would_be_too_many() -> None:
    assert part_bytes_for(5 * 1024 * MIB) == 8 * MIB  # 640 parts
    assert part_bytes_for(80_000 * MIB) == 8 * MIB  # 10,000 parts
    assert part_bytes_for(80_000 * MIB + 1) == 9 * MIB


def test_an_address_is_signed_for_one_part_of_one_upload_until_one_moment() -> None:
    signature = sign("secret", "a1", 2, 1_000)

    assert is_genuine("secret", "a1", 2, 1_000, signature)
    assert not is_genuine("other", "a1", 2, 1_000, signature)
    assert not is_genuine("secret", "a2", 2, 1_000, signature)
    assert not is_genuine("secret", "a1", 21, 1_000, signature)
    assert not is_genuine("secret", "a1", 2, 1_001, signature)
    assert not is_genuine("secret", "a1", 2, 1_000, "é")
