"""XML parsed without entities, document types, network or boundless depth, and small ways to walk it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content_map.extraction.problem import Code, refuse

_DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
)


def parse_xml(content: bytes) -> etree._Element:
    """Parse one part, mending small damage; raises Refusal (xml_dtd, nesting, corrupt)."""
    refuse_declarations(content)
    try:
        root = etree.fromstring(content, _parser(recover=False))
    except etree.XMLSyntaxError as fault:
        if "depth" in str(fault).lower():
            raise refuse(Code.NESTING) from fault
        root = _mended(content)
    # An encoding that hides the words from the search above (UTF-7, EBCDIC) does not hide them from the parser.
    if root.getroottree().docinfo.internalDTD is not None:
        raise refuse(Code.XML_DTD)
    return root


def refuse_declarations(content: bytes) -> None:
    """Raises Refusal (xml_dtd) when a part declares a document type or an entity, in any encoding."""
    if any(word in content for word in _DECLARATIONS):
        raise refuse(Code.XML_DTD)


def _mended(content: bytes) -> etree._Element:
    try:
        root: etree._Element | None = etree.fromstring(content, _parser(recover=True))
    except etree.XMLSyntaxError as fault:
        raise refuse(Code.CORRUPT) from fault
    if root is None:
        raise refuse(Code.CORRUPT)
    return root


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def local(element: etree._Element) -> str:
    """Name without its namespace: transitional and strict Office files differ only in that."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """Value of the attribute with this local name, whatever its namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Children with alternatives decided: of `AlternateContent` only the first branch is given."""
    for child in element:
        if local(child) == "AlternateContent":
            branch = next(iter(child), None)
            if branch is not None:
                yield from children(branch)
        else:
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    """First child with this local name."""
    return next((found for found in children(element) if local(found) == name), None)


def descendants(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """All elements below with one of these local names, in document order, alternatives decided."""
    for found in children(element):
        if local(found) in names:
            yield found
        yield from descendants(found, *names)
