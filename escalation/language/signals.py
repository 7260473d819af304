"""Signals: words that raise the stakes of an issue, in any text, and the ways of saying that they don't apply."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache
from itertools import islice

from escalation.issue import Signal
from escalation.language.cue import Cue

LONGEST = 100_000
"""Characters read of one text."""
MOST = 50
"""Words of one sort taken from one text."""

_AGREEMENT = r"(?:contract|subscription|agreement|account|plan|service|licen[cs]es?|membership|renewal)"
_DATA = r"(?:data|rows?|records?|orders?|messages?|files?|invoices?|entries|transactions?|documents?|history|events?|attachments?|tickets?)"
_PARTY = r"(?:customer|client|tenant|account|company|user|organi[sz]ation|org|workspace|merchant|patient)"
_SYSTEM = (
    r"(?:service|api|site|website|platform|system|app|application|portal|dashboard|everything|product|login|checkout|production|prod|"
    r"cluster|server|servers|"
    r"database|gateway|integration|webhooks?|region|instance|environment|store|shop|it|we|they|sso|payments?|backend|frontend|network)"
)
_DO = (
    r"(?:log ?in|sign ?in|log on|work|access|use|place|create|process|ship|invoice|bill|pay|complete|proceed|go live|open|export|import|"
    r"download|upload|send|receive|connect|"
    r"deploy|save|submit|reach|publish|operate|trade|fulfil\w*|print|book|check ?out|run|take|accept|serve|onboard|close|sync)"
)
_CHANGING = (
    r"(?:rotating|changing|updating|switching|renewing|enabling|disabling|moving|renaming|editing|migrating|replacing|re-?issuing|"
    r"re-?generating|re-?configuring|adding|removing)"
)
_WHOSE = r"(?:their|his|her|its|our|your|the customer's|customer's)"

_CUES = (
    Cue("churn", "churn", r"(?:threaten\w* to )?\bchurn\w*"),
    Cue(
        "churn",
        "threat",
        r"\bthreaten\w* (?:to|with) (?:leav\w+|cancel\w*|switch\w*|mov\w+|terminat\w+|walk\w*|quit\w*|end\w*|not renew\w*|"
        r"go(?:ing)? elsewhere)",
    ),
    Cue(
        "churn",
        "cancel|terminat|end",
        rf"\b(?:cancel(?:l?ing|l?ed|s)?|terminat(?:e|ing|ed|es)|ending|end) (?:of )?(?:\w+ ){{0,3}}{_AGREEMENT}\b",
    ),
    Cue(
        "churn",
        "renew",
        r"\b(?:non-?renew\w*|(?:will|would|may|might|does|do|did)? ?(?:not|n't|won't|never) renew\w*|won't renew|refus\w+ to renew)",
    ),
    Cue(
        "churn",
        "renewal",
        r"\brenewal\b[^.;\n]{0,30}\b(?:in danger|at risk|in doubt|in question|in jeopardy)\b|\b(?:risk\w*|jeopardi\w+|"
        r"threaten\w*) (?:\w+ ){0,2}renewal\b",
    ),
    Cue(
        "churn",
        "reconsider|rethink",
        r"\b(?:reconsider\w*|rethink\w*) (?:\w+ ){0,2}(?:contract|renewal|relationship|partnership|subscription)\b",
    ),
    Cue("churn", "alternative|competitor|vendor|provider",
        r"\b(?:evaluat\w+|consider\w*|look\w* (?:at|for|into)|talk\w* to|switch\w* to|mov(?:e|es|ing) to|leav\w+ for|go\w* to)"
        r" (?:\w+ ){0,2}(?:alternatives?|competitors?|other (?:vendors?|providers?)|another (?:vendor|provider))\b"),
    Cue("churn", "leav", r"\b(?:leav(?:e|es|ing) us|at risk of leaving|want\w* to leave|plan\w* to leave)\b"),
    Cue(
        "churn",
        "kündig|abwander|wettbewerb|anbieter",
        r"\b(?:vertrag\w*(?: zu)? kündigen|gekündigt|kündig\w+|abwander\w*|wechsel\w* zu (?:\w+ )?(?:wettbewerb\w*|anbieter))",
    ),
    Cue(
        "churn",
        "résili|fournisseur|prestataire|concurrence",
        r"\b(?:résili\w+|changer de (?:fournisseur|prestataire)|(?:partir|passer) (?:à|chez) (?:la|un) concurren\w+)",
    ),
    Cue(
        "churn",
        "cancelar|baja|rescindir|proveedor",
        r"\b(?:cancelar (?:el|su|nuestro) (?:contrato|servicio)|cancelar (?:la|su) suscripción|darse de baja|rescindir\w*|"
        r"cambiar de proveedor)",
    ),
    Cue("churn", "解約|乗り換え|契約終了", r"解約|乗り換え|契約終了"),
    Cue("deadline", "deadline|go-live|go live|golive|cutover|cut-over|due |later than|eod|eob|close of business|end of day",
        r"\b(?:(?:hard )?deadlines?|go-?live|go live (?:on|date)|cut-?over|due (?:date|by|on)|"
        r"no later than|EOD|EOB|close of business|end of (?:the )?day)\b"),
    Cue("deadline", "before|ahead of|in time",
        r"\b(?:before|ahead of|in time for) (?:\w+ ){0,2}(?:launch|renewal|audit|demo|release|migration|black friday|go-?live|cut-?over|"
        r"payroll|month[- ]end|"
        r"quarter[- ]end|board meeting|deadline)\b"),
    Cue(
        "deadline",
        "spätestens|frist|échéance|au plus tard|fecha límite|a más tardar|締め切り|締切|期限",
        r"\bspätestens\b|\bfrist\w*|\béchéance\w*|\bau plus tard\b|\bfecha límite\b|\ba más tardar\b|締め切り|締切|期限",
    ),
    Cue(
        "security",
        "breach",
        r"\b(?:(?:data|security|privacy|gdpr) breach\w*|breach(?:ed|es)? (?:of|into) (?:\w+ ){0,2}(?:data|systems?|accounts?|privacy|"
        r"security|database)|breach\b(?! of contract|es? (?:the|our|their) sla)(?<!sla breach))",
    ),
    Cue("security", "vulnerab|exploit|cve-", r"\bvulnerabilit\w+|\bvulnerable to\b|\bexploit(?:s|ed|able|ing)?\b|\bCVE-\d{4}-\d{3,7}"),
    Cue(
        "security",
        "security",
        r"\bsecurity (?:incident|issue|hole|bug|problem|flaw|concern|advisory|report|risk|event|threat|weakness)s?\b",
    ),
    Cue("security", "xss|inject|sqli|csrf|ssrf|rce|idor|cross-site|cross-tenant|privilege|takeover|isolation",
        r"\b(?:XSS|SQL[- ]injection|SQLi|CSRF|SSRF|RCE|IDOR|cross-site \w+|cross-tenant\w*|privilege escalation|"
        r"account takeover|(?:tenant|data) isolation)\b"),
    Cue("security", "leak|expos|stolen|compromis|disclos",
        r"\b(?:data|credentials?|api keys?|keys?|tokens?|secrets?|passwords?|personal data|pii|customer \w+|invoices?|"
        r"account)s? (?:\w+ ){0,3}"
        r"(?:leak(?:s|ed|ing|age)?|exposed|exposure|stolen|compromised|disclosed)\b|\b(?:leak(?:s|ed|ing)?|expos(?:es|ed|ing|e)|stole|"
        r"stolen|disclos(?:es|ed|ing)) (?:\w+ ){0,3}"
        r"(?:(?<!sample )data|credentials?|api keys?|tokens?|secrets?|passwords?|pii|invoices|personal \w+)\b|\bcompromised\b"),
    Cue(
        "security",
        "unauthori",
        r"\bunauthori[sz]ed (?:access|login\w*|logins|sign-?in\w*|user\w*|transaction\w*|use|change\w*|part(?:y|ies)|person\w*)",
    ),
    Cue(
        "security",
        "hack|phish|ransom|malware|brute",
        r"\b(?:been |was |were |got )?hacked\b|\bhackers?\b|\bphish\w+|\bransomware\b|\bmalware\b|\bbrute[- ]force\w*",
    ),
    Cue("security", "another|other|else's|wrong|different",
        r"\b(?:see|sees|seeing|saw|seen|view|views|viewing|viewed|access|accesses|accessing|accessed|shows?|showing|shown|expos\w+|"
        r"display\w*|download\w*|read|reading|"
        rf"visible|open|receiv\w+|gets?|got|load\w*|logged in(?:to)? as|logged into|returns?|returning)\b[^.;!?\n]{{0,40}}?\b(?:another|"
        rf"(?:an)?other|a different|different|(?:the |a )?wrong) {_PARTY}(?:'s|’s|s'|s’|s)?(?! (?:agent|support|reports?|"
        rf"ticket))(?: \w+)?"),
    Cue(
        "security",
        "else's|else’s",
        r"\b(?:someone|somebody|anyone) else[’']s (?:\w+ )?(?:data|account|invoices?|orders?|records?|files?|profile|session|documents?|"
        r"name|details|dashboard|messages?|email\w*)",
    ),
    Cue(
        "security",
        "bypass",
        r"\bbypass\w*\b[^.;\n]{0,25}\b(?:auth\w*|login|sign-?in|mfa|2fa|sso|permission\w*|access control\w*|rbac)\b|\b(?:auth\w*|login|mfa|"
        r"2fa|sso) bypass\b",
    ),
    Cue(
        "security",
        "datenleck|datenpanne|sicherheitslücke|sicherheitsvorfall|fremde|unbefugt",
        r"\bdatenlecks?\b|\bdatenpanne\w*|\bsicherheitslücken?\b|\bsicherheitsvorf\w+|\bfremde[rn]? (?:\w+ )?(?:daten|rechnungen|kunden\w*|"
        r"konten)|\bunbefugt\w*",
    ),
    Cue(
        "security",
        "faille|fuite|autre client|vulnérab|piraté",
        r"\bfaille de sécurité|\bfuites? de données|\b(?:d'un|d’un|d'autres|un) autres? clients?\b|\bvulnérabilité\w*|\bpirat(?:é|age)\w*",
    ),
    Cue(
        "security",
        "brecha|vulnerabilidad|fuga de|otro cliente|acceso no",
        r"\bbrecha de (?:seguridad|datos)|\bvulnerabilidad\w*|\bfuga de datos|\botros? clientes?\b|\bacceso no autorizado",
    ),
    Cue("security", "情報漏|脆弱性|不正アクセス|他社の|他の顧客|別の顧客", r"情報漏[洩えい]+|脆弱性|不正アクセス|(?:他社|他の顧客|別の顧客)の\w{0,6}"),
    Cue("outage", "outage", r"\b(?:(?:full|total|complete|major|partial|platform|service|production|regional)[- ])*outages?\b"),
    Cue("outage", "down",
        rf"\b{_SYSTEM} (?:(?:is|are|was|were|has|have|been|went|gone|goes|going|keeps|still|completely|fully|totally|entirely|all|"
        rf"currently|now|again|has been|'s) ){{1,4}}down\b"
        r"(?! ?(?:\d|~|by\b|from\b|to\b|slightly|the\b|on\b|for maintenance|a bit|load|grade|vote))"),
    Cue(
        "outage",
        "down",
        r"\b(?:api|site|website|platform|service|system|production|prod|portal|everything|checkout|payments|sso|login|app|"
        r"database) (?:completely |totally |hard )?down\b(?! ?(?:\d|~|by\b|from\b|to\b|time|load|grade))|\bdowntime\b",
    ),
    Cue(
        "outage",
        "unavailable|offline|unreachable|inaccessible",
        rf"\b{_SYSTEM} (?:(?:is|are|was|were|has|have|been|currently|completely|totally|still|now|again) ){{1,4}}(?:unavailable|offline|"
        rf"unreachable|inaccessible)\b",
    ),
    Cue(
        "outage",
        "disruption|system-wide|systemwide|site-wide|nothing works|total failure",
        r"\bservice disruption\b|\bsystem-?wide\b|\bsite-?wide\b|\bnothing works\b|\btotal failure\b",
    ),
    Cue("outage", "nobody|no one|no-one|all users|all customers|everyone|everybody",
        r"\b(?:nobody|no[ -]one) (?:\w+ ){0,3}(?:can|is able to) (?:log ?in|sign ?in|access|use|reach|connect|work)\b|"
        r"\b(?:all|every) (?:users?|customers?) (?:are |is )?(?:unable to|can't|can’t|cannot|can not|locked out)|\bevery(?:one|"
        r"body) (?:is |are )?(?:locked out|can't|can’t|cannot|unable)"),
    Cue(
        "outage",
        "ausfall|ausgefallen|störung|nicht erreichbar|offline",
        r"\b(?:total|komplett)?ausf[aä]ll\w*\b|\bausgefallen\b|\bstörung(?:en)?\b|\bnicht (?:mehr )?erreichbar\b",
    ),
    Cue(
        "outage",
        "panne|indisponible|hors service|inaccessible",
        r"\b(?:en )?panne\b|\bindisponibles?\b|\bhors service\b|\best inaccessible\b",
    ),
    Cue(
        "outage",
        "caíd|fuera de servicio|no disponible|no está disponible",
        r"\bcaíd[ao]s?\b|\bfuera de servicio\b|\bno (?:está )?disponible\b",
    ),
    Cue("outage", "障害|ダウン|停止し|落ちて|全面停止|サービス停止", r"障害|ダウン(?!ロード)|サービス停止|停止して|落ちて"),
    Cue(
        "data loss",
        "loss|lost|lose|losing",
        rf"\b(?:data|record|order|message) loss\b|\b(?:los(?:t|e|es|ing)) (?:\w+ ){{0,3}}{_DATA}\b(?! of)|\b{_DATA} (?:\w+ ){{0,2}}(?:were|"
        rf"was|is|are|got|been|being|have been) (?:\w+ )?lost\b",
    ),
    Cue("data loss", "deleted|disappear|vanish|gone|wiped|overwritten",
        rf"\b{_DATA} (?:(?:is|are|was|were|has|have|been|got|all|silently|simply|just) ){{0,4}}(?:deleted|disappear(?:ed|ing|s)?|"
        rf"vanish(?:ed|ing)|gone|wiped|overwritten)\b|"
        rf"\b(?:deleted|wiped|overwrote) (?:\w+ ){{0,3}}{_DATA}\b"),
    Cue(
        "data loss",
        "corrupt",
        rf"\b(?:data )?corruption\b|\bcorrupt(?:ed|s|ing)? (?:\w+ )?{_DATA}\b|\b{_DATA} (?:\w+ ){{0,3}}corrupt(?:ed)?\b",
    ),
    Cue("data loss", "datenverlust|verloren|gelöscht", r"\bdatenverlust\w*|\bdaten (?:\w+ ){0,2}(?:verloren|gelöscht|verschwunden)"),
    Cue(
        "data loss",
        "perte|perdu|pérdida|perdido",
        r"\bpertes? de données|\bdonnées (?:\w+ )?perdues|\bpérdida de datos|\bdatos perdidos|\bhan? perdido (?:\w+ )?datos",
    ),
    Cue("data loss", "データ", r"データ(?:消失|損失|喪失|が消え|が失われ)"),
    Cue(
        "executive",
        "ceo|cto|cio|ciso|cfo|coo|cpo|cro|c-level|c-suite",
        r"\b(?:CEO|CTO|CIO|CISO|CFO|COO|CPO|CRO|C-level|C-suite)\b(?!-)",
        exact=True,
    ),
    Cue("executive", "executive|vp |vice president|chief|board|svp|managing director",
        r"\bexecutives?\b(?! summary)|\bexec sponsor\b|\b(?:S|E)?VP (?:of )?[A-Z]\w+|\bvice[- ]president\b|\bchief \w+ officer\b|"
        r"\bboard (?:meeting|members?|level|of directors)\b|\bmanaging director\b"),
    Cue(
        "executive",
        "geschäftsführ|vorstand|directeur général|pdg|director general|社長|役員|経営陣",
        r"\bgeschäftsführ\w*|\bvorstand\w*|\bdirecteur général|\bpdg\b|\bdirector general|社長|役員|経営陣",
    ),
    Cue(
        "legal",
        "legal",
        r"\blegal(?:ly)? (?:team|action|counsel|department|threat|notice|steps|proceedings|claim|advice|dispute|liab\w+|consequences|"
        r"letter)\b|\b(?:involv\w+|from|with|to) legal\b(?! \w+ field)",
    ),
    Cue(
        "legal",
        "lawyer|attorney|lawsuit|sue|litigation|subpoena|damages",
        r"\blawyers?\b|\battorneys?\b|\blawsuits?\b|\b(?:to|will|may|might|could) sue\b|\bsuing\b|\blitigation\b|\bsubpoena\w*|\b(?:claim|"
        r"seek)\w* damages\b",
    ),
    Cue(
        "legal",
        "regulator|compliance|gdpr|hipaa|breach of contract|dpa|auditor",
        r"\bregulators?\b|\bregulatory\b|\bcompliance (?:breach|violation|requirement|deadline|audit|obligation|concern|issue)s?\b|"
        r"\b(?:GDPR|HIPAA|DORA)\b|\bbreach of contract\b",
    ),
    Cue(
        "legal",
        "anwalt|anwält|rechtlich|klage|bafin|aufsicht|dsgvo",
        r"\banwalt\w*|\banwält\w*|\brechtliche[nr]? (?:schritte|prüfung)|\bklage\b|\bbafin\b|\baufsichtsbehörde\w*|\bDSGVO\b",
    ),
    Cue(
        "legal",
        "avocat|juridique|abogad|legales|rgpd|弁護士|法的|訴訟|監督官庁",
        r"\bavocats?\b|\bjuridiques?\b|\babogad[oa]s?\b|\b(?:acciones|medidas) legales\b|\bRGPD\b|弁護士|法的|訴訟|監督官庁",
    ),
    Cue("public", "press|journalist|media|twitter|tweet|linkedin|reddit|hacker news|trustpilot|g2|public|review|viral",
        r"\b(?:in|to|by|from) the press\b|\bpress (?:coverage|inquiry|enquiry|release|article)\b|\bjournalists?\b|"
        r"\bsocial media\b|\bmedia coverage\b|\btweet(?:ed|s|ing)?\b|\b(?:on|to) (?:twitter|linkedin|reddit|hacker news|trustpilot)\b|"
        r"\b(?:go|going|went|gone) (?:public|viral)\b|\bpublicly\b|\bpublic (?:post|complaint|statement|review)\w*|\bbad review\b"),
    Cue(
        "public",
        "presse|öffentlich gemacht|soziale|réseaux sociaux|redes sociales|炎上|マスコミ|sns",
        r"\ban die presse\b|\bin der presse\b|\bsoziale[nr]? (?:medien|netzwerke\w*)|\bréseaux sociaux\b|\bredes sociales\b|炎上|マスコミ",
    ),
    Cue("blocked", "block",
        r"(?<!-)\b(?:blockers?|(?:fully |completely |totally )?blocked|blocking (?:them|us|their|our|production|all|the (?:launch|rollout|"
        r"release|migration|go-?live|team|customer))|blocks (?:them|us|their|our|the (?:launch|rollout|go-?live)))\b"
        r"(?! (?:by (?:\w+ ){0,2}(?:cloudflare|cors|firewall|waf|proxy|browser|chrome|safari|policy|ad|adblock\w*|extension|pop-?up|csp)|"
        r"list|users?|senders?|ips?|domains?|(?:from|for) (?:\w+ )?ips?))"),
    Cue(
        "blocked",
        "can't|can’t|cannot|can not|unable|not able",
        rf"\b(?:can't|can’t|cannot|can not|unable to|not able to) (?:even |fully |currently |any longer |longer )?{_DO}\b",
    ),
    Cue(
        "blocked",
        "stuck|standstill|halted|showstopper|show-stopper|locked out",
        r"\bstandstill\b|\bshow-?stopper\b|\b(?:is|are|completely|totally) stuck\b(?= and|[.,;!]|$)|\b(?:operations?|production|business|"
        r"work) (?:is |has |are )?(?:halted|stopped)\b|\blocked out\b",
    ),
    Cue(
        "blocked",
        "blockier|lahmgelegt|können nicht|kann nicht|kann sich nicht|können sich nicht",
        r"\bblockiert\w*|\blahmgelegt\b|\bk(?:ann|önnen) (?:sich |nicht |mehr |seit \w+ ){0,3}(?:nicht )?(?:mehr )?(?:einloggen|anmelden|"
        r"arbeiten|bestellen|zugreifen)",
    ),
    Cue(
        "blocked",
        "bloqué|bloquead|ne peut|ne peuvent|no puede|no pueden|no podemos",
        r"\bbloqué\w*|\bbloquead[oa]s?|\bne peu(?:t|vent) (?:plus|pas) \w+|\bno pued(?:e|en) \w+|\bno podemos \w+",
    ),
    Cue("blocked", "できない|できません|使えない|使えません|利用不可", r"(?:ログイン|利用|使用|アクセス|注文|送信|接続)(?:が)?でき(?:ない|ません)|使え(?:ない|ません)|利用不可"),
    Cue("workaround", "workaround|work-around|work around", r"\bwork-?arounds?\b|\bwork(?:ing|ed)? around (?:it|this|that|the)\b"),
    Cue(
        "workaround",
        "umgeh|contourne|solución temporal|solución alternativa|回避策|暫定対応",
        r"\bumgehungslösung\w*|\bcontournement\b|\bsolución (?:temporal|alternativa)\b|回避策|暫定対応",
    ),
    Cue("intermittent", "intermittent|sporadic|occasional|sometimes|flaky|random|time to time|on and off|every now|off and on|now and then",
        r"\bintermittent(?:ly)?\b|\bsporadic(?:ally)?\b|\boccasional(?:ly)?\b|\bsometimes\b|\bflaky\b|"
        r"\b(?:at )?random(?:ly)?\b(?! (?:string|number|id|token|name|password|user|sample))|\bfrom time to time\b|\bon and off\b|"
        r"\boff and on\b|\b(?:every )?now and then\b"),
    Cue("intermittent", "sporadisch|gelegentlich|manchmal|zeitweise|par moments|parfois|a veces|de vez en cuando|intermitente|断続|時々|ときどき|たまに",
        r"\bsporadisch\w*|\bgelegentlich\w*|\bmanchmal\b|\bzeitweise\b|\bpar moments\b|\bparfois\b|\ba veces\b|"
        r"\bde vez en cuando\b|\bintermitentes?\b|断続的?に?|時々|ときどき|たまに"),
    Cue("regression", "regress|used to|no longer|stopped working|worked|came back|happening again|recur|re-occur|reappear|back again|reopened|re-opened",
        r"\bregress(?:ion|ed)\w*|\bused to (?:work|be fine|be able)\b|\bno longer works?\b|\bstopped working\b|"
        r"\bworked (?:before|fine|until|last|yesterday)\b|\b(?:came|is|comes) back(?: again)?\b|\bhappening again\b|\brecurr(?:ed|ing|"
        r"ence)\w*|\bre-?occur\w*|\breappear\w*|\bre-?opened\b|\bback again\b"),
    Cue(
        "regression",
        "since|after|broke",
        r"\b(?:since|after|following) (?:the |your |our |last |latest |this |yesterday's |new |\w+day's |\w+'s ){0,3}(?:update|upgrade|"
        r"release|deploy(?:ment)?|rollout|patch|hotfix|version|build)\b",
    ),
    Cue("regression", "funktioniert nicht mehr|seit dem|seit der|ne fonctionne plus|ne marche plus|depuis la mise|ya no funciona|dejó de|desde la actualización|動かなくな|再発",
        r"\bfunktioniert nicht mehr\b|\bseit (?:dem (?:letzten )?(?:update|release|deployment)|der (?:aktualisierung|version))|"
        r"\bne (?:fonctionne|marche) plus\b|\bdepuis la mise à jour\b|\bya no funciona\b|\bdejó de funcionar\b|"
        r"\bdesde la (?:última )?actualización\b|動かなくな\w*|再発"),
    Cue(
        "sla",
        "sla",
        r"\bSLAs?\b(?: (?:breach\w*|violat\w*|missed|at risk|is|was|has been)*(?: ?(?:breached|missed|violated|at risk))?)?",
        exact=True,
    ),
    Cue(
        "sla",
        "service level|service credit|uptime|breach",
        r"\bservice[- ]level agreement\b|\bservice credits?\b|\buptime (?:guarantee|commitment|agreement)\b|"
        r"\bbreach\w* (?:\w+ ){0,2}(?:response|resolution) (?:time|target)",
    ),
    Cue("feature", "feature",
        r"\bfeature (?:request|gap|wish)s?\b|\bmissing (?:[\w-]+ ){0,5}?feature\b|\b(?:lack(?:s|ing)?|no|need(?:s|ing)?|want(?:s|ing)?|"
        r"asks? for|asking for|request\w*) (?:of )?(?:an? |the )?(?:[\w-]+ ){0,5}?(?:feature|capability|functionality)\b|"
        r"\bfeature (?:that )?(?:is|we) (?:missing|lacking|need|not available|unavailable)"),
    Cue("feature", "support for|would like|enhancement|roadmap|not support|n't support|please add|no way to|no option|no ability|ability to|not possible to|unsupported|wish",
        r"\b(?:need\w*|add|want\w*|request\w*|lack\w*|missing|ask\w* for) (?:\w+ ){0,2}support for\b|"
        r"\benhancement(?: request)?s?\b|\broadmap\b|\b(?:doesn't|does not|don't|do not|doesn’t|don’t) support\b|\bnot supported\b|"
        r"\bplease add\b|\bno (?:way|option|ability) to\b|\bwish(?:es|list)?\b(?= (?:for|that|there|to)|\b)|"
        r"\bwould (?:like|love) (?:to (?:have|see) |to be able to |an? )(?:[\w-]+ ){0,4}?(?:features?|option|ability|support|export|way|"
        r"setting|view|integration|filter|report|field)\b|\b(?:need|want)s? the ability to\b|\bnot (?:currently )?possible to\b"),
    Cue("feature", "funktionswunsch|fehlende funktion|fehlt die funktion|feature-wunsch|fonctionnalité|funcionalidad|機能要望|機能がない|機能追加",
        r"\bfunktionswunsch\w*|\bfehlende funktion\w*|\bfehlt die (?:\w+ )?(?:funktion|möglichkeit)|\bfeature-wunsch|"
        r"\bfonctionnalité(?:s)? (?:manquante|demandée|absente)s?|\bfuncionalidad(?:es)? (?:faltante|que falta|solicitada)s?|\bfalta (?:la|"
        r"una) (?:función|funcionalidad)|機能要望|機能がない|機能追加"),
    Cue("question", "how |is it possible|where |what is|what are|explain|question|wondering|clarif",
        r"\bhow (?:do|does|can|could|should|would|to)\b|\bis it possible to\b|\bwhere (?:do|can|should) (?:i|we|they|you)\b|\bwhat (?:is|"
        r"are) the (?:\w+ ){0,2}(?:limits?|difference|way|best|recommended|default|maximum|minimum)\b|"
        r"\b(?:can|could) you (?:please )?explain\b|\b(?:a|have|has|quick|general) questions?\b|\bwondering (?:if|how|whether)\b|"
        r"\bclarif(?:y|ication)\b"),
    Cue(
        "question",
        "wie |comment |cómo |どうすれば|方法|教えて",
        r"\bwie (?:kann|können|mache|macht|richte|stelle|lässt)\b|\bcomment (?:faire|puis|peut|peuvent|pouvons|configurer)\b|"
        r"¿?\bcómo (?:puedo|podemos|se|puede|configur\w+)\b|どうすれば|方法(?:を|は)|教えて",
    ),
    Cue("configuration", "config|setting|permission|allowlist|whitelist|dns|set up|setup|mapping",
        r"\bmis-?config\w*|\b(?:wrong|incorrect|bad|invalid) (?:\w+ ){0,2}(?:configuration|config|settings?|permissions?|mapping)\b|"
        r"\b(?:configuration|config|settings?|permissions?) (?:issue|problem|question|mistake|error)s?\b|"
        r"\b(?:help|need\w*)[^.;\n]{0,20} (?:setting up|set up|configur\w+)|\b(?:allow|white)list\w*\b|\bDNS record\w*"),
    Cue(
        "configuration",
        "after|since|when|following",
        rf"\b(?:after|since|following|upon) (?:they |the customer |we |having )?(?:{_CHANGING}|rotated|changed|updated|switched|renewed|"
        rf"enabled|disabled|moved|renamed|migrated|replaced|re-?issued|re-?generated) {_WHOSE} (?:[\w-]+ ?){{1,3}}",
    ),
    Cue(
        "configuration",
        "falsch|einstellung|konfigur|nachdem",
        r"\bfalsch konfiguriert\w*|\bfehlkonfiguration\w*|\bnach(?:dem)? (?:\w+ ){0,4}(?:rotation|umstellung|geändert|gewechselt)",
    ),
    Cue(
        "configuration",
        "mal configur|mauvaise configuration|paramétrage|configuración incorrecta|configuración|設定ミス|設定変更",
        r"\bmal configur\w+|\bmauvaise configuration|\bconfiguración incorrecta|設定ミス|設定変更",
    ),
    Cue("waiting", "waiting|no reply|no response|no answer|no update|unanswered|heard|chas|follow|ghost|silence",
        r"\b(?:still |been |are |is |keeps )*waiting\b(?! room| list| page)|\b(?:no|without (?:an? |any )?) ?(?:reply|response|answer|"
        r"update)s?\b(?= (?:from (?:us|support|you|anyone|our|your)|since|for|yet|so far|after|in \d)|[.,;!?)\n—–-]|$)|\bunanswered\b|"
        r"\b(?:hasn't|haven't|not|hasn’t|haven’t) (?:yet )?heard(?: back)?\b|\bchas(?:ed|ing)\b(?: us)?|\bfollow(?:ed|"
        r"ing)? up (?:\w+ )?(?:twice|three times|\d+ times|several times|repeatedly)|\bghosted\b"),
    Cue(
        "waiting",
        "warte|keine antwort|keine rückmeldung|attend|sans réponse|esperando|sin respuesta|待って|返事が|返信が|回答が",
        r"\bwarte[tn]?\b|\bkeine (?:antwort|rückmeldung)\b|\battend(?:ent)? (?:toujours|une|depuis|encore)\b|\bsans réponse\b|"
        r"\besperando\b|\bsin respuesta\b|待って|(?:返事|返信|回答)が(?:ない|ありません|来)",
    ),
)  # fmt: skip

# Words just before that take the meaning away: "no outage", "not a security issue", "isn't down", "without any data loss".
_DENIED_BEFORE = (
    r"(?:\b(?:no|not|never|without|isn't|isn’t|aren't|wasn't|weren't|hasn't|haven't|don't|doesn't|doesn’t|didn't|won't|wouldn't|nor|"
    r"neither|zero|nothing to do with|rather than|instead of|"
    r"kein|keine|keinen|keiner|nicht|ohne|pas|aucune?|sans|ningún|ninguna|sin)(?: (?:a|an|any|the|yet|known|actual|real|really|be|been|of|"
    r"to|think|is|it|it's|as|there|was|see|seeing|seen|signs?|"
    r"evidence|indication|reports?|sind|ein|eine|einen|de|d'|une?|report|risk|full|threatening|planning|going|at|about|has|have)){0,4}\s*|"
    r"ではな[くい]\s*)$"
)
_NOT_DENIED = (
    r"\b(?:can't|can’t|cannot|could not|couldn't|not) (?:\w+ )?(?:rul\w+ out|exclude)[^.;]*$|\b(?:not only|no later|not just|"
    r"no doubt)\b[^.;]*$|\bnot sure (?:if|whether)[^.;]*$"
)
_DENIED_AFTER = (
    r"(?: impact| risk)?\s?(?:[:=]\s?|is |was |are )(?:none\b|no\b|nil\b|n/a\b|not\b(?! (?:yet )?(?:ruled|excluded|resolved|fixed))|"
    r"keine?\b|aucun|ningun|ruled out|excluded)|[^.;,\n]{0,20}\b(?:ruled out|can be excluded|was excluded)\b|は?(?:ない|ありません|なし)"
)
_CALLED_DOWN = r"\b(?:revenue|traffic|sales|conversion|numbers?|usage|scores?|prices?|costs?|rates?|volume|load)\b[^.;]{0,20}$"
_INNER_DENIAL = frozenset({"feature", "waiting", "blocked", "question", "regression", "configuration", "deadline"})
"""Signals that are said with a "no" themselves, or that a "no" before them doesn't take away."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def signals_in(text: str, only: Container[str] | None = None) -> tuple[Signal, ...]:
    """Words that raise the stakes, each once, in order of appearance; what the text denies ("no outage") is left out.

    `only`: names of the signals that are looked for; all when there are none.
    """
    text = text[:LONGEST]
    lowered = text.lower()
    found: list[tuple[int, int, str, str]] = []
    for order, cue in enumerate(cue for cue in _CUES if only is None or cue.name in only):
        for match in islice(cue.finditer(text, lowered), MOST):
            words = match[0].strip(" ,;:-–—")
            if words and not _denied(cue.name, text, *match.span()):
                found.append((match.start(), order, cue.name, words))
    kept: dict[tuple[str, str], Signal] = {}
    for _, _, name, words in sorted(found):
        kept.setdefault((name, words.casefold()), Signal.model_validate({"name": name, "text": words}))
    return tuple(kept.values())


def _denied(name: str, text: str, start: int, end: int) -> bool:
    before = re.split(r"[.;!?\n]|, ", text[max(0, start - 60) : start])[-1]
    if name == "security" and _compiled(r"\b(?:can't|can’t|cannot|unable to|not able to) $").search(before):
        return True
    if name == "outage" and _compiled(_CALLED_DOWN).search(before):
        return True
    if name in _INNER_DENIAL:
        return name == "blocked" and bool(
            _compiled(r"\b(?:not|isn't|isn’t|no longer|never|non)[ -](?:been |a |currently )?$").search(before)
        )
    if _compiled(_DENIED_BEFORE).search(before) and not _compiled(_NOT_DENIED).search(before):
        return True
    return bool(_compiled(_DENIED_AFTER).match(text, end))
