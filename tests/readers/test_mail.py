from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from email.message import EmailMessage
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.workspace.reader import Context
from connectors.workspace.readers.mail import Mail
from connectors.workspace.readers.quotation import own_words

Read = Callable[..., tuple[list[Any], list[Any]]]

SUPPORT = "Larkspur Support <support@larkspur.example>"
ROSA = "Rosa Lind <rosa@quillon.example.com>"


def letter(
    id: str,
    text: str,
    *,
    sender: str = ROSA,
    to: str = SUPPORT,
    subject: str = "Export",
    date: str = "Fri, 06 Nov 2026 19:12:15 +0000",
    **fields: str,
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"], message["Message-ID"] = (
        sender,
        to,
        subject,
        date,
        f"<{id}@mail.example>",
    )
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def mbox(*messages: EmailMessage) -> bytes:
    return b"".join(
        b"From x@example.com Fri Nov  6 19:12:15 2026\n" + message.as_bytes().replace(b"\nFrom ", b"\n>From ") + b"\n"
        for message in messages
    )


ASKED = letter("a1", "The export is empty.\n\nFrom now on daily.\n")
ANSWERED = letter(
    "b2",
    "On it.\n\nOn Fri, 6 Nov 2026, Rosa Lind\n<rosa@quillon.example.com> wrote:\n> The export is empty.\n",
    sender=SUPPORT,
    to=ROSA,
    subject="Re: Export",
    date="Fri, 06 Nov 2026 20:00:00 +0000",
    In_Reply_To="<a1@mail.example>",
)


def test_a_thread_is_one_ticket_and_what_it_quotes_is_not_said_twice(read: Read) -> None:
    (found,), faults = read(Mail, {"box.mbox": mbox(ANSWERED, ASKED)})
    assert not faults
    assert (found.ref, found.subject, found.text) == ("a1", "Export", "The export is empty.\n\nFrom now on daily.")
    assert [(said.text, said.author.side) for said in found.comments] == [("On it.", "vendor")]
    assert found.first_reply_at == datetime(2026, 11, 6, 20, tzinfo=timezone.utc)
    assert (found.requester.name, found.requester.side, found.account.domain) == ("Rosa Lind", "customer", "quillon.example.com")


def test_a_quotation_stays_where_the_original_is_missing(read: Read) -> None:
    (found,), _ = read(Mail, {"one.eml": ANSWERED.as_bytes()})
    assert "> The export is empty." in found.text


def test_of_two_replies_to_a_missing_letter_both_keep_what_they_quote(read: Read) -> None:
    first, second = (letter(id, f"{id}\n\n> lost words", subject="Re: Export", In_Reply_To="<gone@mail.example>") for id in ("h8", "i9"))
    (found,), _ = read(Mail, {"box.mbox": mbox(first, second)})
    assert [passage.text for passage in found.passages()] == ["h8\n\n> lost words", "i9\n\n> lost words"]


def test_single_messages_of_several_files_are_threaded_too(read: Read) -> None:
    (found,), _ = read(Mail, {"1.eml": ASKED.as_bytes(), "2.eml": ANSWERED.as_bytes()})
    assert len(found.comments) == 1


def test_a_reply_that_lost_its_references_joins_by_subject_and_correspondent(read: Read) -> None:
    reply = letter("c3", "Any news?", subject="AW: Export", date="Sat, 07 Nov 2026 09:00:00 +0000")
    stranger = letter("d4", "Ours too.", subject="Re: Export", sender="Sam <sam@globex.example.net>")
    found, _ = read(Mail, {"box.mbox": mbox(ASKED, reply, stranger)})
    assert [len(one.comments) for one in found] == [1, 0]


def test_the_same_subject_without_a_reply_mark_is_another_ticket(read: Read) -> None:
    found, _ = read(Mail, {"box.mbox": mbox(ASKED, letter("z9", "Empty again."))})
    assert len(found) == 2


def test_a_ticket_id_field_is_the_ref(read: Read) -> None:
    (found,), _ = read(Mail, {"one.eml": letter("a1", "x", X_Ticket_ID="SUP-7").as_bytes()})
    assert found.ref == "SUP-7"


def test_an_automatic_reply_is_nobodys(read: Read) -> None:
    (found,), _ = read(
        Mail,
        {
            "box.mbox": mbox(
                ASKED,
                letter(
                    "e5", "I am away.", subject="Automatic reply: Export", In_Reply_To="<a1@mail.example>", Auto_Submitted="auto-replied"
                ),
            )
        },
    )
    assert found.comments[0].author.side == "system"


def test_encoded_headers_html_bodies_and_attachments_are_read(read: Read) -> None:
    message = letter("f6", "", subject="Größe der Datei €", sender="Zoë Brandt <zoe@quillon.example.com>")
    message.set_content("<p>Siehe <b>Anhang</b></p>", subtype="html", charset="iso-8859-1")
    message.add_attachment(b"12345", maintype="text", subtype="plain", filename="Prüfung.log")
    (found,), _ = read(Mail, {"one.eml": message.as_bytes()})
    assert (found.subject, found.requester.name) == ("Größe der Datei €", "Zoë Brandt")
    assert found.text == "Siehe Anhang\n[attachment: Prüfung.log, 5 bytes]"


def test_a_date_that_is_none_is_a_fault_and_the_message_survives(read: Read) -> None:
    (found,), (fault,) = read(Mail, {"one.eml": b"From: rosa@quillon.example.com\nSubject: x\nDate: last Friday\n\nhello\n"})
    assert (found.text, found.created_at, fault.line) == ("hello", None, 1)
    assert "Friday" not in fault.problem


def test_mail_among_ourselves_is_internal(read: Read) -> None:
    (found,), _ = read(Mail, {"one.eml": letter("g7", "psst", sender=SUPPORT, to="dana@larkspur.example").as_bytes()})
    assert found.visibility == "internal"


def test_a_copy_in_another_folder_is_not_read_twice(read: Read) -> None:
    found, _ = read(Mail, {"a.mbox": mbox(ASKED), "b.mbox": mbox(ASKED)})
    assert len(found) == 1


def test_answers_below_and_between_quoted_lines_stay() -> None:
    assert own_words("On Friday Rosa wrote:\n> is it fixed?\nYes, in 2026.46.\n> and the docs?\nNot yet.") == "Yes, in 2026.46.\nNot yet."


def test_everything_below_an_original_message_goes() -> None:
    assert own_words("Thanks.\n\n-----Original Message-----\nFrom: x\nSent: today\n\nold words") == "Thanks."
    assert own_words("Danke.\n\nVon: Rosa\nGesendet: Freitag\nAn: Support\n\nalte Worte") == "Danke."


def test_a_reply_that_only_quotes_stays_whole() -> None:
    assert own_words("> all of it") == "> all of it"


@given(
    st.lists(
        st.sampled_from(["On x wrote:", "> q", "words", "", "-----Original Message-----", "From: a", "Sent: b", "On we go", "> "])
    ).map("\n".join)
)
def test_own_words_are_lines_of_the_text(text: str) -> None:
    assert set(own_words(text).split("\n")) <= set(text.split("\n")) | {""}


@given(
    st.binary(),
    st.lists(
        st.sampled_from(
            [
                b"From: =?x?q?=00?= <a",
                b"Content-Type: multipart/mixed; boundary=b",
                b"--b",
                b"",
                b"Date: 1",
                b'Content-Disposition: attachment; filename*=x"',
                b"Content-Transfer-Encoding: base64",
                b"From x 2026",
                b"Subject: \xff",
            ]
        )
    ),
)
def test_any_bytes_are_read_somehow(rows: type[Any], context: Context, noise: bytes, lines: list[bytes]) -> None:
    export = rows([], "mail")
    export.data = lambda: b"From: a@b.example\nSubject: x\n" + b"\n".join(lines) + b"\n\n" + noise
    assert len(list(Mail(context).read([export]))) >= 1
