"""What was tried, word for word, with the result where the same sentence gives it."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from escalation.language.cue import Cue

MOST = 20
"""Clauses taken from one sentence."""

_FIX = (
    r"(?:clear\w*|restart\w*|reset\w*|re-?\w+ing|re-?\w+ed|switch\w*|disabl\w*|enabl\w*|us\w+ (?:another|a different|other)|different|"
    r"another|logging|incognito|flush\w*|purg\w*|delet\w*|rollback|rolling|updat\w*|upgrad\w*|increas\w*|chang\w*|rotat\w*)"
)
_CUES = (
    Cue("tried", "tried|trying|attempted", rf"\b(?:tried|attempted)\b(?! to (?!{_FIX})\w+)(?! again\b)"),
    Cue("did", "restart|retried|cleared|reinstall|reboot|reissue|re-issue|flush|purge|rolled back|re-auth|reauth|re-ran|reran|re-created|recreated|regenerated|reconnected|power-cycled|logged out",
        r"\b(?:restarted|retried|cleared (?:the |their |all |browser |local |our |its )?(?:\w+ )?(?:cache|cookies|storage|history|queue|"
        r"session\w*|data)|reinstalled|rebooted|re-?issued|flushed|purged|rolled back|"
        r"re-?authenticated|re-?ran|re-?created|re-?generated|reconnected|power-cycled|logged out and (?:back )?in)\b"),
    Cue(
        "already",
        "already",
        r"\balready (?!(?:report|escalat|affect|us|start|sign|ask|shar|delay|miss|fail|breach|logg|open|inform|threaten)ed\b)(?:\w+ed|done|ran|run|tried|reset|sent|set|rebuilt)\b",
    ),
    Cue("did", "switched|rotated|disabled|enabled|updated|upgraded|changed|checked|tested|verified|reset|increased|downgraded|whitelisted|allowlisted|deleted",
        r"\b(?:we|they|i|customer|support|he|she|have|has|'ve|and) (?:have |has |also |then )*(?:switched|rotated|disabled|enabled|updated|"
        r"upgraded|changed|checked|tested|verified|reset|increased|downgraded|whitelisted|allowlisted|deleted)\b"
        r"(?=[^.;!?\n]{0,90}(?:no change|did not help|didn't help|didn’t help|no luck|no effect|without success|to no avail|still fail|"
        r"still the same|same (?:error|result|issue|problem|behaviou?r)|no difference|no improvement|helped|works? now))"),
    Cue(
        "tried",
        "versucht|neu gestartet|neugestartet|geleert|gelöscht|ausprobiert|zurückgesetzt|getestet",
        r"\b(?:versucht|ausprobiert|neu ?gestartet|(?:cache|cookies) (?:\w+ )?(?:geleert|gelöscht)|zurückgesetzt|getestet)\b",
    ),
    Cue("tried", "essayé|redémarré|vidé|réinstallé|réinitialisé|testé", r"\b(?:essayé|redémarré|vidé|réinstallé|réinitialisé|testé)(?!\w)"),
    Cue(
        "tried",
        "probado|intentado|reiniciado|borrado|reinstalado|hemos probado|probamos|reinició",
        r"\b(?:probado|intentado|reiniciado|borrado|reinstalado|probamos|reinició)(?!\w)",
    ),
    Cue("tried", "試し|再起動|クリアし|再インストール", r"試し|再起動し|クリアし|再インストール"),
)  # fmt: skip
_NOT_TRIED = (
    r"\b(?:not|never|n't|n’t|nobody|no one|nothing|when|whenever|if|hasn't|haven't|noch nicht|pas|no) (?:\w+ ){0,3}$|\b(?:untried|"
    r"not yet)\b"
)
_START = r"[.;!?\n:(\[]\s|\n| [–—-] |, (?!and\b|then\b)|。|、|\b(?:but|aber|mais|pero) "
_END = r"[.!?](?=\s|$)|[;\n)\]]|。"
_PART = r", | [–—-] |、|,? but "
_GOES_ON = (
    r"(?:and |then |but |or |still |also |,)*(?:no (?:change|luck|effect|difference|improvement|success|result)|did(?: not|n't|"
    r"n’t) (?:help|work|change)|does(?: not|n't|n’t) (?:help|work)|without (?:success|effect|any)|"
    r"to no avail|nothing (?:helped|worked|changed)|none of|same (?:error|result|issue|problem|thing|behaviou?r)|it (?:did|still|worked|"
    r"helped|fails|fixed|didn)|still |that (?:did|didn|helped|worked|fixed)|which (?:did|didn|helped|worked|fixed)|"
    r"all without|worked|helped|fixed|fails|failed|keine (?:änderung|besserung|wirkung)|ohne (?:erfolg|wirkung)|half nicht|hat nicht|"
    r"sans (?:succès|effet|résultat)|rien n|sin (?:éxito|resultado|cambios)|no (?:ayudó|funcionó)|"
    r"(?:re-?\w+|clear\w*|restart\w*|switch\w*|disabl\w*|different|another|incognito|reset\w*|tried|rotat\w*|updat\w*|log\w+ out|"
    r"flush\w*)\b|改善|変わら|直ら|ダメ)"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def tried_in(text: str) -> tuple[str, ...]:
    """Clauses that say what was tried, word for word, in order; "not tried yet" and "when they tried to log in" are none."""
    lowered = text.lower()
    starts = sorted({match.start() for cue in _CUES for match in islice(cue.finditer(text, lowered), MOST)})
    clauses: dict[str, None] = {}
    read_to = -1
    for at in starts:
        if at < read_to or _compiled(_NOT_TRIED).search(text[max(0, at - 40) : at]):
            continue
        window = max(0, at - 120)
        start = max(
            (match.end() for match in _compiled(_START).finditer(text, window, at)),
            default=window if window == 0 else text.rfind(" ", 0, at) + 1,
        )
        read_to = _end_of(text, at)
        clause = text[start:read_to].strip(" ,;:–—-\n")
        if clause:
            clauses[clause] = None
        if len(clauses) >= MOST:
            break
    return tuple(clauses)


def _end_of(text: str, at: int) -> int:
    """The end of the clause, carried on over a comma or dash while it goes on with what was done or what came of it."""
    stop = _compiled(_END).search(text, at, at + 400)
    last = stop.start() if stop else min(len(text), at + 400)
    position = at
    while part := _compiled(_PART).search(text, position, last):
        if not _compiled(_GOES_ON).match(text, part.end()):
            return part.start()
        position = part.end()
    return last
