"""Money cells: a plain number, as CRMs and spreadsheets write it."""

import re
from decimal import Decimal

_SIGNS = {"€": "EUR", "£": "GBP"}
"""Signs that stand for one currency alone; `$` and `¥` do not."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_ENGLISH = re.compile(r"\d{1,3}(?:[, '’]\d{3})+(?:\.\d+)?", re.ASCII)
_CONTINENTAL = re.compile(r"\d{1,3}(?:[. ]\d{3})+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}|\d+,\d{1,2}", re.ASCII)
_THREE_DECIMALS = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)
_MOST = Decimal(10) ** 12


def amount(text: str) -> tuple[Decimal, str]:
    """(amount, currency that the cell itself names or nothing) of `1,200,000.00`, `$1,200`, `EUR 180.000,00`, `1200`.

    Raises ValueError for anything else: `1.2M`, a negative or absurdly large amount, and `1.200`, which is one
    and a fifth in one country and twelve hundred in another.
    """
    cell = text.replace("\xa0", " ").replace("\u202f", " ").strip()
    found = re.fullmatch(r"([A-Z]{3}\b|[$€£¥])?\s*([\d., '’]*\d)\s*([A-Z]{3}|[$€£¥])?", cell, re.ASCII)
    if not found or (found[1] and found[3]):
        raise ValueError("not a plain amount")
    sign = found[1] or found[3] or ""
    value = _decimal(found[2])
    if value > _MOST:
        raise ValueError("not a plausible amount")
    return value, _SIGNS.get(sign, sign if sign.isalpha() else "")


def _decimal(digits: str) -> Decimal:
    if _THREE_DECIMALS.fullmatch(digits):
        raise ValueError("ambiguous: a thousand or a fraction")
    if _NUMBER.fullmatch(digits):
        return Decimal(digits)
    if _ENGLISH.fullmatch(digits):
        return Decimal(re.sub(r"[, '’]", "", digits))
    if _CONTINENTAL.fullmatch(digits):
        return Decimal(re.sub(r"[. ]", "", digits).replace(",", "."))
    raise ValueError("not a plain amount")
