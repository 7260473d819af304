"""Types of command-line arguments. Standard library only: `--help` reads this."""

from __future__ import annotations

import argparse
import re
from datetime import datetime, timezone
from math import isfinite

AUDIENCES = ("L2 support", "engineering", "product", "security", "leadership")

MAX_SECONDS = 600.0

YEARS = range(1990, 2200)
"""Further off is a slip, and too near the ends of the calendar to count days from."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_FRACTION = re.compile(r"\.(\d+)")


def text(word: str) -> str:
    """Words as typed; bytes that are no UTF-8 become U+FFFD."""
    return _SURROGATE.sub("\ufffd", word).strip()


def moment(word: str) -> datetime:
    """An ISO 8601 time with an offset or `Z`, in UTC."""
    ready = re.sub(r"[zZ]$", "+00:00", word.strip())
    ready = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), ready)
    try:
        time = datetime.fromisoformat(ready)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is no time; expected ISO 8601 such as 2026-11-18T15:00:00+00:00") from None
    if time.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{word!r} has no offset; expected such as 2026-11-18T15:00:00+01:00, or Z for UTC")
    if time.year not in YEARS:
        raise argparse.ArgumentTypeError(f"the year {time.year} is out of range; expected 1990 to 2199")
    return time.astimezone(timezone.utc)


def seconds(word: str) -> float:
    """How long to wait, in seconds."""
    try:
        value = float(word)
    except ValueError:
        value = 0.0
    if not isfinite(value) or not 0 < value <= MAX_SECONDS:
        raise argparse.ArgumentTypeError(f"{word!r} is out of range; expected seconds, more than 0 and at most {MAX_SECONDS:g}")
    return value


def audience(word: str) -> str:
    """Whom the brief is for."""
    wanted = re.sub(r"[\s_-]+", " ", word.strip().lower())
    for known in AUDIENCES:
        if wanted in (known.lower(), known.lower().replace(" support", "")):
            return known
    raise argparse.ArgumentTypeError(f"{word!r} is no audience; expected one of {', '.join(AUDIENCES)}")


def web_address(word: str) -> str:
    """A URL that a reader can open."""
    if not re.match(r"https?://[^\s/]", word):
        raise argparse.ArgumentTypeError(f"{word!r} is no web address; expected https://…")
    return text(word)


def domain(word: str) -> str:
    """An e-mail domain, lower case; what stands before an `@` is left out."""
    name = word.strip().rpartition("@")[2].lower()
    if not re.fullmatch(r"[^\s@/:.]+(\.[^\s@/:.]+)+", name):
        raise argparse.ArgumentTypeError(f"{word!r} is no e-mail domain; expected such as example.com")
    return name


def label(word: str) -> str:
    """A connector's name."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", word):
        raise argparse.ArgumentTypeError(f"{word!r} is no connector's name; expected letters, digits, - _ and .")
    return word
