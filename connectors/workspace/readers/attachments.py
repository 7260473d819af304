"""Attachments as they are named in a text: what they are called and how large they are, never what is in them."""

from collections.abc import Iterable

from .cells import Cells


def with_attachments(text: str, attachments: Iterable[Cells], name: str, size: str) -> str:
    """`text` with a line for each attachment; `name` and `size` are what the export calls these, the size in bytes."""
    lines = [attachment_line(called, attached.text(size)) for attached in attachments if (called := attached.text(name))]
    return "\n".join(filter(None, (text, *lines)))


def attachment_line(name: str, size: str | int) -> str:
    """`[attachment: trace.log, 2532 bytes]`."""
    return f"[attachment: {name}, {size} bytes]" if str(size).isdigit() else f"[attachment: {name}]"
