"""Step 5: what the threads say about how to see it happen."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.evidence import Evidence
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.language.questions import QUESTIONS
from escalation.records import Category, Comment, Person, Ticket
from escalation.reproduction import Reproduction
from escalation.steps.reproduce import reproduce

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
ERIN = Person(name="Erin Vale", side="customer")
LENA = Person(name="Lena Brandt", side="vendor")
WHOLE = """We are on the Enterprise plan, signed in as an admin.
1. Open Reports, Orders.
2. Choose the date 2026-11-11 and the zone America/Chicago.
3. Click "Export CSV".
We expected 8,904 rows. The file is missing 312 rows instead.
It happens every time, in Chrome 142 on Windows.
It started on 2026-11-10, until then the file was fine.
With the zone UTC there are no errors in the file.

```
export_id=exp_7F21 rows=8592
```
"""


REPORTS = (
    """Angemeldet als Administrator.
1. Öffnen Sie Berichte.
2. Klicken Sie auf „Export“.
Erwartet: 40 Zeilen.
Tatsächlich: die Datei ist leer.
Jedes Mal, in Firefox 145.
Seit dem 10. November.
Bis zum 9. November funktionierte es.
Mandanten in Oslo sind nicht betroffen.""",
    """Connecté en tant qu'administrateur.
1. Ouvrez Rapports.
2. Cliquez sur Export.
Attendu : 40 lignes.
Nous recevons un fichier vide.
À chaque fois, navigateur Firefox 145.
Depuis le 10 novembre.
Ça fonctionnait jusqu'au 9 novembre.
Les clients d'Oslo ne sont pas concernés.""",
    """Conectado como administrador.
1. Abrir Informes.
2. Haga clic en Exportar.
Esperado: 40 filas.
Recibimos un archivo vacío.
Cada vez, navegador Firefox 145.
Desde el 10 de noviembre.
Hasta el 9 de noviembre funcionaba.
Los clientes de Oslo no están afectados.""",
    """管理者としてログインしています。
1. レポートを開きます。
2. エクスポートをクリックします。
期待: 40行。
実際: ファイルが空です。
毎回、Firefox 145のブラウザで発生します。
11月10日から発生しています。
11月9日までは正常でした。
オスロのお客様には影響なし。""",
)


def of(text: str, *comments: Comment, type_: str = "bug") -> Reproduction:
    issue = Issue(sentence="Rows are missing", at=NOW, zone="UTC", summary="Rows are missing", type=type_, words=("rows", "missing"))  # type: ignore[arg-type]
    ticket = Ticket(ref="4180", subject="Rows missing", text=text, requester=ERIN, created_at=NOW - timedelta(hours=9), comments=comments)
    item = Evidence(id="T1", connector="made", category=Category.SUPPORT_PLATFORM, record=ticket)
    return reproduce(issue, Gathering(evidence=(item,), primary="T1"))


def note(text: str, hours_ago: float = 3, who: Person = LENA) -> Comment:
    return Comment(at=NOW - timedelta(hours=hours_ago), author=who, text=text, visibility="internal" if who is LENA else "customer")


def test_a_careful_report_fills_every_slot_word_for_word() -> None:
    found = of(WHOLE, note("Reproduced on a test account, 3 of 3."))
    assert [step.text for step in found.steps] == [
        "Open Reports, Orders.",
        "Choose the date 2026-11-11 and the zone America/Chicago.",
        'Click "Export CSV".',
    ]
    assert found.expected[0].text == "We expected 8,904 rows."
    assert found.actual[0].text == "The file is missing 312 rows instead."
    assert found.environment[0].text == "It happens every time, in Chrome 142 on Windows."
    assert found.first_bad[0].text.startswith("It started on 2026-11-10")
    assert found.errors[0].text == "export_id=exp_7F21 rows=8592"
    assert found.start_state
    assert found.frequency
    assert found.ruled_out
    every = [
        quote for slot in (found.steps, found.expected, found.actual, found.environment, found.first_bad, found.ruled_out) for quote in slot
    ]
    assert all(quote.text in " ".join(WHOLE.split()) for quote in every)


def test_reproduced_by_support_follows_the_newest_word_of_our_side() -> None:
    assert of(WHOLE, note("I can't reproduce it.", 5), note("Reproduced on staging.", 2)).reproduced_by_support == "yes"
    assert of(WHOLE, note("Could not reproduce it on a test account.", 2)).reproduced_by_support == "no"
    assert of(WHOLE, note("Can you reproduce it?", 2)).reproduced_by_support == "unknown"


def test_what_was_tried_comes_with_its_result_or_none() -> None:
    tried = of("We cleared the cache. No change.", note("We switched to UTC.", 2, ERIN)).tried
    assert [(attempt.action.text, attempt.result.text if attempt.result else None) for attempt in tried] == [
        ("We cleared the cache.", "No change."),
        ("We switched to UTC.", None),
    ]


def test_the_next_question_asks_the_one_who_can_answer_for_what_is_missing_first() -> None:
    assert of("It fails.").next_question.startswith("Ask the customer in T1: What exactly do you do, step by step")
    assert of(WHOLE).next_question == "Ask support: Does it happen on a test account with the same plan and settings?"
    assert of(WHOLE, note("Reproduced on a test account.")).next_question == ""


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "Seit gestern ist die Datei leer und wir können nicht arbeiten.",
            "Ask the customer in T1, in German: Was genau tun Sie Schritt für Schritt",
        ),
        (
            "Depuis hier, le fichier est vide et nous ne pouvons pas travailler.",
            "Ask the customer in T1, in French: Que faites-vous exactement",
        ),
        (
            "Desde ayer el archivo está vacío y no podemos trabajar con los pedidos.",
            "Ask the customer in T1, in Spanish: ¿Qué hace exactamente",
        ),
        ("昨日からファイルが空です。", "Ask the customer in T1, in Japanese: ログインから"),
    ],
)
def test_a_customer_is_asked_in_their_own_language_with_the_english_beside_it(text: str, question: str) -> None:
    asked = of(text).next_question
    assert asked.startswith(question)
    assert asked.endswith("(What exactly do you do, step by step, from signing in to the failure, and at which step does it fail?)")


def test_every_question_for_the_customer_exists_in_every_language() -> None:
    assert {frozenset(told) for told in QUESTIONS.values()} == {frozenset({"", "German", "French", "Spanish", "Japanese"})}


@pytest.mark.parametrize("text", REPORTS)
def test_a_report_in_another_language_fills_its_slots(text: str) -> None:
    found = of(text)
    slots = ("start_state", "steps", "expected", "actual", "environment", "frequency", "first_bad", "last_good", "ruled_out")
    assert [slot for slot in slots if not getattr(found, slot)] == []
    assert found.completeness is not None
    assert found.completeness.level == "can be followed"


def test_completeness_says_how_far_a_stranger_gets() -> None:
    def score(text: str) -> tuple[int, str]:
        found = of(text).completeness
        assert found is not None
        return found.told, found.level

    assert score(WHOLE) == (11, "can be followed")
    assert score("It fails.") == (1, "a symptom, no more")
    assert score('Since 2026-11-10 the export answers "too many rows".')[1] == "can be looked into"


def test_last_good_is_told_apart_from_first_bad() -> None:
    found = of("It fails since Monday. It worked fine until Friday.")
    assert [quote.text for quote in found.first_bad] == ["It fails since Monday."]
    assert [quote.text for quote in found.last_good] == ["It worked fine until Friday."]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from(WHOLE.split("\n"))), max_size=6))
def test_whatever_is_written_is_quoted_word_for_word_and_always_alike(parts: list[str]) -> None:
    text = "\n".join(parts)
    found = of(text)
    assert found == of(text)
    flat = " ".join(text.split())
    slots = (found.start_state, found.steps, found.inputs, found.expected, found.actual, found.errors, found.frequency, found.last_good)
    assert all(" ".join(quote.text.split()) in flat for slot in slots for quote in slot)
    assert found.completeness is not None
    assert found.completeness.told == found.completeness.of - len(found.missing)


def test_a_wish_is_not_reproduced() -> None:
    assert of("We need an audit log.", type_="feature gap").applies is False


def test_nothing_is_made_up_when_nothing_is_said() -> None:
    found = of("Hello?")
    assert [*found.steps, *found.expected, *found.environment, *found.tried, *found.errors] == []
    assert "steps" in found.missing
