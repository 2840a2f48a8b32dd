"""Each guard refuses its bomb with its own code, and what lies just inside is read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from content_map.extraction import Extract, Limits
from tests.extraction.conftest import Read
from tests.extraction.documents import changed, deck, document, opendocument, part, picture, workbook, zipped

MIB = 1024 * 1024
DOCUMENT = "word/document.xml"
NOTHING = b'<w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>'


def _word(text: bytes) -> bytes:
    return changed(document(lambda _made: None), {DOCUMENT: NOTHING % text})


def assert_refused(extract: Extract, code: str) -> None:
    assert extract.failed
    assert extract.problem is not None
    assert extract.problem.code == code
    assert extract.pages == ()


def test_a_zip_of_too_many_parts_is_refused(read: Read) -> None:
    content = changed(_word(b"x"), {f"extra/{n}": b"" for n in range(30)})

    assert_refused(read(content, limits=Limits(zip_entries=30)), "zip_entries")
    assert not read(content, limits=Limits(zip_entries=60)).failed


def test_a_zip_that_declares_too_much_is_refused(read: Read) -> None:
    content = changed(_word(b"x"), {"media/a.bin": bytes(3 * MIB)})

    assert_refused(read(content, limits=Limits(zip_total_bytes=3 * MIB)), "zip_bomb")
    assert not read(content, limits=Limits(zip_total_bytes=4 * MIB)).failed


def test_a_part_over_the_limit_is_refused(read: Read) -> None:
    words = b"".join(b"%d " % (n * n * 7919) for n in range(200_000))

    assert_refused(read(_word(words), limits=Limits(part_bytes=MIB)), "part_too_big")


def test_a_part_that_declares_less_than_it_unpacks_to_is_still_stopped(read: Read) -> None:
    content = bytearray(_word(b"a" * (2 * MIB)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo(DOCUMENT)
        honest = struct.pack("<II", entry.compress_size, entry.file_size)
    lying = struct.pack("<II", entry.compress_size, 100)

    assert bytes(content).count(honest) == 2  # the part's own header and the directory
    extract = read(bytes(content).replace(honest, lying), limits=Limits(part_bytes=MIB))

    assert_refused(extract, "part_too_big")


def test_a_large_part_packed_beyond_belief_is_refused(read: Read) -> None:
    assert_refused(read(_word(b"a" * (5 * MIB))), "zip_bomb")


def test_a_small_part_may_be_packed_as_tightly_as_it_likes(read: Read) -> None:
    assert read(_word(b"a" * (3 * MIB))).pages[0].text[:5] == "aaaaa"


def test_media_of_any_ratio_are_never_unpacked(read: Read) -> None:
    content = changed(_word(b"Text"), {"word/media/image1.bmp": bytes(20 * MIB)})

    assert read(content).pages[0].text == "Text"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_in_an_office_part_is_refused(read: Read, encoding: str) -> None:
    xml = '<!DOCTYPE d [<!ENTITY e "XE_SUCCESSFUL">]><w:document xmlns:w="urn:w"><w:body>&e;</w:body></w:document>'

    assert_refused(read(changed(_word(b"x"), {DOCUMENT: xml.encode(encoding)})), "xml_dtd")


def test_a_document_type_is_refused_in_every_part_that_is_read(read: Read) -> None:
    bad = b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>'
    slide = deck(lambda made: made.slides.add_slide(made.slide_layouts[0]))

    assert_refused(read(changed(workbook({"S": [["a"]]}), {"xl/sharedStrings.xml": bad})), "xml_dtd")
    assert_refused(read(changed(slide, {"ppt/slides/slide1.xml": bad})), "xml_dtd")
    assert_refused(read(changed(slide, {"[Content_Types].xml": bad})), "xml_dtd")
    assert_refused(read(changed(opendocument("text", "<office:text/>"), {"content.xml": bad})), "xml_dtd")


def test_an_entity_in_an_svg_is_refused(read: Read) -> None:
    svg = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'

    assert_refused(read(svg), "xml_dtd")


def test_xml_nested_too_deep_is_refused(read: Read) -> None:
    deep = b"<w:sdt>" * 400 + b"</w:sdt>" * 400
    content = changed(
        _word(b"x"), {DOCUMENT: b'<w:document xmlns:w="urn:w"><w:body>%s</w:body></w:document>' % deep}
    )

    assert_refused(read(content), "nesting")


def test_a_lone_cell_far_out_is_refused_before_the_parser_sees_it(read: Read) -> None:
    made = workbook({"S": [["a"]]})
    name = "xl/worksheets/sheet1.xml"
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = changed(made, {name: part(made, name).replace(b"</sheetData>", far)})

    assert_refused(read(content), "sheet_grid")


def test_a_dimension_that_claims_too_much_is_refused(read: Read) -> None:
    made = workbook({"S": [["a"]]})
    name = "xl/worksheets/sheet1.xml"
    content = changed(made, {name: part(made, name).replace(b'ref="A1"', b'ref="A1:XFD1048576"')})

    assert_refused(read(content), "sheet_grid")


def test_a_picture_of_too_many_pixels_is_refused_unseen(read: Read) -> None:
    assert_refused(read(picture(100, 101), limits=Limits(image_pixels=10_000)), "image_pixels")
    assert not read(picture(100, 100), limits=Limits(image_pixels=10_000)).failed


def test_a_picture_that_only_claims_to_be_huge_is_refused(read: Read) -> None:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))

    assert_refused(read(b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IEND\xaeB`\x82"), "image_pixels")


def test_messages_within_messages_without_end_are_refused(read: Read) -> None:
    nested = b"From: a\r\nSubject: s\r\nContent-Type: message/rfc822\r\n\r\n" * 1_000

    assert_refused(read(nested + b"text"), "mime_depth")


def test_an_encrypted_office_file_is_named_so(read: Read) -> None:
    assert_refused(read(_compound("EncryptedPackage")), "encrypted")


def test_an_archive_is_never_opened_and_says_to_unpack_it(read: Read) -> None:
    extract = read(zipped({"inner.zip": zipped({"a.txt": b"a"})}))

    assert_refused(extract, "unsupported")
    assert extract.problem is not None
    assert "Unpack it" in extract.problem.sentence


def test_a_picture_that_only_phones_write_says_how_to_save_it(read: Read) -> None:
    extract = read(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + bytes(64))

    assert_refused(extract, "unsupported")
    assert extract.problem is not None
    assert "Save it as JPEG or PNG" in extract.problem.sentence


def test_a_file_of_no_bytes_says_so(read: Read) -> None:
    assert_refused(read(b""), "empty")


def test_a_document_over_the_size_limit_is_ready_unread(read: Read) -> None:
    extract = read(b"word " * 1_000, limits=Limits(document_bytes=4_999))

    assert not extract.failed
    assert extract.problem is not None
    assert extract.problem.code == "too_large"
    assert extract.pages == ()


def _compound(stream: str) -> bytes:
    """The least OLE file with one stream's name: header, one table sector, one directory sector ([MS-CFB])."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    sectors = struct.pack("<128I", table, end, *[free] * 126)

    def entry(name: str, kind: int) -> bytes:
        encoded = name.encode("utf-16-le")
        return encoded.ljust(64, b"\0") + struct.pack("<HB", len(encoded) + 2, kind) + bytes(61)

    return header + sectors + entry("Root Entry", 5) + entry(stream, 2) + bytes(256)
