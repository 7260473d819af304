"""What a file is, told from what is in it: binary, mail, JSON, markup or a table, and in which encoding."""

import codecs
import csv
import io
import re
from typing import IO, Literal

_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "packed with gzip; unpack it here"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it here"),
    (b"Rar!", "a RAR archive; unpack it here"),
    (b"\xd0\xcf\x11\xe0", "an old Office file; save it as CSV"),
    (b"!BDN", "an Outlook data file; export it as mbox"),
)
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_MAIL_FIELD = re.compile(rb"([!-9;-~]+):[ \t]|[ \t]+\S")
_MAIL_PROOF = {b"date", b"subject", b"message-id", b"received"}
_JSON = re.compile(r'\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\}\s*$)|\[\s*(?:\{|\]\s*$)')
_HTML = re.compile(r"<(?:!doctype html|html|head|body|title|meta|div|h[1-6]|p|table|article|section)\b", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"^#{1,6} \S|^\S.*\n(?:={3,}|-{3,})\s*$|^```|^~~~|\]\([^)\s]+\)|(?:^[-*] \S.*\n){2}|(?:^\d+[.)] \S.*\n){2}", re.MULTILINE
)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?:.*\r?\n)*?---[ \t]*(?:\r?\n|$)")
_SEP = re.compile(r"sep=.\r?\n", re.IGNORECASE)
_DELIMITERS = ",;\t|"
_SNIFFED = 50
"""Rows that a delimiter is judged by."""
_HEADING = 120
"""Characters of the longest column heading."""


def binary_kind(head: bytes) -> str:
    """What kind of binary it is, or nothing for text."""
    for start, kind in _MAGIC:
        if head.startswith(start):
            return kind
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _wide(head):
        return ""
    odd = len(head) - len(head.translate(None, _CONTROL))
    return "binary, not text" if odd * 100 > len(head) else ""


def is_mail(head: bytes) -> bool:
    """An mbox, or one message: a block of header fields with a sender and a subject, date or id."""
    head = head.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    mbox = re.match(rb"From \S+.*\r?\n", head)
    block = head[mbox.end() if mbox else 0 :].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    names = set()
    for line in block.split(b"\n")[:-1] if len(block) == len(head) else block.split(b"\n"):
        field = _MAIL_FIELD.match(line + b" ")
        if not field:
            return False
        names.add((field[1] or b"").lower())
    return b"from" in names and bool(names & _MAIL_PROOF)


def encoding_of(stream: IO[bytes], head: bytes) -> tuple[str, str, str]:
    """(encoding, what to do with errors, what to tell about it): UTF-8, UTF-16, else Windows-1252."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "replace", ""
    if wide := _wide(head):
        return wide, "replace", ""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, several = 1, False
    while block := stream.read(1 << 20):
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            if several or not error.object[: error.start].isascii():
                return "utf-8-sig", "replace", f"has bytes that are not UTF-8, first in line {line}; each is replaced by a sign"
            return "cp1252", "replace", "is not UTF-8; read as Windows-1252"
        line += block.count(b"\n")
        several = several or not block.isascii()
    return "utf-8-sig", "replace", ""


def is_json(head: str) -> bool:
    """Does it begin like a JSON object, or a list of them?"""
    return bool(_JSON.match(head.lstrip()))


def markup_of(head: str) -> Literal["html", "xml", "markdown", ""]:
    """HTML, XML or Markdown by its first lines."""
    text = head.lstrip()
    if text.startswith("<"):
        if _HTML.search(text[:2000]) and "<hibernate-generic" not in text[:2000]:
            return "html"
        if re.match(r"<(?:\?xml|!--|!DOCTYPE|[A-Za-z_])", text):
            return "xml"
    if _FRONT_MATTER.match(text) or re.match(r"#{1,6} \S", text):
        return "markdown"
    if _MARKDOWN.search(text) and not header_of(head, whole=False):
        return "markdown"
    return ""


def header_of(head: str, *, whole: bool) -> tuple[str, tuple[str, ...]] | None:
    """(delimiter, column headings) of a table, or None; `whole` says that nothing follows `head`.

    Most rows have as many cells as the header, which has at least two headings, none of them long or said in sentences.
    """
    marked = _SEP.match(head)
    text = head[marked.end() :] if marked else head
    best: tuple[str, tuple[str, ...]] | None = None
    for delimiter in head[4] if marked else _DELIMITERS:
        rows = _rows(text, delimiter, whole=whole)
        if not rows or (best and len(rows[0]) <= len(best[1])):
            continue
        header = tuple(cell.strip() for cell in rows[0])
        if _is_header(header) and sum(len(row) == len(header) for row in rows) * 2 > len(rows):
            best = delimiter, header
    return best


def _is_header(header: tuple[str, ...]) -> bool:
    named = [heading for heading in header if heading]
    return (
        len(named) > 1
        and len(named) * 2 > len(header)
        and all(len(heading) <= _HEADING and not heading.endswith((".", "!", ":")) and "\n" not in heading for heading in named)
    )


def _rows(text: str, delimiter: str, *, whole: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > _SNIFFED:
                return rows[:_SNIFFED]
    except csv.Error:
        return rows
    return rows if whole or len(rows) == 1 else rows[:-1]


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: Latin text in it has a NUL in every second byte."""
    half = len(head) // 2
    if half < 8:
        return ""
    if head[1::2].count(0) > half * 0.6 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if head[::2].count(0) > half * 0.6 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""
