"""Which part a sentence plays: a table of rules that people can read.

A rule names phrases (`phrases.py` says how they are written; English well, German, French, Spanish and Japanese for
the words that matter), whose mouth they must come from, and who may be listening. A part is a reason to show a
sentence, no more: it decides nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from escalation.language.cue import Cue
from escalation.language.phrases import Phrases
from escalation.language.statement import Statement

Part = Literal[
    "symptom", "error", "tried", "workaround", "suspected cause", "doubt", "commitment", "retraction",
    "ask", "deadline", "promise by us", "unanswered", "executive or legal", "owner", "decision", "does not fit", "growth", "collision",
]  # fmt: skip
"""The parts a sentence can play, in the order in which a digest shows them."""


class Rule(NamedTuple):
    """A sentence plays `part` when it says one of `phrases` and none of `unless`."""

    part: Part
    phrases: str
    side: Literal["customer", "vendor", ""] = ""
    """Only from the mouth of this side; nothing: of either."""
    heard_by: Literal["anyone", "customer", "inside"] = "anyone"
    """"customer": only where the customer reads it; "inside": only where they don't."""
    unless: str = ""
    question: bool = True
    """False: a question never plays it ("is it fixed?" is no fix)."""
    weight: float = 1.0


class Played(NamedTuple):
    """A part, and how strongly the sentence plays it."""

    part: Part
    weight: float


FAILING = """
    block/blocks/blocked/blocking, keyed by hand, locked out, by telephone, fail*, error/errors, 500/502/503/504/5xx/403/401, broken, not work*, isnt/arent/wasnt/doesnt/dont/didnt work*, missing, cant,
    cannot, couldnt, unable, timeout*, timed out,
    loop/loops/looping, drop/drops/dropped/dropping, intermittent*, wrong, incorrect*, reject*, refus*, stuck, crash*, outage,
    is/are/was/went down, lost, mismatch*, invalid,
    not there, never arriv*/appear*, sent back, redirect*, can see ~ another/other/others, not ours, someone/somebody elses, no way,
    no longer, short by, lacks, incomplete, truncat*, stops/stopped, hangs/hung/hanging, freezes/frozen/froze, slow/slower/slowly,
    never loads/finishes/completes, aborts/aborted, blank, duplicat*, corrupt*, unresponsive, service unavailable,
    bricht, brechen ~ ab, abgebrochen, hängt, hängen, stürzt ~ ab, abgestürzt, nicht erreichbar, nicht möglich, können ~ nicht, kann ~ nicht,
    kommt/kommen ~ nicht ~ an, verschwunden, doppelt, langsam, unvollständig, leer, falsche*, gesperrt,
    fehler*, fehlt, fehlen, fehlgeschlagen, schlägt ~ fehl, schlagen ~ fehl, funktioniert/funktionieren ~ nicht, geht nicht, kaputt,
    störung, ausfall, abgelehnt,
    erreur*, échou*, échec, ne fonctionne*, fonctionne/fonctionnent pas, marche/marchent pas, manqu*, panne, impossible, sarrête/sarrêtent, bloqué*, plante/plantent,
    ne ~ plus, nest/narrive/narrivent pas, vide/vides, lent/lente/lentement, doublon*, incomplet*, perdu*,
    fallo*, falla*, error*, no funciona*, no ~ llega/llegan/carga/aparece/aparecen, falta*, caído, caída, detiene/detienen, bloquead*, se cuelga, no podemos/puedo/pueden,
    ya no, vacío*, vacía*, lento/lenta, duplicad*, incomplet*, perdido*,
    エラー, 失敗, できません, できない, 動かない, 動きません, 不具合, 障害, 届かない, 届きません, 欠け, 止ま, 停止し, 表示されません, 表示されない, 遅い, 消え, 重複
"""
FINE = """
    i/we stopped/stop there/here, no errors/failures/500s, 0 errors/failures/500s, see nothing, no more/further/new errors/failures/issues/problems,
    without any/errors/problems, works fine, working fine, works again, not seen/see/seeing any, not blocking, not ~ blocker, keine fehler, nicht blockier*, pas bloquant*, sans erreur,
    no ~ bloquea, sin errores, no es urgente
"""
RESULT = """
    still, no change/difference/effect/luck/improvement/success, same error/result/outcome/picture/behaviour/behavior/problem/thing/issue,
    did/does/do not help/work/change/fix/reproduce,
    didnt/doesnt/dont help/work/change/fix/reproduce, helps, helped, works, worked, fixed, solved, succeed*, success*,
    went away/down/through, unchanged, identical, fail/fails/failed,
    came back, gone, returned, are/is/were/was missing/fine/gone/correct/unchanged, # of #, # out of #, no errors, reproduced,
    and got/saw, # %, dropped to/from, strip*, nothing, all pass*, not affected,
    weiterhin, immer noch, unverändert, geholfen, hilft/half nicht, ohne erfolg/wirkung/ergebnis, keine änderung/wirkung/besserung, besteht weiter, behoben,
    toujours, sans effet/succès/résultat, aucun changement/effet, rien na changé, pas aidé, résolu, sigue*, sin cambios/éxito/resultado/efecto, no ayudó, no ha ayudado, nada cambió, resuelto,
    変わら, 直りません, 直らない, 改善しません, 効果がありません, 解決, 同じ
"""
FALLS_SHORT = """
    doesnt, dont, didnt, isnt, arent, wasnt, wont, not, no, none, cannot, cant, couldnt, fail*, strip*, impossible, drops, useless,
    too slow/late/much/many, still, hours a/per/every, only,
    nicht, kein*, ne ~ pas, できません, ない
"""
DOES_WITHOUT = """
    doesnt/dont/wont/not/never need/needed/require/required/depend/touch, no longer needs/requires, not affected/needed/necessary,
    braucht/brauchen kein*/nicht, benötigt/benötigen kein*, pas besoin, na ~ pas besoin, no necesita/necesitan, 不要
"""
"""What sounds like it and is praise: a way round that does not need the part that fails."""
TAKES_BACK = """
    retract*, withdraw*, withdrew, take that/it/this back, taking that/it/this back, take/taken/took ~ back, scrap that, disregard,
    is not agreed, not agreed by, i/we was/were wrong, dont/not quote/promise/communicate/repeat, slipped, slips, postpone*, pulled the/that/back,
    no longer ~ date/planned/eta/hold/holds, wont make/happen/hold, zurückgezogen, nehme/nehmen ~ zurück, zurücknehmen, zurückziehen, verschoben, verschiebt,
    repouss*, retire/retirons, oubliez la date, aplaz*, retira*, retiro, 撤回, 延期
"""
"""A retraction in the narrow sense; the others say that there is no date."""

EXECUTIVE_OR_LEGAL = """
    cto/ceo/cfo/cio/coo/ciso/cpo/vp/svp/evp, chief ~ officer, board, executive/executives, managing director, general counsel, legal,
    lawyer*, attorney*, solicitor*, contractual/contractually, our contract, the contract,
    terminat*, penalt*, liquidated, service credits, credits apply, section #, breach of, regulator*, supervis*, gdpr, dora, lawsuit,
    cancel ~ contract/subscription/renewal/account, churn*, competitor*, alternative vendor/provider,
    an offer from, second vendor, alternatives, switch/switching/moving to, evaluating, rfp, not be renewing, not renew, wont renew, cant/cannot/wont sign,
    our renewal, renewal ~ risk/danger/jeopardy/question/doubt/trouble, risk ~ renewal, press, journalist*,
    public statement, go public, geschäftsführ*, vorstand*, anwalt, anwält*, kündig*, vertrag, behörde, aufsicht, bafin, avocat*,
    résili*, contrat, régulateur, abogad*, rescind*, contrato, director general, regulador,
    社長, 弁護士, 解約, 契約
"""

RULES: tuple[Rule, ...] = (
    Rule(
        "error",
        """
        500/502/503/504/403/401/429 internal/bad/service/gateway/forbidden/unauthorized, http 500/502/503/504/403/401/400/429,
        status/code 500/502/503/504/403/401/400,
        request id*, trace id*, correlation id*, error message/code/text/says, the error, fehlermeldung, message derreur,
        mensaje de error, エラーメッセージ, エラーコード
        """,
        weight=1.1,
    ),
    Rule("symptom", FAILING, side="customer", unless=FINE),
    Rule("symptom", FAILING, side="vendor", unless=FINE + ", give you a date, no statement", question=False, weight=0.6),
    Rule("symptom", "data on ~ name, no full card, line items, last four digits", side="vendor", heard_by="inside", weight=0.9),
    Rule(
        "symptom",
        """
        we/i need/require/want, must be able, can only see, montre que, have/has no, there is no, theres no, benötigen, brauchen, besoin, necesitamos, 必要
        """,
        side="customer",
        weight=0.5,
    ),
    Rule(
        "symptom",
        "since #, since ~ morning/monday/tuesday/wednesday/thursday/friday, started ~ #, began, # %, about # in #, # of #, seit #, depuis, desde",
        weight=0.7,
    ),
    Rule(
        "tried",
        """
        we/i/they/support/customer/you tried/tested/restarted/rebooted/cleared/rotated/switched/disabled/enabled/reset/reinstalled/upgraded/reran/recreated/replayed/retried,
        we/i/they/customer have/has/had switched, switched on/off,
        we/i/they also/already/then/both/now tried/tested/restarted/cleared/rotated/switched/disabled/enabled/reset/changed/checked/verified/replayed,
        weve/ive/theyve/have/has/had tried/tested/restarted/cleared/rotated/switched/disabled/enabled/reset/changed/checked/verified/compared,
        we/i/they changed/checked/verified/confirmed/compared/bypassed/turned/increased/raised/added/removed/redeployed/re exported/ran/set,
        tested with # , moved # ~ users, restarted to, load test ~ # , tried, replayed, after restarting/clearing/switching/disabling/upgrading/resetting/changing/rolling/raising/increasing,
        asked/had/told/pointed them/him/her/you/customer ~ to, sent them/him/her/you/customer ~ article/link/steps,
        sent ~ article/guide, pointed ~ to,
        haben/habe ~ versucht/probiert/ausprobiert/gestartet/getestet/geleert/gelöscht/geprüft/zurückgesetzt/umgestellt/deaktiviert/aktualisiert/installiert,
        avons/ai ~ essayé/redémarré/testé/vérifié/vidé/réinitialisé/désactivé/réinstallé/changé,
        hemos/he ~ probado/intentado/reiniciado/verificado/comprobado/borrado/desactivado/actualizado/reinstalado/cambiado,
        試しました, 試しても, 再起動し, 確認しました, クリアし, 再インストールし, 変更しました, 無効にし
        """,
        unless="maybe it is, not ~ tried, havent ~ tried, have you, did you, please try/check, could you, if you tried, tried to put/write/describe/summarise/keep, noch nicht, pas encore, todavía no, you can verify",
        question=False,
    ),
    Rule(
        "tried",
        """
        same error/result/outcome/picture/behaviour/behavior/problem/thing with/from/on/in/via/after/under/when/without,
        by hand ~ same error/result/outcome/picture/behaviour/behavior, manually ~ same error/result/outcome/picture/behaviour/behavior,
        by hand ~ no change/difference/effect, manually ~ no change/difference/effect,
        no change/difference/effect/improvement with/after/from, another/different/new/fresh/second ~ same error/result/outcome/picture,
        gleiches ergebnis mit/auf/unter/nach, même résultat avec/sur/après, mismo resultado con/en/tras
        """,
        unless="same picture/result/thing/error after the fix",
        question=False,
        weight=0.9,
    ),
    Rule(
        "tried",
        "reproduced, can/could/cant/cannot/couldnt reproduce, can/could not reproduce, unable to reproduce",
        unless="that we can",
        question=False,
        weight=0.6,
    ),
    Rule(
        "workaround",
        """
        workaround*, work around, meantime, meanwhile, interim, stop gap, stopgap, for now ~ use/can/retry/export/we,
        instead use/export/call, retry with, retrying with, retry the, idempotency key, overlap,
        article ~ not/doesnt apply, does not apply, doesnt apply, not applicable, wrong article,
        makes/creates duplicates, makes it/things worse, dont/not send/recommend/suggest/use it/that/this ~ anybody/anyone/else/again/customers/customer/longer, umgehung, zwischenlösung*, übergangslösung*, behelf*, in der zwischenzeit,
        bis dahin ~ können, vorübergehend, contournement, solution provisoire/temporaire, en attendant, dici ~ là ~ pouvez, provisoirement,
        solución temporal/provisional, mientras tanto, de momento ~ puede/pueden, provisionalmente, 回避策, 暫定, 当面, それまで
        """,
        question=False,
    ),
    Rule(
        "workaround",
        "manual ~ export/screenshot/screenshots, manually, by hand, photograph*, take/takes/taking/make/makes/making ~ screenshots",
        unless="same error/result/outcome/picture/behaviour/behavior, no change/difference/effect/luck, keyed by hand",
        question=False,
        weight=0.5,
    ),
    Rule(
        "suspected cause",
        """
        suspect*, root cause, caused by, my guess/theory/hypothesis, hypothes*, theory, could be the/a/related/that,
        might be the/a/related, points to/at, correlat*, since the deploy/release/upgrade/rollout/migration,
        regression from/in/of, vermut*, verdacht*, tippe auf, liegt an, liegt ~ am/an, ursache, à cause, dû à/au, due au, soupçonn*, cause probable, vient de/du ~ cache/déploiement/version/mise,
        provoqué* par, causa, debido a, sospech*, provocad* por, se debe a, 原因, と思われ, 疑って, 可能性が高い
        """,
        side="vendor",
        unless="cause unknown, cause not/still, unlikely, not likely, dont think, doubt*, not convinced, dont/not mention",
        weight=1.2,
    ),
    Rule(
        "suspected cause",
        """
        so the ~ isnt/arent/wasnt/doesnt, came out/in in/with/during, was removed/dropped/lost in/with/during, fairly/pretty/quite sure its/it/that, would explain, look there first, probabl*, likely, looks like, seem to be, seems to be/like/that, because of, due to, may be the/a/related, wahrscheinlich,
        probablement, probablemente
        """,
        side="vendor",
        unless="unlikely, not likely, dont think, doubt*, not convinced, dont/not mention, looks like progress/the usual",
        weight=0.8,
    ),
    Rule(
        "suspected cause",
        "suspect*, root cause, caused by, since your deploy/release/upgrade/update, since the deploy/release/upgrade/update",
        side="customer",
        question=False,
        weight=0.5,
    ),
    Rule(
        "doubt",
        """
        not convinced, unconvinced, doubt*, dont/doesnt/didnt think/believe/buy/explain/match/fit,
        do/does/did not think/believe/explain/match/fit, not add up, doesnt add up, not so sure, not sure it/that/this/the,
        unlikely, cant/cannot be the/just/only, isnt/wasnt the cause/pool/deploy/reason, disagree, would not explain, wouldnt explain,
        nothing is proven, unproven, not proven, no proof, no evidence, only a theory/guess/hypothesis,
        glaube nicht, glaube ich nicht, bezweif*, zweifle*, passt nicht, nicht überzeugt, unwahrscheinlich, crois pas, doute, pas convaincu*, peu probable,
        no creo, dudo, no ~ convence, poco probable, no estoy segur*, 疑問, 違うと思, 考えにくい
        """,
        side="vendor",
        weight=1.3,
    ),
    Rule(
        "does not fit",
        """
        doesnt/dont/didnt explain/match/fit, does/do/did not explain/match/fit, odd, oddly, strange*, weird, curious*, even though,
        although, contrary, unaffected, not affected, works for/on/in/with, works fine for/on/in/with,
        no errors/failures/500s/5xx/loop, never saw/seen/had, already/also happened/seen/failing/saw ~ before,
        before the deploy/release/upgrade/change, different issue/problem/bug/cause/error, not the same, not related,
        isnt/arent/wasnt/werent affected, unrelated, separate issue/problem/account/company/contract/customer, again after, came back, still ~ after #, still ~ on #,
        regress*, 0 errors/failures, see nothing, held ring/release, not on that/this release/build/version, fail/fails/failed too,
        not the bug, misread, filter set, nothing to do with, cant/cannot explain, how does that ~ go together, but then why, before anybody/anyone,
        is/are still fine, users/endpoint is/are fine, before the # ~ complete/fine, no daylight, doesnt do daylight, so it isnt, or not only, not one bug,
        complete in the store, store is complete, data is safe/there, nothing is lost, not all enterprise/customers/users/accounts, dont know why,
        betrifft ~ nicht, obwohl, bien que, aunque, merkwürdig, komisch*, seltsam*, erstaunlich*, nicht betroffen, dabei ~ keine, bizarre*, étrange*, curieux*, curieusement, pourtant, alors que, pas concerné*, pas touché*,
        extraño*, extraña*, raro, curios*, sin embargo, no ~ afectad*, 別の, 不思議, おかしな, 影響を受けていません, 影響はありません, にもかかわらず
        """,
        unless="workaround*, meanwhile, meantime, may/might/could help, en attendant, mientras tanto, in der zwischenzeit",
        question=False,
        weight=0.9,
    ),
    Rule(
        "commitment",
        """
        will/ll be fixed/shipped/released/deployed/delivered/live, will/ll ship/release/deploy/fix/land/deliver/merge/patch,
        well/ill ship/release/deploy/fix/land/deliver/merge/patch, going to ship/release/deploy/fix,
        should work, should be fine, fix ~ planned/scheduled/targeted/expected/due/ready/lands/land/out/ships/ship/friday/thursday/tomorrow,
        hotfix ~ by/on/tomorrow/today/planned, eta, planned/scheduled/targeted for/to, aiming for, target is/date,
        on the roadmap, we commit, wird ~ behoben/ausgeliefert, werden ~ behoben/ausgeliefert, behoben ~ sein, ausliefern wir, liefern ~ aus, fix kommt, sera/seront ~ corrigé/corrigée/livré/livrée/déployé/déployée/disponible,
        livrons, livrerons, corrigerons, será/serán/estará/estarán ~ corregid*/entregad*/desplegad*/list*/disponible, entregaremos, corregiremos, publicaremos,
        リリース予定, 修正予定, リリースします, 修正版を
        """,
        side="vendor",
        unless="""
        no eta, no ~ date, not yet planned/scheduled/committed, not planned/scheduled/committed, cant/cannot/wont commit/promise/ship,
        retract*, withdraw*, not on the roadmap, dont/not quote/promise/communicate, please dont,
        take ~ back
        """,
        question=False,
        weight=1.2,
    ),
    Rule(
        "retraction",
        """
        retract*, withdraw*, withdrew, take that/it/this back, taking that/it/this back, take ~ date ~ back,
        take/takes/taken/took monday/tuesday/wednesday/thursday/friday back, scrap that, disregard,
        is not agreed, not agreed by, not a date, i/we was/were wrong, dont/not quote/promise/communicate/repeat, no committed/firm date/eta,
        no date, no eta, not a commitment, cant/cannot/wont commit/promise/hold/keep, slipped, slips, postpone*, pulled the/that/back,
        no longer ~ date/planned/eta/friday/thursday/hold/holds,
        wont make/happen/hold, not going to make/happen, zurückgezogen, nehme/nehmen ~ zurück, zurücknehmen, zurückziehen, kein termin, keinen termin, verschoben, verschiebt, können ~ nicht zusagen/halten, nicht zu halten,
        pas de date, aucune date, repouss*, report* ~ au/à, retire/retirons, ne ~ pas ~ tenir/tenue, oubliez la date, sin fecha, ninguna fecha, aplaz*, retira*, retiro, no podemos ~ cumplir/mantener/prometer, 撤回, 延期, 日程は未定, お約束できません
        """,
        side="vendor",
        question=False,
        weight=1.5,
    ),
    Rule(
        "promise by us",
        """
        we/i will ~ update/send/share/keep/post/call/report/write/inform, we/i will get/come back, we/i will let you know,
        we/i will follow up, well/ill ~ update/send/share/keep/post/call/report/write/inform,
        well/ill get/come back, well/ill let you know, well/ill follow up, next update, expect an/our/my update/answer/news,
        youll/you will hear/have/get/receive, you/ll hear, will answer/call, will come back, ill/well/will have ~ by, ill/well have ~ for you, ill/well have a/an/the/some/news/word/more, ill/well write/answer/call/come,
        sending you ~ each/every, a named person will, melde ich mich, melde mich, melden uns, melden wir uns, nächstes update, nächste rückmeldung, halte/halten sie auf dem laufenden, sende/senden/schicke ~ ihnen, informiere/informieren ~ sie, rufe/rufen sie ~ an, bekommen/erhalten ~ von uns/mir,
        reviens vers vous, revenons vers vous, reviendrai/reviendrons vers vous, vous tiendrons, vous tiendrai, vous enverrons/enverrai, vous appellerai/appellerons/appellera, vous informerai/informerons, prochaine mise à jour, prochain point,
        volveremos, volveré, le/les informaremos/informaré, le/les enviaremos/enviaré/envío, le/les llamaremos/llamaré/llamará, les mantendremos, próxima actualización,
        ご連絡いたします, ご連絡します, ご報告, お送りします, お送りいたします, お電話いたします, お電話します
        """,
        side="vendor",
        heard_by="customer",
        question=False,
        weight=1.2,
    ),
    Rule(
        "promise by us",
        """
        i/we/ill/well write/call/answer/ring/talk/speak ~ by/at #, i/we/ill/well write/call/answer/ring ~ today/tomorrow/tonight, i/ill write/talk/speak to,
        ich schreibe/rufe ~ heute/morgen, jécris/jappelle, escribo/llamo ~ hoy/mañana, 連絡します
        """,
        side="vendor",
        heard_by="inside",
        unless="did i, should i, can i, shall i, if i",
        question=False,
        weight=0.9,
    ),
    Rule(
        "promise by us",
        """
        promised them/him/her/us/you/acme, promised ~ update/answer/call/fix, promised by, told them/him/her/customer ~ would,
        missed ~ update/promise/call/callback, update/promise/callback ~ missed, update ~ never came/sent/arrived,
        update ~ not sent/kept, you promised/said, still waiting for ~ update/answer/call/reply, zugesagt, versprochen, promis,
        prometido, 約束
        """,
        question=False,
        weight=1.1,
    ),
    Rule(
        "ask",
        """
        please, could/can/would/will you, we/i need/ask/request/want/require/demand/insist,
        we/i expect a/an/you/your/this/that/to/answers, wed/id like, tell me/us when/what/why/whether, let me/us know, with whom, we/i would like, when will/can/is/do,
        what is/are the/your plan/eta/next/status, is there an eta/update/date, any update/news,
        bitte, wann, brauchen, erwarten, sil vous plait/plaît, pouvez vous, quand, nous exigeons/attendons/demandons, por favor,
        cuándo, necesitamos, exigimos, esperamos, ください, お願い, いつ
        """,
        side="customer",
        unless="please find attached/below, please see, as you can see, please bear",
    ),
    Rule(
        "ask",
        """
        can/could someone/anyone/you/we/somebody/engineering/product, please escalate/look/check/investigate/decide/confirm/advise,
        we/i need a/someone/engineering/product, need a decision, needs a decision, who can
        """,
        side="vendor",
        heard_by="inside",
        weight=0.6,
    ),
    Rule(
        "deadline",
        """
        by #, by today/tonight/tomorrow/noon/midnight/monday/tuesday/wednesday/thursday/friday/saturday/sunday/eod/cob, by the end,
        by end, by close, by next, before #, before the,
        by/before/until january/february/march/april/may/june/july/august/september/october/november/december, no later than,
        at the latest, deadline*, go live, cutover, cut over, black friday, peak, due on/date,
        we start ~ on, will need it ~ in, within #, within the next, runs/ran out on, expires on, asks for ~ by, frist, stichtag, bis zum, bis morgen/heute/montag/dienstag/mittwoch/donnerstag/freitag, bis #,
        spätestens, vor dem #, échéance, délai, avant le, avant lundi/mardi/mercredi/jeudi/vendredi/demain/fin, dici #, dici lundi/mardi/mercredi/jeudi/vendredi/demain, au plus tard, date limite,
        plazo, fecha límite, antes del, antes de #, a más tardar, para el #, para el lunes/martes/miércoles/jueves/viernes, 期限, 締め切り, 締切, までに
        """,
        side="customer",
        unless="before the deploy/release/upgrade/change, before the # ~ complete/fine, short/down/up/late/off by, divided by",
        weight=1.2,
    ),
    Rule(
        "deadline",
        "deadline*, renewal ~ on/is/date/#, renews ~ #, go live, black friday, cutover, freeze, regulator ~ #",
        side="vendor",
        weight=0.6,
    ),
    Rule(
        "deadline",
        "# hour/hours clock/notification/duty/deadline, discovery time, notification clock/deadline/duty, must/have to ~ notify/report ~ within, meldefrist, 72 stunden",
        side="vendor",
        heard_by="inside",
        question=False,
        weight=1.3,
    ),
    Rule("executive or legal", EXECUTIVE_OR_LEGAL, side="customer", unless="sla breach", weight=1.2),
    Rule("executive or legal", EXECUTIVE_OR_LEGAL, side="vendor", unless="sla breach", weight=0.8),
    Rule(
        "does not fit",
        "first pass, one more pattern, isnt the extent, not known yet, open question, cant/cannot explain, how does that ~ go together, but then why, fail/fails too ~ should, doesnt fit my, not one bug, so it isnt, no daylight, doesnt do daylight, is not all, not all enterprise/customers/accounts",
        side="vendor",
        heard_by="inside",
        weight=1.35,
    ),
    Rule(
        "growth",
        """
        # % ~ # %, from # to # %, rate per day/hour, still climbing, is climbing, climbing, getting worse, it is worse, growing, rising, increasing,
        # on the ~ # on the, #th ~ #th, # today ~ # yesterday, # on monday ~ # yesterday, in the last hour, tenants now,
        wird schlimmer, de plus en plus, cada vez más, 増え
        """,
        unless="before # ~ after, down from, first attempts, dropped, with # % same, same as with",
        question=False,
        weight=0.9,
    ),
    Rule(
        "collision",
        """
        migration window, tied up, on leave, parental leave, is/are/am busy, at another customer, im/is on the ~ rollout, can look ~ on,
        change freeze, code freeze, no rollback ~ before, before the migration, needs ~ from, same engineer/person,
        shift ends, cant take the call, in a call until, im urlaub, en congé, de vacaciones, 休暇
        """,
        side="vendor",
        heard_by="inside",
        question=False,
        weight=1.0,
    ),
    Rule(
        "owner",
        """
        ill/i take/own/handle, i am taking/on/looking, im taking/on/looking, taking this/it/over, picking this/it/up,
        picked this/it/up, looking into, assign*, owner, owns, on call, is on it/this, hand/handed/handing ~ over,
        paged, has the pager, team owns, i lead, need to know only, only ~ need to know, übernehme, übernehmen wir, zuständig, kümmere mich, je prends, men occupe, nous en occupons, en charge, me encargo, nos encargamos, lo llevo yo, responsable, 担当, 引き継ぎ
        """,
        side="vendor",
        heard_by="inside",
        unless="customer owns, product owner, account owner",
        question=False,
        weight=0.9,
    ),
    Rule(
        "decision",
        """
        decided, decides, to be decided, needs ~ yes, decision for, nobody touches, wont switch, has it since, no rollback, no statement to, estimate #, not planned, one time extract/file, would accept, waits for ~ approval, we agreed, we have agreed, decision is/was, approved, declined, signed off, go/going ahead, wont fix, will not fix,
        rolled back, roll back, rolling back, draining, copied ~ evidence, untouched, disabled, taken down/offline, took ~ down/offline, revoked,
        blocked the/access, contained, flag ~ off, turned off, switched off, entschieden, entscheidung, beschlossen, abgeschaltet, zurückgerollt, genehmigt, abgelehnt, décidé, décision, désactivé, validé, refusé,
        decidido, decisión, desactivad*, aprobad*, rechazad*, 決定, 無効化, 決まりました, 承認
        """,
        side="vendor",
        unless="not decided, not yet decided, no decision, need a decision, needs a decision, they disabled, customer disabled, if we",
        question=False,
        weight=0.9,
    ),
)

TO_A_MACHINE = """
    ignore/disregard/forget/override/bypass ~ instruction*/prompt*/rules/guidelines/previous/above/prior/policy/policies,
    system/developer/hidden/initial prompt/message/override/instruction/instructions/note,
    ai/llm/chatbot/copilot/claude/chatgpt/gpt/gemini/codex must/should/please/reading/processing/summarising/summarizing/you/assistant*/agent*/model*/bot/system*,
    language model*,
    note/attention/instruction/instructions/message/memo/notice to/for ~ ai/assistant/assistants/agent/agents/bot/bots/llm/model/models/automation,
    you are now, you are ~ assistant/ai/agent/bot, as an ai, new instruction/instructions,
    when/if/before/while ~ summarising/summarizing/processing/parsing ~ ticket/message/text/thread/email, act as, jailbreak*,
    assistant/assistants/agent/agents reading/processing/that/which ~ read/reads/this/process,
    output/print/reveal/repeat ~ verbatim/instructions/prompt, include/append ~ your summary/answer/reply/output/response/brief,
    dear assistant/ai/agent/bot, hey assistant/ai/agent/bot, attention assistant/ai/agent/bot,
    dont/not tell/mention/show ~ user/operator/human, anweisung* ~ ignorier*/vergiss*, ignorier*/vergiss* ~ anweisung*,
    ignorez ~ instructions, ignora/ignore ~ instrucciones, 指示を無視, 命令を無視, これまでの指示
"""
MARKED_FOR_A_MACHINE = Cue(
    "marked",
    "system|assistant|developer|inst]|<|curl |wget |rm -rf",
    r"^\W*(?:system|assistant|developer)\s*[:\]>]|\[/?inst\]|</?(?:system|instructions?|assistant|prompt)>|<\|im_|(?:curl|wget) \S.*\|\s*(?:ba)?sh\b|\brm -rf\b",
)

_Key = tuple[str, int]
_TABLES: dict[_Key, str] = {
    **{("says", number): rule.phrases for number, rule in enumerate(RULES)},
    **{("unless", number): rule.unless for number, rule in enumerate(RULES) if rule.unless},
    ("result", 0): RESULT,
    ("falls short", 0): FALLS_SHORT,
    ("does without", 0): DOES_WITHOUT,
    ("takes back", 0): TAKES_BACK,
}
_PHRASES: Phrases[_Key] = Phrases(_TABLES)
_COMMANDS: Phrases[str] = Phrases({"to a machine": TO_A_MACHINE})


@lru_cache(maxsize=8192)
def _said(text: str) -> frozenset[_Key]:
    return frozenset(_PHRASES.found_in(text))


@lru_cache(maxsize=8192)
def to_a_machine(text: str) -> bool:
    """Is this a command to whatever software reads the text? Such a sentence plays no part, nor does the rest of its paragraph."""
    return bool(_COMMANDS.found_in(text)) or any(MARKED_FOR_A_MACHINE.finditer(text, text.lower()))


def tells_a_result(text: str) -> bool:
    """Does the sentence say what came of something?"""
    return ("result", 0) in _said(text) or text.rstrip(" .!").lower().endswith((" same", " gleich", " pareil", " igual"))


def falls_short(text: str) -> bool:
    """Does the sentence say that something does not do, or only in part?"""
    said = _said(text)
    return ("falls short", 0) in said and ("does without", 0) not in said


def takes_back(text: str) -> bool:
    """Of a retraction: does it take something back, rather than say that there is no date?"""
    return ("takes back", 0) in _said(text)


def is_question(text: str) -> bool:
    """Does it end as a question?"""
    return text.rstrip("\"'”») ").endswith(("?", "？"))


def parts_of(statement: Statement) -> tuple[Played, ...]:
    """Every part the sentence plays, strongest first; none for articles, accounts and what a system says in prose."""
    if statement.kind in ("article", "account") or (statement.side == "system" and statement.sentence.form != "code"):
        return ()
    if statement.sentence.form == "code":
        return (Played("error", 1.5),)
    said = _said(statement.text)
    question = is_question(statement.text)
    best: dict[Part, float] = {}
    for number, rule in enumerate(RULES):
        if ("says", number) in said and ("unless", number) not in said and _may(rule, statement, question=question):
            best[rule.part] = max(best.get(rule.part, 0.0), rule.weight)
    return tuple(sorted((Played(part, weight) for part, weight in best.items()), key=lambda played: -played.weight))


def _may(rule: Rule, statement: Statement, *, question: bool) -> bool:
    if question and not rule.question:
        return False
    if rule.side and statement.side not in (rule.side, "unknown"):
        return False
    return rule.heard_by == "anyone" or (rule.heard_by == "customer") == statement.to_customer
