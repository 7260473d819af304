"""Our own markdown as one self-contained HTML page: headings, lists, tables, quotes, code, bold. Everything else is text, escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "h2{border-bottom:1px solid #ccc}pre{background:#f4f4f4;padding:.7rem;overflow:auto}code{background:#f4f4f4}"
    "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left}"
    "blockquote{border-left:3px solid #ccc;margin:0;padding-left:1rem}"
)
_INLINE = re.compile(
    r"\\(?P<literal>[!-/:-@\[-`{-~])|(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\*\*(?P<bold>.+?)(?<!\\)\*\*|(?<![\w*])\*(?P<soft>[^*\s][^*]*?)(?<!\\)\*(?!\w)"
)
_HEADING = re.compile(r"(#{1,4}) (.*)")
_ITEM = re.compile(r"(?:- |(\d+)\. )(.*)")
_RULER = re.compile(r"[|\s:-]+")
_FENCE = re.compile(r"\s*(`{3,})")


def html_page(markdown: str, *, title: str) -> str:
    """The page: no script, nothing loaded from anywhere, no link that can be followed."""
    body = "\n".join(_blocks(markdown.split("\n")))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n'
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if fence := _FENCE.match(line):
            end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == fence[1]), len(lines))
            yield f"<pre>{escape(chr(10).join(lines[at + 1 : end]))}</pre>"
            at = end + 1
            continue
        kind = _kind(line)
        end = next((n for n in range(at, len(lines)) if _kind(lines[n]) != kind or (kind == "heading" and n > at)), len(lines))
        yield from _block(kind, lines[at:end])
        at = end


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _FENCE.match(line):
        return "fence"
    if _HEADING.match(line):
        return "heading"
    if found := _ITEM.match(line):
        return "numbers" if found[1] else "bullets"
    return {"|": "table", ">": "quote"}.get(line[0], "rule" if line.strip() == "---" else "text")


def _block(kind: str, lines: Sequence[str]) -> Iterator[str]:
    if kind == "heading":
        for line in lines:
            level, text = len(line.split(" ", 1)[0]), line.split(" ", 1)[1]
            yield f"<h{level}>{inline(text)}</h{level}>"
    elif kind in ("bullets", "numbers"):
        tag = "ol" if kind == "numbers" else "ul"
        items = "".join(f"<li>{inline(found[2])}</li>" for line in lines if (found := _ITEM.match(line)))
        yield f"<{tag}>{items}</{tag}>"
    elif kind == "table":
        rows = "".join(_row(line) for line in lines if not _RULER.fullmatch(line))
        yield f"<table>{rows}</table>"
    elif kind == "quote":
        yield f"<blockquote>{'<br>'.join(inline(line.lstrip('> ')) for line in lines)}</blockquote>"
    elif kind == "rule":
        yield "<hr>"
    elif kind == "text":
        yield f"<p>{'<br>'.join(inline(line) for line in lines)}</p>"


def _row(line: str) -> str:
    cells = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    return f"<tr>{''.join(f'<td>{inline(cell.strip())}</td>' for cell in cells)}</tr>"


def inline(text: str) -> str:
    """One line: bold, emphasis, code and backslash escapes; the rest as it stands, escaped."""
    made = []
    at = 0
    for found in _INLINE.finditer(text):
        made.append(escape(text[at : found.start()]))
        if found["literal"]:
            made.append(escape(found["literal"]))
        elif found["code"] is not None:
            made.append(f"<code>{escape(found['code'].strip())}</code>")
        elif found["bold"] is not None:
            made.append(f"<strong>{inline(found['bold'])}</strong>")
        else:
            made.append(f"<em>{inline(found['soft'])}</em>")
        at = found.end()
    return "".join([*made, escape(text[at:])])
