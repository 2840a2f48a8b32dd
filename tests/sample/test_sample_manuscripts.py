"""How a written source is read, and how a sheet's formulas are worked out."""

from __future__ import annotations

import pytest

from content_map.sample.makers.formulas import evaluate
from content_map.sample.manuscripts import (
    Bars,
    Bullets,
    Figures,
    Paragraph,
    Quote,
    Section,
    Span,
    Steps,
    Subheading,
    Table,
    parse,
)

_SOURCE = """---
title: A title: with a colon
terms: pain:one,
  goal:two
---
# First
Some **bold** words.

- one
- two

```notes
Say it
slowly.
```

# Second
### Part
1. first

| A | B |
|---|---|
| x | `=y*z` |

> Said.
>
> — Somebody

```figures
9 % | of time
```

```bars Lost
Rail | 4
```

```steps
Week 0 | start
```
"""


def test_the_front_matter_keeps_colons_and_joins_indented_lines() -> None:
    assert parse(_SOURCE).fields == {"title": "A title: with a colon", "terms": "pain:one, goal:two"}


def test_headings_start_sections_and_every_block_is_read() -> None:
    first, second = parse(_SOURCE).sections

    assert first == Section(
        "First",
        (
            Paragraph((Span("Some "), Span("bold", bold=True), Span(" words."))),
            Bullets(((Span("one"),), (Span("two"),))),
        ),
        "Say it slowly.",
    )
    assert second == Section(
        "Second",
        (
            Subheading("Part"),
            Bullets(((Span("first"),),), numbered=True),
            Table(("A", "B"), (("x", "=y*z"),)),
            Quote("Said.", "Somebody"),
            Figures((("9 %", "of time"),)),
            Bars("Lost", (("Rail", "4"),)),
            Steps((("Week 0", "start"),)),
        ),
        "",
    )


def test_a_source_without_front_matter_is_refused() -> None:
    with pytest.raises(ValueError, match="front matter"):
        parse("# Title\n")


def test_an_unknown_fenced_block_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="'poem'"):
        parse("---\ntitle: x\n---\n# A\n```poem\nrose\n```\n")


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=a+b*2", 11.0),
        ("=(a+b)/2", 3.5),
        ("=b^2-1", 15.0),
        ("=-a", -3.0),
        ("=SUM(a,b,1)", 8.0),
        ("=AVERAGE(a,b)", 3.5),
        ("=ROUND(b/a,2)", 1.33),
        ("=MAX(0,a-b)", 0.0),
        ('=IF(a<=b,"yes","no")', "yes"),
        ('=IF(a>b,"yes",IF(a>=3,"maybe","no"))', "maybe"),
    ],
)
def test_formulas_are_worked_out(formula: str, value: float | str) -> None:
    assert evaluate(formula, {"a": 3.0, "b": 4.0}) == value


@pytest.mark.parametrize("formula", ["=unknown+1", "=HYPERLINK(1)"])
def test_an_unknown_name_or_function_is_an_error(formula: str) -> None:
    with pytest.raises(KeyError):
        evaluate(formula, {})
