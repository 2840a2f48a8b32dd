"""Check the habits that no off-the-shelf tool knows; each broken one is printed with its place."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHELL_LINES = 20
MODULE_LINES = 300
ADDRESS = re.compile(r"://|--(extra-)?index-url|--find-links")
# A state machine's steps are called by Hypothesis, so they may assert under a name of their own.
CALLED_BY_HYPOTHESIS = {"rule", "invariant", "initialize", "precondition"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    """Print every broken habit; 1 when there is any."""
    broken = [*stray_checks(ROOT), *addresses_in_locks(ROOT), *long_shell_files(ROOT), *long_modules(ROOT)]
    for sentence in broken:
        print(sentence, file=sys.stderr)
    return 1 if broken else 0


def stray_checks(root: Path) -> Iterator[str]:
    """Find assertions that pytest never runs or that hide behind a name which does not say so."""
    for path in sorted((root / "tests").rglob("*.py")):
        is_collected = path.name.startswith("test_")
        for function in _outer_functions(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(root)}:{function.lineno}: {function.name}"
            is_test = function.name.startswith("test")
            if is_test and not is_collected:
                yield f"{place} never runs: its file is not named test_…"
            if _asserts(function) and not (is_test or _may_assert(function)):
                yield f"{place} asserts, so its name must begin with test_ or assert_"


def addresses_in_locks(root: Path) -> Iterator[str]:
    """Find addresses in lock files: they would tie every set-up to one registry."""
    for path in sorted(root.glob("*.lock")):
        if path.name == "uv.lock":  # a working file of the one who renews the locks; ignored by git
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if ADDRESS.search(line):
                yield f"{path.relative_to(root)}:{number}: a lock carries no address: {line.strip()}"


def long_shell_files(root: Path) -> Iterator[str]:
    """Find shell files of 20 lines or more: logic belongs in Python, where it can be tested."""
    for path in [*sorted((root / "scripts").rglob("*")), *sorted((root / ".ci").rglob("*"))]:
        if path.is_file() and path.suffix not in {".py", ".pyc"} and _is_shell(path):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines >= SHELL_LINES:
                yield f"{path.relative_to(root)}: {lines} lines; a shell file stays under {SHELL_LINES}"


def long_modules(root: Path) -> Iterator[str]:
    """Find modules that have grown more than one reason to change; a migration has but one, at any length."""
    for package in ("content_map", "search", "storage"):
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > MODULE_LINES:
                yield f"{path.relative_to(root)}: {lines} lines; a module stays within {MODULE_LINES}"


def _is_shell(path: Path) -> bool:
    with path.open("rb") as file:
        return re.match(rb"#!.*\b(ba|da|z)?sh\b", file.readline()) is not None


def _outer_functions(tree: ast.Module) -> Iterator[Function]:
    """Walk functions and methods, not what is defined inside them: that runs with the outer one."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        match waiting.pop(0):
            case ast.FunctionDef() | ast.AsyncFunctionDef() as function:
                yield function
            case ast.ClassDef() as owner:
                waiting.extend(owner.body)
            case _:
                continue


def _asserts(function: Function) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(function))


def _may_assert(function: Function) -> bool:
    return function.name.startswith("assert_") or any(
        _decorator_name(each) in CALLED_BY_HYPOTHESIS for each in function.decorator_list
    )


def _decorator_name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


if __name__ == "__main__":
    sys.exit(main())
