"""How often something fails, as far as a sentence says so."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from escalation.language.phrases import Phrases

_OFTEN: Phrases[str] = Phrases(
    {
        "no": "not always/every/all, nicht immer/jede/alle, pas toujours, no siempre, almost/nearly every, とは限",
        "always": """
        every time, each time, always, constantly, without exception, permanently,
        every/each/all single/request/requests/call/calls/attempt/attempts/login/logins/order/orders/export/exports/file/files/delivery/deliveries,
        all our/the/of ~ fail/fails/failing, none of the/our ~ work/works/arrive/arrives, 100 %,
        jedes mal, immer, jede anfrage/bestellung/anmeldung, alle anfragen/bestellungen/anmeldungen, ständig,
        à chaque fois/appel, toujours, systématiquement, toutes les commandes/requêtes, siempre, cada vez, todas las, todos los, 毎回, 必ず, 常に, すべて
        """,
        "sometimes": """
        intermittent*, sporadic*, sometimes, occasional*, now and then, at random, randomly, on and off, some of the/our, a share of, some calls/requests/orders,
        every now/other, every # hours/minutes/days, once an/every hour/few/other,
        manchmal, sporadisch, gelegentlich, ab und zu, hin und wieder, einige/manche anfragen/bestellungen, parfois, de temps en temps,
        par intermittence, certaines commandes/requêtes, a veces, de vez en cuando, intermitente*, algunos/algunas pedidos/llamadas, 時々, ときどき, たまに, 断続
        """,
    }
)


class Share(NamedTuple):
    """Between which shares of the attempts it fails, 0 to 1."""

    least: float
    most: float

    def excludes(self, other: Share) -> bool:
        """Can't both be right: one says always, the other that most attempts succeed."""
        low, high = sorted((self, other))
        return high.least == 1.0 and low.most <= HALF


HALF = 0.5
ALWAYS = Share(1.0, 1.0)
SOMETIMES = Share(0.0, HALF)


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(r"(?<![\w.,])(\d{1,3}(?:[.,]\d+)?) ?(?:%|per ?cent|prozent|pour ?cent|por ciento)|(?<![\w.,])(\d{1,5}) (?:of|in|out of|von|sur|de) (?:about |around )?(\d{1,6})(?![\w.,]?\d)", re.IGNORECASE)  # fmt: skip


def share_in(text: str) -> Share | None:
    """The share that a sentence states: "5 % of requests", "1 in 20", "every time", "sporadisch"; None when it states none."""
    for found in _counted().finditer(text):
        share = float(found[1].replace(",", ".")) / 100 if found[1] else int(found[2]) / int(found[3]) if int(found[3]) else 0.0
        if 0 < share <= 1:
            return Share(share, share)
    said = _OFTEN.found_in(text)
    if "sometimes" in said or "no" in said:
        return SOMETIMES
    return ALWAYS if "always" in said else None
