"""The README says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import readme_tables

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
# CONVENTIONS: one sentence; who; run; test; journeys; words; tables; how it is built; beyond; contribute; licence.
SECTIONS = [
    "Who it is for",
    "Run it",
    "Test it",
    "Three journeys",
    "Words",
    "Settings",
    "Commands",
    "Reports",
    "Formats",
    "Problems",
    "How it is built",
    "Running it for a company",
    "Contributing",
    "Licence",
]


@pytest.mark.parametrize("name", readme_tables.TABLES)
def test_table_is_what_the_code_says(name: str) -> None:
    tables = {found["name"]: found[0] for found in readme_tables.MARKED.finditer(README)}

    assert name in tables
    assert tables[name] == readme_tables.renewed(tables[name]), "run scripts/readme_tables.py in .venv"


def test_sections_come_in_their_order() -> None:
    assert re.findall(r"^## (.+)$", README, flags=re.MULTILINE) == SECTIONS


def test_links_within_the_repository_lead_somewhere() -> None:
    places = [place for place in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in place]

    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_line_of_prose_is_one_sentence() -> None:
    prose = re.sub(r"```.*?```|<!-- table.*?of table -->", "", README, flags=re.DOTALL)
    lines = [line for line in prose.splitlines() if line and not line.startswith(("|", "#", "!"))]

    assert [line for line in lines if re.search(r"[a-z)`][.?!] [A-Z`]", line)] == []


def test_version_of_the_package_is_in_the_change_log() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), flags=re.MULTILINE)

    assert version is not None
    assert f"## [{version[1]}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
