"""The OpenAPI document as a person reads it: calls by noun, with what they take and answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter or a field; `where` is path, query, header or body."""

    name: str
    where: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Call:
    """A method at an address."""

    method: str
    path: str
    summary: str
    media_type: str | None
    takes: Sequence[Part]
    answers: Sequence[tuple[str, str]]  # status, and the schema's name or what it means


@dataclass(frozen=True, slots=True)
class Chapter:
    """A noun's calls."""

    noun: str
    about: str
    calls: Sequence[Call]


@dataclass(frozen=True, slots=True)
class Thing:
    """An object that calls take or answer with."""

    name: str
    fields: Sequence[Part]


def things(document: Node) -> list[Thing]:
    """List the objects by name."""
    schemas = document["components"]["schemas"]
    return [Thing(name, list(_fields(document, schemas[name]))) for name in sorted(schemas)]


def chapters(document: Node) -> list[Chapter]:
    """Sort the document's calls by noun, in the order of the document."""
    calls: dict[str, list[Call]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                noun = item[method]["tags"][0]
                calls.setdefault(noun, []).append(_call(document, path, method, item))
    about = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    return [Chapter(noun, about.get(noun, ""), found) for noun, found in sorted(calls.items())]


def _call(document: Node, path: str, method: str, item: Node) -> Call:
    operation = item[method]
    named = [*item.get("parameters", ()), *operation.get("parameters", ())]
    body = _follow(document, operation.get("requestBody", {})).get("content", {})
    takes = [_parameter(_follow(document, each)) for each in named]
    for content in body.values():
        takes += _fields(document, content["schema"])
    answers = [
        (status, _answer(document, response))
        for status, response in operation["responses"].items()
        if status != "default"
    ]
    return Call(
        method.upper(), path, operation.get("summary", ""), next(iter(body), None), takes, sorted(answers)
    )


def _parameter(node: Node) -> Part:
    schema = node.get("schema", {})
    return Part(
        node["name"], node["in"], _kind(schema), node.get("required", False), node.get("description", "")
    )


def _fields(document: Node, schema: Node) -> Iterator[Part]:
    found = _follow(document, schema)
    for name, field in found.get("properties", {}).items():
        yield Part(
            name, "body", _kind(field), name in found.get("required", ()), field.get("description", "")
        )


def _answer(document: Node, response: Node) -> str:
    content = _follow(document, response).get("content", {})
    for media_type, described in content.items():
        return _kind(described["schema"]) if "schema" in described else media_type
    return str(_follow(document, response).get("description", ""))


def _kind(schema: Node) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"] if word is not None)
    if "items" in schema:
        return f"[{_kind(schema['items'])}]"
    if "anyOf" in schema:
        return " | ".join(_kind(each) for each in schema["anyOf"])
    given = schema.get("type", "any")
    words = [given] if isinstance(given, str) else [word for word in given if word != "null"]
    return schema.get("format") or " | ".join(words)


def _follow(document: Node, node: Node) -> Node:
    """Follow a reference inside the document."""
    if "$ref" not in node:
        return node
    found: Node = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found
