"""Which places of a reproduction a sentence fills: a table of phrases that people can read (`phrases.py` says how they are written)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from escalation.language.phrases import Phrases

Slot = Literal["start state", "inputs", "expected", "actual", "environment", "frequency", "first bad", "last good", "ruled out"]

SLOTS: dict[Slot, str] = {
    "start state": """
        logged in as, signed in as, log/logged/sign/signed in with, on the ~ plan, enterprise/business/starter plan,
        admin/owner/viewer role, as an admin, as admin, with role, fresh/new/clean account/profile/browser/session,
        test/staging/sandbox/production account/tenant/workspace, feature flag*, time zone set, timezone set, zone ~ set to,
        configured with, sso enforced, enabled for,
        angemeldet als, als administrator*, mit der rolle, im tarif, testkonto, connecté en tant, en tant quadministrat*, avec le rôle, compte de test,
        conectado como, como administrador*, con el rol, cuenta de prueba, ログイン, 管理者として, テスト環境
        """,
    "inputs": """
        payload, request body, with body, order id*, customer id*, date range, from # to #, between # and #, report for, export of,
        export for, filter*, file attached, example*, for instance, e g, parameter*, header*, curl, endpoint, webhook url,
        beispiel*, zum beispiel, bestellung #, auftrag #, anhang, par exemple, exemple*, commande #, en pièce jointe, ci joint,
        por ejemplo, ejemplo*, pedido #, adjunt*, 例えば, 例：, 注文番号, 添付
        """,
    "expected": """
        we/i/they expected, expected ~ but, we/i expect ~ to/that/#/all/the, expect # , should be/have/show/contain/return/include/stay/land/work,
        should ~ instead, ought to, supposed to, normally, erwarte*, sollte*, müsste*, normalerweise, devrait, devraient, attend*, attendu*, normalement,
        debería*, esperado, esperába*, esperamos # , normalmente, はず, 期待, 本来
        """,
    "actual": """
        actual, actually, observed, instead, returns/return/returned # , get/gets/got a/an/http/#, answers/answered # , answers with,
        receive*, sent back, are missing, is missing, redirect*, but ~ missing/fails/stops, bounces/bounced, only ~ rows,
        stattdessen, tatsächlich, es kommt/erscheint, bekommen ~ nur, au lieu, en réalité, nous recevons, saffiche,
        en lugar, en vez, en realidad, recibimos, aparece, 代わりに, 実際, と表示され
        """,
    "environment": """
        chrome/firefox/safari/edge, browser, windows/macos/linux/ios/android/ubuntu, sdk #, client version, version #, v# , build #,
        release #, node/python/java/php/ruby/dotnet #, region, tenant, cluster, eu west, us east,
        okta/entra/adfs/keycloak/onelogin/ping,
        production/staging/sandbox environment, in production, behind a/our ~ proxy/gateway, time zone, timezone, utc+#, samesite,
        umgebung, produktivsystem, zeitzone, environnement, navigateur, en production, fuseau, entorno, navegador, en producción, zona horaria,
        環境, ブラウザ, バージョン, 本番
        """,
    "frequency": """
        # % , # of # , # out of #, # in #, every time, always, each time, intermittent*, sporadic*, randomly, sometimes, occasionally,
        per hour/minute/day, once a/every/per, reproducib*, only when/if/on/for/between/after, # times,
        jedes mal, immer, sporadisch, manchmal, gelegentlich, # von # , nur wenn/bei, à chaque, toujours, parfois, # sur # , par intermittence, uniquement quand/si,
        siempre, cada vez, a veces, # de # , de vez en cuando, solo cuando/si, 毎回, 必ず, 時々, たまに, 断続, 回中
        """,
    "first bad": """
        since # , since monday/tuesday/wednesday/thursday/friday/saturday/sunday/yesterday/last/the/our/your/this,
        started/starting/began ~ # , errors ~ start/started ~ at, started/starting/began ~ monday/tuesday/wednesday/thursday/friday/yesterday/after,
        first seen/noticed/occurred/failure/error/report/one, live since, since noon/morning/midnight/about, every day from,
        after ~ deploy/release/update/upgrade/migration, seit # , seit dem/der/gestern/heute/montag/dienstag/mittwoch/donnerstag/freitag/wochenende,
        erstmals, depuis, à partir du, pour la première fois, desde, por primera vez, から, 以降, 以来, 初めて
        """,
    "last good": """
        last good, last worked, worked/fine/ok/okay/good until, until ~ worked/fine, worked ~ until/before, was fine ~ until/before, before that ~ fine/worked,
        until then, still worked on/in/at, it used to work,
        bis ~ funktionierte/lief, funktionierte ~ bis, zuletzt ~ funktioniert, lief bis, vorher ~ funktioniert,
        jusqu ~ fonctionnait, jusquà ~ fonctionnait, jusquau ~ fonctionnait, fonctionnait ~ jusqu*, marchait ~ jusqu*, hasta ~ funcionaba, funcionaba ~ hasta,
        までは正常, までは動, までは問題
        """,
    "ruled out": """
        ruled out, rule out, not specific to, not account specific, not related, same behaviour/behavior/result ~ in/on/with,
        tested in ~ and, tried ~ browsers, not a/the cache/network/browser/firewall/proxy/dns, is not the, isnt the, has nothing to do,
        no errors/failures on/in/for, works fine on/in/with/for, works on/in/with/for, not affected, unaffected, cannot/cant reproduce ~ on/in/with,
        is/are/look/looks fine, are clean, not tied to, isnt tied to, isnt/is not the, no pattern, before # ~ after # , 0 of #,
        have not deployed/changed, did not change, nothing changed, no deployment, it works,
        ausgeschlossen, liegt nicht an, nicht betroffen, nichts geändert, funktioniert in/mit/bei ~ einwandfrei/normal/problemlos,
        exclu, pas concerné*, ne vient pas, rien changé, fonctionne ~ normalement/bien, descartad*, no afectad*, no están/está afectad*, no es culpa, no hemos cambiado, funciona bien,
        除外, 影響なし, 変更していません, では正常, では問題なく
        """,
}
"""What fills a slot."""

CAN_REPRODUCE = "i/we can/could reproduce, reproduced, reproducible for me/us, able to reproduce, happens for me/us too, see it too, confirmed ~ on staging/test, nachstellen können, konnte/konnten ~ nachstellen, nachgestellt, reproduit, reproducido, 再現しました, 再現できました"
CANNOT_REPRODUCE = "not reproduce/reproduced, cant/cannot/couldnt reproduce, unable to reproduce, not able to reproduce, no repro, not reproducible, nicht nachstellen, nicht reproduzier*, pas reproduire, pas pu reproduire, no ~ reproducir, no ~ reproducido, 再現できません, 再現しません"
STEP = """
    open the, open #, take a/the, repeat the/this, count the, post/get/put/patch/delete https, click, go to, navigate to, log in, sign in,
    send/sending post/get/put/patch/delete, call post/get/put/patch/delete, export ~ csv/xlsx/report, select ~ and, enter, choose, run the export, press,
    klick*, öffne*, wähle*, drücke*, anmelden, exportier*, cliquez, cliquer, ouvrez, ouvrir, choisir, choisissez, se connecter,
    haga clic, hacer clic, abrir, abra, elegir, elija, seleccion*, iniciar sesión, クリック, を開, を選, 押し
"""

_HEADINGS: dict[Slot, str] = {
    "start state": "start precondition account role konto rolle compte cuenta 前提",
    "inputs": "input payload example beispiel eingabe exemple entrée ejemplo entrada 入力",
    "expected": "expected erwartet erwartung attendu esperado 期待",
    "actual": "actual tatsächlich obtenu observé real obtenido 実際",
    "environment": "environment umgebung environnement entorno 環境",
    "frequency": "frequency how häufigkeit fréquence frecuencia 頻度",
    "first bad": "since first started seit beginn depuis début desde inicio 発生",
    "last good": "last zuletzt dernier último",
    "ruled out": "ruled not ausgeschlossen exclu descartado 除外",
}
"""First words of the headings by which a reporter says what a line holds."""
_HEADS: dict[str, Slot] = {head: slot for slot, heads in _HEADINGS.items() for head in heads.split()}
_HEADING = re.compile(r"\W*(?P<head>[^\W\d_]+)[\w '/-]{0,24}[:：]\s*")

_TABLES: dict[str, str] = {str(slot): phrases for slot, phrases in SLOTS.items()}
_PHRASES: Phrases[str] = Phrases({**_TABLES, "can": CAN_REPRODUCE, "cannot": CANNOT_REPRODUCE, "step": STEP})


class Heading(NamedTuple):
    """A heading such as "Expected:" at the beginning of a sentence."""

    slot: Slot
    end: int
    """Where what it heads begins."""


@lru_cache(maxsize=8192)
def slots_of(text: str) -> frozenset[str]:
    """Slots that a sentence fills by its words; "step" when it tells what to do, "can" and "cannot" when it says whether it was reproduced."""
    return frozenset(_PHRASES.found_in(text))


def heading_of(text: str) -> Heading | None:
    """The heading that a sentence begins with, if its first word names a slot."""
    found = _HEADING.match(text) if ":" in text or "：" in text else None
    if found is None:
        return None
    head = found["head"].lower()
    slot = _HEADS.get(head) or next((slot for known, slot in _HEADS.items() if known > "\u3000" and head.startswith(known)), None)
    return Heading(slot, found.end()) if slot else None
