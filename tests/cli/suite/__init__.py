# SPDX-License-Identifier: BSD-2-Clause
"""Imported by suites written in Python: counts, and says what failed."""
import sys

passed = failed = 0


def expect(sentence, holds, *details):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print("FAIL:", sentence, *details)


def finish():
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)
