"""Usage events: `capture` (in), `export` (out), `report` (counted); each prints its figures beside a bare database.

Every part is a file of its own beside this one; `scripts/bench/usage PART --help` says what it takes.
"""

from __future__ import annotations

import importlib
import sys

PARTS = ("capture", "export", "report")


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in PARTS:
        print(f"{__doc__}\nParts: {', '.join(PARTS)}")
        return 2
    part = sys.argv.pop(1)
    result: int = importlib.import_module(f"usage_{part}").main()
    return result


if __name__ == "__main__":
    sys.exit(main())
