"""The questions that fill a hole in a reproduction, as a customer is asked them, in the customer's language."""

from __future__ import annotations

QUESTIONS: dict[str, dict[str, str]] = {
    "steps": {
        "": "What exactly do you do, step by step, from signing in to the failure, and at which step does it fail?",
        "German": "Was genau tun Sie Schritt für Schritt, von der Anmeldung bis zum Fehler, und bei welchem Schritt tritt er auf?",
        "French": "Que faites-vous exactement, étape par étape, de la connexion jusqu'à l'erreur, et à quelle étape se produit-elle ?",
        "Spanish": "¿Qué hace exactamente, paso a paso, desde el inicio de sesión hasta el fallo, y en qué paso se produce?",
        "Japanese": "ログインからエラーが発生するまでの操作を順番に教えてください。どの操作で発生しますか。",
    },
    "actual": {
        "": "What exactly happens instead: which message, page or file do you get, word for word?",
        "German": "Was geschieht stattdessen genau: Welche Meldung, Seite oder Datei erhalten Sie, im Wortlaut?",
        "French": "Que se passe-t-il exactement à la place : quel message, quelle page ou quel fichier obtenez-vous, mot pour mot ?",
        "Spanish": "¿Qué ocurre exactamente en su lugar: qué mensaje, página o archivo recibe, palabra por palabra?",
        "Japanese": "実際にはどうなりますか。表示されるメッセージ、画面、またはファイルをそのまま教えてください。",
    },
    "errors": {
        "": "Which exact error text and request id do you get, and at what time with zone?",
        "German": "Wie lauten die genaue Fehlermeldung und die Request-ID, und zu welcher Uhrzeit (mit Zeitzone) trat der Fehler auf?",
        "French": "Quel est le texte exact de l'erreur, l'identifiant de la requête et l'heure (avec le fuseau horaire) ?",
        "Spanish": "¿Cuál es el texto exacto del error, el identificador de la solicitud y la hora (con zona horaria)?",
        "Japanese": "エラーメッセージの全文、リクエストID、発生時刻（タイムゾーン付き）を教えてください。",
    },
    "expected": {
        "": "What did you expect to get instead?",
        "German": "Welches Ergebnis haben Sie stattdessen erwartet?",
        "French": "Quel résultat attendiez-vous à la place ?",
        "Spanish": "¿Qué resultado esperaba en su lugar?",
        "Japanese": "本来はどのような結果になるはずでしたか。",
    },
    "frequency": {
        "": "How many of how many attempts fail, and under which condition never?",
        "German": "Wie viele von wie vielen Versuchen schlagen fehl, und unter welcher Bedingung nie?",
        "French": "Combien de tentatives échouent, sur combien, et dans quelle condition cela ne se produit-il jamais ?",
        "Spanish": "¿Cuántos intentos fallan, de cuántos, y en qué condición no ocurre nunca?",
        "Japanese": "何回中何回失敗しますか。また、まったく発生しない条件はありますか。",
    },
    "first bad": {
        "": "Since when does it fail, when did it last work, and what changed on your side in between?",
        "German": "Seit wann tritt es auf, wann hat es zuletzt funktioniert, und was hat sich bei Ihnen dazwischen geändert?",
        "French": "Depuis quand cela échoue-t-il, quand cela a-t-il fonctionné pour la dernière fois, et qu'est-ce qui a changé de votre côté entre-temps ?",
        "Spanish": "¿Desde cuándo falla, cuándo funcionó por última vez y qué ha cambiado por su parte entretanto?",
        "Japanese": "いつから発生していますか。最後に正常に動作したのはいつですか。その間に変更した点はありますか。",
    },
    "last good": {
        "": "When did it last work, and what changed on your side since?",
        "German": "Wann hat es zuletzt funktioniert, und was hat sich bei Ihnen seitdem geändert?",
        "French": "Quand cela a-t-il fonctionné pour la dernière fois, et qu'est-ce qui a changé de votre côté depuis ?",
        "Spanish": "¿Cuándo funcionó por última vez y qué ha cambiado por su parte desde entonces?",
        "Japanese": "最後に正常に動作したのはいつですか。それ以降に変更した点はありますか。",
    },
    "environment": {
        "": "Which version, region, browser or client do you use, and which settings differ from the default?",
        "German": "Welche Version, Region, welchen Browser oder Client verwenden Sie, und welche Einstellungen weichen vom Standard ab?",
        "French": "Quelle version, région, quel navigateur ou client utilisez-vous, et quels réglages diffèrent des valeurs par défaut ?",
        "Spanish": "¿Qué versión, región, navegador o cliente utiliza, y qué ajustes difieren de los predeterminados?",
        "Japanese": "ご利用のバージョン、リージョン、ブラウザまたはクライアントと、標準から変更している設定を教えてください。",
    },
    "inputs": {
        "": "For one failing attempt: which id, date, file or payload did you use?",
        "German": "Zu einem fehlgeschlagenen Versuch: Welche ID, welches Datum, welche Datei oder welche Daten haben Sie verwendet?",
        "French": "Pour une tentative en échec : quel identifiant, quelle date, quel fichier ou quelles données avez-vous utilisés ?",
        "Spanish": "Para un intento fallido: ¿qué identificador, fecha, archivo o datos utilizó?",
        "Japanese": "失敗した操作を一つ例に、使用したID、日付、ファイル、またはデータを教えてください。",
    },
}
"""Slot → language (as `tongue.py` names it, nothing for English) → question; in the order in which they are worth asking."""

OF_SUPPORT: dict[str, str] = {
    "start state": "With which plan, role and settings does the failing account start?",
    "reproduced": "Does it happen on a test account with the same plan and settings?",
    "ruled out": "For whom or where does it not happen?",
}
"""What support can find out without the customer."""


def asked(slot: str, tongue: str, ticket: str) -> str:
    """Whom to ask what, for a slot that is empty. `ticket`: where the customer is asked; the English words follow another language's."""
    if slot in OF_SUPPORT:
        return f"Ask support: {OF_SUPPORT[slot]}"
    english = QUESTIONS[slot][""]
    own = QUESTIONS[slot].get(tongue, "") if tongue else ""
    where = f" in {ticket}" if ticket else ""
    return f"Ask the customer{where}, in {tongue}: {own} ({english})" if own else f"Ask the customer{where}: {english}"
