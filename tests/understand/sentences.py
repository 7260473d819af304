"""Sentences as people type them, and everything that is understood of each. A field that is not named must be empty.

Now is Wednesday 18 November 2026, 15:00 UTC; bare times are Europe/Berlin.
"""

# ruff: noqa: E501  # a sentence stays on one line, as it was typed

from typing import Any

SENTENCES: list[tuple[str, dict[str, Any]]] = [
    (
        "API returning 500 errors intermittently for Acme Corp",
        {
            "summary": "API returning 500 errors intermittently",
            "type": "bug",
            "because": "errors",
            "customers": ("Acme Corp",),
            "errors": ("500",),
            "signals": (("intermittent", "intermittently"),),
        },
    ),
    (
        "Data export is missing rows — 3 customers reported this week",
        {
            "summary": "Data export is missing rows",
            "type": "bug",
            "because": "missing",
            "counts": (("3 customers", 3, "customers", "exact"),),
            "since": ("this week", "2026-11-15T23:00Z", "2026-11-18T15:00Z"),
        },
    ),
    (
        "SSO login loop affecting all Enterprise customers",
        {"summary": "SSO login loop", "type": "bug", "because": "loop", "segments": ("Enterprise",)},
    ),
    (
        "Customer threatening to churn over missing audit log feature",
        {
            "summary": "missing audit log feature",
            "type": "feature gap",
            "because": "missing audit log feature",
            "signals": (("churn", "threatening to churn"), ("feature", "missing audit log feature")),
        },
    ),
    (
        "Webhook signatures fail verification for Orchid Travel after rotating their secret",
        {
            "summary": "Webhook signatures fail verification after rotating their secret",
            "type": "configuration",
            "because": "after rotating their secret",
            "customers": ("Orchid Travel",),
            "signals": (("configuration", "after rotating their secret"),),
        },
    ),
    (
        "Vireo Media reports they can see another customer's invoices in the billing portal",
        {
            "summary": "can see another customer's invoices in the billing portal",
            "type": "security",
            "because": "see another customer's invoices",
            "customers": ("Vireo Media",),
            "signals": (("security", "see another customer's invoices"),),
        },
    ),
    (
        '"API returning 500 errors" "Acme Corp"',
        {"summary": "API returning 500 errors", "type": "bug", "because": "errors", "customers": ("Acme Corp",), "errors": ("500",)},
    ),
    (
        'API returning 500 errors "Acme Corp"',
        {"summary": "API returning 500 errors", "type": "bug", "because": "errors", "customers": ("Acme Corp",), "errors": ("500",)},
    ),
    (
        "help",
        {"summary": "help", "type": "unknown"},
    ),
    (
        "Tessera Bank threatening to churn over missing audit log feature, needs it by 2027-01-31 for their regulator, renewal 31 Dec",
        {
            "summary": "missing audit log feature",
            "type": "feature gap",
            "because": "missing audit log feature",
            "customers": ("Tessera Bank",),
            "deadline": ("2027-01-31", "2027-01-30T23:00Z", "2027-01-31T23:00Z"),
            "signals": (
                ("churn", "threatening to churn"),
                ("feature", "missing audit log feature"),
                ("deadline", "2027-01-31"),
                ("legal", "regulator"),
            ),
        },
    ),
    (
        "How do I rotate the webhook secret for Orchid Travel?",
        {
            "summary": "How do I rotate the webhook secret",
            "type": "question",
            "because": "How do",
            "customers": ("Orchid Travel",),
            "signals": (("question", "How do"),),
        },
    ),
    (
        "Acme's webhook never fires since yesterday 5 pm, tried clearing cache and re-issuing keys, no change. See ticket 4211 and PLAT-812",
        {
            "summary": "webhook never fires",
            "type": "bug",
            "because": "never fires",
            "customers": ("Acme",),
            "since": ("yesterday 5 pm", "2026-11-17T16:00Z"),
            "references": (("4211", "ticket"), ("PLAT-812", "work item")),
            "tried": ("tried clearing cache and re-issuing keys, no change",),
        },
    ),
    (
        "API RETURNING 500 ERRORS FOR ACME CORP SINCE MONDAY",
        {
            "summary": "API RETURNING 500 ERRORS",
            "type": "bug",
            "because": "ERRORS",
            "customers": ("ACME CORP",),
            "since": ("MONDAY", "2026-11-15T23:00Z", "2026-11-16T23:00Z"),
            "errors": ("500",),
        },
    ),
    (
        "POST /v2/orders answers HTTP 500 with code `ORD-5031` for Acme Corp, Globex Retail and Brightwater Foods since 2026-11-16 about 08:40 UTC, ~3–6 % of calls",
        {
            "summary": "POST /v2/orders answers HTTP 500 with code `ORD-5031`, ~3–6 % of calls",
            "type": "bug",
            "because": "500",
            "customers": ("Acme Corp", "Globex Retail", "Brightwater Foods"),
            "counts": (("~3–6 %", 3, "percent", "about"),),
            "since": ("2026-11-16 about 08:40 UTC", "2026-11-16T08:40Z"),
            "errors": ("500", "ORD-5031"),
            "quotes": ("ORD-5031",),
        },
    ),
    (
        "Export bei Acme Corp schlägt seit Montag fehl, Kunde droht mit Kündigung, Frist ist Freitag 17 Uhr",
        {
            "summary": "Export schlägt fehl",
            "type": "bug",
            "because": "fehl",
            "customers": ("Acme Corp",),
            "since": ("Montag", "2026-11-15T23:00Z", "2026-11-16T23:00Z"),
            "deadline": ("Freitag 17 Uhr", "2026-11-20T16:00Z"),
            "signals": (("churn", "Kündigung"), ("deadline", "Frist")),
        },
    ),
    (
        "Erreur 500 chez Globex Retail depuis lundi, nous avons redémarré, sans succès",
        {
            "summary": "Erreur 500",
            "type": "bug",
            "because": "Erreur",
            "customers": ("Globex Retail",),
            "since": ("lundi", "2026-11-15T23:00Z", "2026-11-16T23:00Z"),
            "errors": ("500",),
            "tried": ("nous avons redémarré, sans succès",),
        },
    ),
    (
        "Error 500 para Acme Corp desde ayer; ya hemos reiniciado el servicio sin éxito",
        {
            "summary": "Error 500",
            "type": "bug",
            "because": "Error",
            "customers": ("Acme Corp",),
            "since": ("ayer", "2026-11-16T23:00Z", "2026-11-17T23:00Z"),
            "errors": ("500",),
            "tried": ("ya hemos reiniciado el servicio sin éxito",),
        },
    ),
    (
        "株式会社サンプルで昨日からAPIエラー500、金曜日までに回答が必要",
        {
            "summary": "APIエラー500",
            "type": "bug",
            "because": "エラー",
            "customers": ("株式会社サンプル",),
            "since": ("昨日", "2026-11-16T23:00Z", "2026-11-17T23:00Z"),
            "deadline": ("金曜日", "2026-11-19T23:00Z", "2026-11-20T23:00Z"),
            "errors": ("500",),
            "signals": (("deadline", "金曜日"),),
        },
    ),
    (
        "Hi team,\n\nInitrode Logistics wrote in again. Their SSO login loops since last Tuesday.\nWe already cleared cookies — did not help.\nTheir CTO wants a call by Friday 5 pm CET or they will cancel the contract.\n\nThanks,\nDana",
        {
            "summary": "Their SSO login loops",
            "type": "bug",
            "because": "loops",
            "customers": ("Initrode Logistics",),
            "since": ("last Tuesday", "2026-11-16T23:00Z", "2026-11-17T23:00Z"),
            "deadline": ("Friday 5 pm CET", "2026-11-20T16:00Z"),
            "tried": ("We already cleared cookies — did not help",),
            "signals": (("executive", "CTO"), ("deadline", "Friday 5 pm CET"), ("churn", "cancel the contract")),
        },
    ),
    (
        "dashboard is down 5 % for Acme Corp",
        {"summary": "dashboard is down 5 %", "type": "unknown", "customers": ("Acme Corp",), "counts": (("5 %", 5, "percent", "exact"),)},
    ),
    (
        "Whole platform is down for all customers since 08:40 UTC",
        {
            "summary": "Whole platform is down",
            "type": "outage",
            "because": "platform is down",
            "everyone": True,
            "since": ("08:40 UTC", "2026-11-18T08:40Z"),
            "signals": (("outage", "platform is down"),),
        },
    ),
    (
        "SSO login broken for Tessera Bank",
        {"summary": "SSO login broken", "type": "bug", "because": "broken", "customers": ("Tessera Bank",)},
    ),
    (
        'Orders stuck in "processing" for Northwind Outfitters since this morning',
        {
            "summary": 'Orders stuck in "processing"',
            "type": "bug",
            "because": "stuck",
            "customers": ("Northwind Outfitters",),
            "since": ("this morning", "2026-11-18T05:00Z", "2026-11-18T11:00Z"),
            "quotes": ("processing",),
        },
    ),
    (
        "[Quillon Health] CSV import rejects umlauts",
        {"summary": "CSV import rejects umlauts", "type": "bug", "because": "rejects", "customers": ("Quillon Health",)},
    ),
    (
        "Webhooks time out (Halden Marine) for 3 days now",
        {
            "summary": "Webhooks time out",
            "type": "bug",
            "because": "time out",
            "customers": ("Halden Marine",),
            "since": ("for 3 days now", "2026-11-15T15:00Z"),
            "duration": "for 3 days now",
        },
    ),
    (
        "Customer: Kestrel Mobility — dashboard shows stale data",
        {"summary": "dashboard shows stale data", "type": "bug", "because": "stale", "customers": ("Kestrel Mobility",)},
    ),
    (
        "Login loop for users at Pinecrest Schools, cleared cookies, did not help",
        {
            "summary": "Login loop",
            "type": "bug",
            "because": "loop",
            "customers": ("Pinecrest Schools",),
            "tried": ("cleared cookies, did not help",),
        },
    ),
    (
        "about 40 users at Initrode Logistics can't log in since 08:40 UTC",
        {
            "summary": "about 40 users can't log in",
            "type": "bug",
            "because": "can't log in",
            "customers": ("Initrode Logistics",),
            "counts": (("about 40 users", 40, "users", "about"),),
            "since": ("08:40 UTC", "2026-11-18T08:40Z"),
            "signals": (("blocked", "can't log in"),),
        },
    ),
    (
        "Duplicate invoices for Sable & Finch, ~5 % of invoices",
        {
            "summary": "Duplicate invoices",
            "type": "bug",
            "because": "Duplicate",
            "customers": ("Sable & Finch",),
            "counts": (("~5 %", 5, "percent", "about"),),
        },
    ),
    (
        "Acme Corp EU: search is slow",
        {"summary": "search is slow", "type": "bug", "because": "slow", "customers": ("Acme Corp EU",)},
    ),
    (
        "Vireo Media wants dark mode support for the embedded player",
        {
            "summary": "wants dark mode support for the embedded player",
            "type": "feature gap",
            "because": "wants dark mode support for",
            "customers": ("Vireo Media",),
            "signals": (("feature", "wants dark mode support for"),),
        },
    ),
    (
        "Feature request: bulk edit for Orchid Travel",
        {
            "summary": "Feature request: bulk edit",
            "type": "feature gap",
            "because": "Feature request",
            "customers": ("Orchid Travel",),
            "signals": (("feature", "Feature request"),),
        },
    ),
    (
        "Is it possible to export more than 10,000 rows? Asking for Globex Retail",
        {
            "summary": "Is it possible to export more than 10,000 rows",
            "type": "question",
            "because": "Is it possible to",
            "customers": ("Globex Retail",),
            "counts": (("more than 10,000 rows", 10000, "records", "about"),),
            "signals": (("question", "Is it possible to"),),
        },
    ),
    (
        "API down for everyone",
        {"summary": "API down", "type": "outage", "because": "API down", "everyone": True, "signals": (("outage", "API down"),)},
    ),
    (
        "Full outage for EU customers since 14:10 CET",
        {
            "summary": "Full outage",
            "type": "outage",
            "because": "Full outage",
            "segments": ("EU",),
            "since": ("14:10 CET", "2026-11-18T13:10Z"),
            "signals": (("outage", "Full outage"),),
        },
    ),
    (
        "Brightwater Foods lost orders after the last release",
        {
            "summary": "lost orders after the last release",
            "type": "bug",
            "because": "lost",
            "customers": ("Brightwater Foods",),
            "signals": (("data loss", "lost orders"), ("regression", "after the last release")),
        },
    ),
    (
        "Exports worked until yesterday for Acme Labs, regression?",
        {
            "summary": "Exports worked, regression",
            "type": "bug",
            "because": "regression",
            "customers": ("Acme Labs",),
            "since": ("yesterday", "2026-11-16T23:00Z", "2026-11-17T23:00Z"),
            "signals": (("regression", "worked until"), ("regression", "regression")),
        },
    ),
    (
        "No data loss so far, but exports fail for Globex Retail",
        {"summary": "No data loss so far, but exports fail", "type": "bug", "because": "fail", "customers": ("Globex Retail",)},
    ),
    (
        "Not a security issue: login page slow for Acme Corp",
        {"summary": "Not a security issue: login page slow", "type": "bug", "because": "slow", "customers": ("Acme Corp",)},
    ),
    (
        "Security report from Vireo Media: XSS in the comment field",
        {
            "summary": "Security report : XSS in the comment field",
            "type": "security",
            "because": "Security report",
            "customers": ("Vireo Media",),
            "signals": (("security", "Security report"), ("security", "XSS")),
        },
    ),
    (
        "API keys leaked in logs, reported by Halden Marine",
        {
            "summary": "API keys leaked in logs",
            "type": "security",
            "because": "API keys leaked",
            "customers": ("Halden Marine",),
            "signals": (("security", "API keys leaked"),),
        },
    ),
    (
        "Tessera Bank will not renew unless SLA breach is explained by Friday",
        {
            "summary": "will not renew unless SLA breach is explained",
            "type": "unknown",
            "customers": ("Tessera Bank",),
            "deadline": ("Friday", "2026-11-19T23:00Z", "2026-11-20T23:00Z"),
            "signals": (("churn", "will not renew"), ("sla", "SLA breach"), ("deadline", "Friday")),
        },
    ),
    (
        "Their lawyer wrote to us; Quillon Health, missing records since 2 Nov",
        {
            "summary": "missing records",
            "type": "bug",
            "because": "missing",
            "customers": ("Quillon Health",),
            "since": ("2 Nov", "2026-11-01T23:00Z", "2026-11-02T23:00Z"),
            "signals": (("legal", "lawyer"),),
        },
    ),
    (
        "ORD-5031 errors again for Acme Corp, see PLAT-812 and #4211",
        {
            "summary": "ORD-5031 errors again",
            "type": "bug",
            "because": "errors",
            "customers": ("Acme Corp",),
            "references": (("PLAT-812", "work item"), ("#4211", "unknown")),
            "errors": ("ORD-5031",),
        },
    ),
    (
        "https://larkspur.zendesk.com/agent/tickets/4211 Acme Corp 500s",
        {
            "summary": "500s",
            "type": "bug",
            "because": "500s",
            "customers": ("Acme Corp",),
            "references": (("https://larkspur.zendesk.com/agent/tickets/4211", "ticket"),),
            "errors": ("500",),
        },
    ),
    (
        "Ticket 4211: Acme Corp still waiting for a reply since Friday",
        {
            "summary": "Ticket 4211: still waiting for a reply",
            "type": "unknown",
            "customers": ("Acme Corp",),
            "since": ("Friday", "2026-11-12T23:00Z", "2026-11-13T23:00Z"),
            "references": (("4211", "ticket"),),
            "signals": (("waiting", "still waiting"),),
        },
    ),
    (
        "acme/api#123 breaks pagination for Initrode Logistics",
        {
            "summary": "acme/api#123 breaks pagination",
            "type": "bug",
            "because": "breaks",
            "customers": ("Initrode Logistics",),
            "references": (("acme/api#123", "work item"),),
        },
    ),
    (
        "Exports empty for acme corp since 16 Nov",
        {
            "summary": "Exports empty",
            "type": "bug",
            "because": "empty",
            "customers": ("acme corp",),
            "since": ("16 Nov", "2026-11-15T23:00Z", "2026-11-16T23:00Z"),
        },
    ),
    (
        "login broken for acme",
        {"summary": "login broken for acme", "type": "bug", "because": "broken"},
    ),
    (
        "Globex can't log in",
        {
            "summary": "can't log in",
            "type": "bug",
            "because": "can't log in",
            "customers": ("Globex",),
            "signals": (("blocked", "can't log in"),),
        },
    ),
    (
        "Rate limit 429s for Kestrel Mobility after upgrading their plan",
        {
            "summary": "Rate limit 429s after upgrading their plan",
            "type": "bug",
            "because": "429s",
            "customers": ("Kestrel Mobility",),
            "errors": ("429",),
        },
    ),
    (
        "Bei Müller AG fehlen seit gestern Bestellungen, Cache geleert ohne Erfolg",
        {
            "summary": "fehlen Bestellungen",
            "type": "bug",
            "because": "fehlen",
            "customers": ("Müller AG",),
            "since": ("gestern", "2026-11-16T23:00Z", "2026-11-17T23:00Z"),
            "tried": ("Cache geleert ohne Erfolg",),
        },
    ),
    (
        "Störung bei Acme Corp seit 8:40 Uhr",
        {
            "summary": "Störung",
            "type": "outage",
            "because": "Störung",
            "customers": ("Acme Corp",),
            "since": ("8:40 Uhr", "2026-11-18T07:40Z"),
            "signals": (("outage", "Störung"),),
        },
    ),
    (
        "Kunde Tessera Bank droht, den Vertrag zu kündigen",
        {
            "summary": "droht, den Vertrag zu kündigen",
            "type": "unknown",
            "customers": ("Tessera Bank",),
            "signals": (("churn", "Vertrag zu kündigen"),),
        },
    ),
    (
        "Panne totale chez Vireo Media depuis hier, besoin d'une réponse avant vendredi 17h00",
        {
            "summary": "Panne totale, besoin d'une réponse",
            "type": "outage",
            "because": "Panne",
            "customers": ("Vireo Media",),
            "since": ("hier", "2026-11-16T23:00Z", "2026-11-17T23:00Z"),
            "deadline": ("vendredi 17h00", "2026-11-20T16:00Z"),
            "signals": (("outage", "Panne"), ("deadline", "vendredi 17h00")),
        },
    ),
    (
        "Le client Globex Retail menace de résilier",
        {"summary": "Le menace de résilier", "type": "unknown", "customers": ("Globex Retail",), "signals": (("churn", "résilier"),)},
    ),
    (
        "El panel no funciona para Sable & Finch desde el lunes",
        {
            "summary": "El panel no funciona",
            "type": "bug",
            "because": "no funciona",
            "customers": ("Sable & Finch",),
            "since": ("lunes", "2026-11-15T23:00Z", "2026-11-16T23:00Z"),
        },
    ),
    (
        "Brecha de seguridad en Halden Marine",
        {
            "summary": "Brecha de seguridad",
            "type": "security",
            "because": "Brecha de seguridad",
            "customers": ("Halden Marine",),
            "signals": (("security", "Brecha de seguridad"),),
        },
    ),
    (
        "サンプル様でログインできない、3日前から",
        {
            "summary": "ログインできない",
            "type": "bug",
            "because": "できない",
            "customers": ("サンプル",),
            "since": ("3日前", "2026-11-15T15:00Z"),
            "signals": (("blocked", "ログインできない"),),
        },
    ),
    (
        "Acme Corp様の注文APIが500エラー",
        {"summary": "注文APIが500エラー", "type": "bug", "because": "エラー", "customers": ("Acme Corp",), "errors": ("500",)},
    ),
    (
        "情報漏洩の疑い、株式会社サンプル",
        {
            "summary": "情報漏洩の疑い",
            "type": "security",
            "because": "情報漏洩",
            "customers": ("株式会社サンプル",),
            "signals": (("security", "情報漏洩"),),
        },
    ),
    (
        "Invoices wrong for Acme Corp since 03/04",
        {"summary": "Invoices wrong", "type": "bug", "because": "wrong", "customers": ("Acme Corp",)},
    ),
    (
        "Fix needed for Acme Corp by next Friday",
        {"summary": "Fix needed", "type": "unknown", "customers": ("Acme Corp",), "signals": (("deadline", "next Friday"),)},
    ),
    (
        "Reports slow for Orchid Travel for a few days",
        {"summary": "Reports slow", "type": "bug", "because": "slow", "customers": ("Orchid Travel",), "duration": "for a few days"},
    ),
    (
        "SSO fails for Quillon Health since 9 am their time",
        {"summary": "SSO fails", "type": "bug", "because": "fails", "customers": ("Quillon Health",)},
    ),
    (
        "TypeError: Cannot read property 'id' of undefined on checkout for Northwind Outfitters",
        {
            "summary": "TypeError: Cannot read property 'id' of undefined on checkout",
            "type": "bug",
            "because": "Cannot read",
            "customers": ("Northwind Outfitters",),
            "errors": ("TypeError",),
            "quotes": ("id",),
        },
    ),
    (
        "java.lang.OutOfMemoryError in export worker, Acme Corp affected",
        {
            "summary": "java.lang.OutOfMemoryError in export worker, affected",
            "type": "bug",
            "because": "java.lang.OutOfMemoryError",
            "customers": ("Acme Corp",),
            "errors": ("java.lang.OutOfMemoryError",),
        },
    ),
    (
        '{"error":{"code":"ORD-5031","request_id":"req_8f3a2b9c1d"}} for Acme Corp',
        {
            "summary": '{"error":{"code":"ORD-5031","request_id":"req_8f3a2b9c1d"}}',
            "type": "bug",
            "because": "error",
            "customers": ("Acme Corp",),
            "errors": ("ORD-5031",),
        },
    ),
    (
        "Chrome and Safari users get SAML_RESPONSE_INVALID for O'Neill GmbH",
        {
            "summary": "Chrome and Safari users get SAML_RESPONSE_INVALID",
            "type": "bug",
            "because": "SAML_RESPONSE_INVALID",
            "customers": ("O'Neill GmbH",),
            "errors": ("SAML_RESPONSE_INVALID",),
        },
    ),
    (
        "Acme Corp & Globex Retail see 404 on GET /v2/shipments/{id}",
        {
            "summary": "404 on GET /v2/shipments/{id}",
            "type": "bug",
            "because": "404",
            "customers": ("Acme Corp", "Globex Retail"),
            "errors": ("404",),
        },
    ),
    (
        "Half a dozen tickets about missing webhooks",
        {
            "summary": "Half a dozen tickets about missing webhooks",
            "type": "bug",
            "because": "missing",
            "counts": (("Half a dozen tickets", 6, "tickets", "about"),),
        },
    ),
    (
        "Pricing page typo",
        {"summary": "Pricing page typo", "type": "bug", "because": "typo"},
    ),
    (
        "can you look into this please",
        {"summary": "can you look into this please", "type": "unknown"},
    ),
    (
        "5 Enterprise accounts report 503s, outage?",
        {
            "summary": "503s",
            "type": "outage",
            "because": "outage",
            "segments": ("Enterprise",),
            "counts": (("5 Enterprise accounts", 5, "customers", "exact"),),
            "errors": ("503",),
            "signals": (("outage", "outage"),),
        },
    ),
    (
        "Everyone at Acme Corp is locked out",
        {
            "summary": "Everyone is locked out",
            "type": "bug",
            "because": "locked out",
            "customers": ("Acme Corp",),
            "signals": (("blocked", "locked out"),),
        },
    ),
    (
        "All Business plan customers in the EU see wrong totals",
        {"summary": "wrong totals", "type": "bug", "because": "wrong", "segments": ("Business", "EU")},
    ),
    (
        "Data Export to S3 fails with AccessDenied for Brightwater Foods",
        {"summary": "Data Export to S3 fails with AccessDenied", "type": "bug", "because": "fails", "customers": ("Brightwater Foods",)},
    ),
    (
        "Azure AD SCIM sync creates duplicate users for Bank of Tessera",
        {"summary": "Azure AD SCIM sync creates duplicate users", "type": "bug", "because": "duplicate", "customers": ("Bank of Tessera",)},
    ),
    (
        "customer acme can't log in",
        {"summary": "customer acme can't log in", "type": "bug", "because": "can't log in", "signals": (("blocked", "can't log in"),)},
    ),
    (
        "Acme\u200c Corp exports fail",
        {"summary": "exports fail", "type": "bug", "because": "fail", "customers": ("Acme Corp",)},
    ),
    (
        "🔥🔥 API down!! Acme Corp 🔥",
        {
            "summary": "🔥🔥 API down",
            "type": "outage",
            "because": "API down",
            "customers": ("Acme Corp",),
            "signals": (("outage", "API down"),),
        },
    ),
    (
        "Refunds not processed before Black Friday for Globex Retail, deadline 27 Nov",
        {
            "summary": "Refunds not processed before Black Friday",
            "type": "bug",
            "because": "not processed",
            "customers": ("Globex Retail",),
            "deadline": ("27 Nov", "2026-11-26T23:00Z", "2026-11-27T23:00Z"),
            "signals": (("deadline", "before Black Friday"), ("deadline", "deadline")),
        },
    ),
    (
        "Go-live on 1 December at risk: SSO setup for Pinecrest Schools misconfigured",
        {
            "summary": "at risk: SSO setup misconfigured",
            "type": "configuration",
            "because": "misconfigured",
            "customers": ("Pinecrest Schools",),
            "deadline": ("1 December", "2026-11-30T23:00Z", "2026-12-01T23:00Z"),
            "signals": (("deadline", "Go-live"), ("configuration", "misconfigured")),
        },
    ),
    (
        "We promised a fix last Tuesday to Acme Corp, exports still fail",
        {"summary": "We promised a fix last Tuesday, exports still fail", "type": "bug", "because": "fail", "customers": ("Acme Corp",)},
    ),
    (
        "Tickets 4211, 4213 and 4220 all report HTTP 503 from the shipments API, three different accounts",
        {
            "summary": "Tickets 4211, 4213 and 4220 all report HTTP 503 from the shipments API, three different accounts",
            "type": "bug",
            "because": "503",
            "counts": (("three different accounts", 3, "customers", "exact"),),
            "references": (("4211", "ticket"), ("4213", "ticket"), ("4220", "ticket")),
            "errors": ("503",),
        },
    ),
    (
        "Renewal of Halden Marine is at risk because of slow dashboards",
        {
            "summary": "Renewal is at risk because of slow dashboards",
            "type": "bug",
            "because": "slow",
            "customers": ("Halden Marine",),
            "signals": (("churn", "Renewal of Halden Marine is at risk"),),
        },
    ),
    (
        "Kestrel Mobility's CTO threatens to leave unless the sync is fixed by 30 November 12:00 UTC",
        {
            "summary": "CTO threatens to leave unless the sync is fixed",
            "type": "unknown",
            "customers": ("Kestrel Mobility",),
            "deadline": ("30 November 12:00 UTC", "2026-11-30T12:00Z"),
            "signals": (("executive", "CTO"), ("churn", "threatens to leave"), ("deadline", "30 November 12:00 UTC")),
        },
    ),
    (
        "Globex Retail asks how to configure SCIM with Okta",
        {
            "summary": "asks how to configure SCIM with Okta",
            "type": "question",
            "because": "how to",
            "customers": ("Globex Retail",),
            "signals": (("question", "how to"),),
        },
    ),
    (
        "Permissions wrong for Orchid Travel after they migrated their IdP to Entra",
        {
            "summary": "Permissions wrong after they migrated their IdP to Entra",
            "type": "configuration",
            "because": "after they migrated their IdP to Entra",
            "customers": ("Orchid Travel",),
            "signals": (("configuration", "after they migrated their IdP to Entra"),),
        },
    ),
    (
        "Since the update last Thursday exports hang for Sable & Finch",
        {
            "summary": "exports hang",
            "type": "bug",
            "because": "hang",
            "customers": ("Sable & Finch",),
            "since": ("last Thursday", "2026-11-11T23:00Z", "2026-11-12T23:00Z"),
            "signals": (("regression", "Since the update"),),
        },
    ),
    (
        "Checkout broken on Safari 17 for Northwind Outfitters, works in Chrome",
        {"summary": "Checkout broken on Safari 17", "type": "bug", "because": "broken", "customers": ("Northwind Outfitters",)},
    ),
    (
        "Intermittent 502s on POST /v2/orders, request id req_8f3a2b9c1d, Initrode Logistics",
        {
            "summary": "Intermittent 502s on POST /v2/orders",
            "type": "bug",
            "because": "502s",
            "customers": ("Initrode Logistics",),
            "errors": ("502",),
            "signals": (("intermittent", "Intermittent"),),
        },
    ),
    (
        "Production down at Tessera Bank, nobody can log in, they lose orders",
        {
            "summary": "Production down, nobody can log in, they lose orders",
            "type": "outage",
            "because": "Production down",
            "customers": ("Tessera Bank",),
            "signals": (("outage", "Production down"), ("outage", "nobody can log in"), ("data loss", "lose orders")),
        },
    ),
    (
        "Password reset mails never arrive for Pinecrest Schools, about 300 students affected",
        {
            "summary": "Password reset mails never arrive",
            "type": "bug",
            "because": "never arrive",
            "customers": ("Pinecrest Schools",),
            "counts": (("about 300 students", 300, "users", "about"),),
        },
    ),
    (
        "Webhook retries duplicate orders — Brightwater Foods, Halden Marine and Globex Retail",
        {
            "summary": "Webhook retries duplicate orders",
            "type": "bug",
            "because": "duplicate",
            "customers": ("Brightwater Foods", "Halden Marine", "Globex Retail"),
        },
    ),
    (
        "Vireo Media cannot pay invoices; waiting for an answer for 5 days",
        {
            "summary": "cannot pay invoices",
            "type": "bug",
            "because": "cannot pay",
            "customers": ("Vireo Media",),
            "since": ("for 5 days", "2026-11-13T15:00Z"),
            "duration": "for 5 days",
            "signals": (("blocked", "cannot pay"), ("waiting", "waiting")),
        },
    ),
    (
        "Legal team of Quillon Health asks about GDPR breach, personal data exposed?",
        {
            "summary": "Legal team asks about GDPR breach, personal data exposed",
            "type": "security",
            "because": "GDPR breach",
            "customers": ("Quillon Health",),
            "signals": (("legal", "Legal team"), ("security", "GDPR breach"), ("legal", "GDPR"), ("security", "personal data exposed")),
        },
    ),
    (
        'Acme Corp reports errors in "Orders › Export": «Export failed (code EXP-1002)»',
        {
            "summary": 'errors in "Orders › Export": «Export failed (code EXP-1002)»',
            "type": "bug",
            "because": "errors",
            "customers": ("Acme Corp",),
            "errors": ("EXP-1002",),
            "quotes": ("Export failed (code EXP-1002)",),
        },
    ),
    (
        "Ticket ZD-4211, work item ENG-812, https://acme.atlassian.net/wiki/spaces/SUP/pages/123/Webhooks and https://acme.slack.com/archives/C024BE91L/p1763451600000200",
        {
            "summary": "Ticket ZD-4211, work item ENG-812",
            "type": "unknown",
            "references": (
                ("ZD-4211", "ticket"),
                ("ENG-812", "work item"),
                ("https://acme.atlassian.net/wiki/spaces/SUP/pages/123/Webhooks", "article"),
                ("https://acme.slack.com/archives/C024BE91L/p1763451600000200", "message"),
            ),
        },
    ),
    (
        "Rate limits too low for Globex Retail, they need 600 requests per minute by end of month",
        {
            "summary": "Rate limits too low, they need 600 requests per minute",
            "type": "unknown",
            "customers": ("Globex Retail",),
            "counts": (("600 requests", 600, "other", "exact"),),
            "deadline": ("end of month", "2026-11-29T23:00Z", "2026-11-30T23:00Z"),
            "signals": (("deadline", "end of month"),),
        },
    ),
    (
        "Umlaute werden im CSV-Export für Müller GmbH & Co. KG falsch dargestellt",
        {
            "summary": "Umlaute werden im CSV-Export falsch dargestellt",
            "type": "bug",
            "because": "falsch",
            "customers": ("Müller GmbH & Co. KG",),
        },
    ),
    (
        "Los webhooks fallan desde el 16 de noviembre para Acme Corp",
        {
            "summary": "Los webhooks fallan",
            "type": "bug",
            "because": "fallan",
            "customers": ("Acme Corp",),
            "since": ("16 de noviembre", "2026-11-15T23:00Z", "2026-11-16T23:00Z"),
        },
    ),
    (
        "L'export plante depuis le 16 novembre chez Sable & Finch",
        {
            "summary": "L'export plante",
            "type": "bug",
            "because": "plante",
            "customers": ("Sable & Finch",),
            "since": ("16 novembre", "2026-11-15T23:00Z", "2026-11-16T23:00Z"),
        },
    ),
    (
        "Acme Corp様、11月16日からエクスポートが失敗、回避策なし",
        {
            "summary": "エクスポートが失敗",
            "type": "bug",
            "because": "失敗",
            "customers": ("Acme Corp",),
            "since": ("11月16日", "2026-11-15T23:00Z", "2026-11-16T23:00Z"),
        },
    ),
    (
        "Customer says it is urgent",
        {"summary": "Customer says it is urgent", "type": "unknown"},
    ),
    (
        "We need a call",
        {"summary": "We need a call", "type": "unknown"},
    ),
    (
        "MISSING ROWS IN EXPORT, CUSTOMER: GLOBEX RETAIL",
        {"summary": "MISSING ROWS IN EXPORT", "type": "bug", "because": "MISSING", "customers": ("GLOBEX RETAIL",)},
    ),
    (
        "Invoice PDF shows wrong VAT for o'neill gmbh",
        {"summary": "Invoice PDF shows wrong VAT", "type": "bug", "because": "wrong", "customers": ("o'neill gmbh",)},
    ),
    (
        "SSO loop again for Quillon Health, IAM-118 was supposed to be fixed",
        {
            "summary": "SSO loop again",
            "type": "bug",
            "because": "loop",
            "customers": ("Quillon Health",),
            "references": (("IAM-118", "work item"),),
        },
    ),
    (
        "Bulk edit is slow for admins with more than 5,000 orders",
        {
            "summary": "Bulk edit is slow for admins with more than 5,000 orders",
            "type": "bug",
            "because": "slow",
            "counts": (("more than 5,000 orders", 5000, "records", "about"),),
        },
    ),
    (
        "Support can't reproduce: Acme Corp sees blank dashboard in Firefox 131 only, tried incognito and another browser, same result",
        {
            "summary": "Support can't reproduce: sees blank dashboard in Firefox 131 only",
            "type": "bug",
            "because": "blank",
            "customers": ("Acme Corp",),
            "tried": ("tried incognito and another browser, same result",),
        },
    ),
    (
        "Can't rule out data loss for Halden Marine after the failed migration",
        {
            "summary": "Can't rule out data loss after the failed migration",
            "type": "bug",
            "because": "failed",
            "customers": ("Halden Marine",),
            "signals": (("data loss", "data loss"),),
        },
    ),
    (
        "Northwind Outfitters cancelled the order by mistake and wants it back",
        {"summary": "cancelled the order by mistake and wants it back", "type": "unknown", "customers": ("Northwind Outfitters",)},
    ),
    (
        "Stale inventory counts for Kestrel Mobility since 2026-11-17T22:15:00+01:00",
        {
            "summary": "Stale inventory counts",
            "type": "bug",
            "because": "Stale",
            "customers": ("Kestrel Mobility",),
            "since": ("2026-11-17T22:15:00+01:00", "2026-11-17T21:15Z"),
        },
    ),
    (
        "3M reports 401 on /v2/shipments",
        {"summary": "401 on /v2/shipments", "type": "bug", "because": "401", "customers": ("3M",), "errors": ("401",)},
    ),
    (
        "Acme Corp, error 500",
        {"summary": "error 500", "type": "bug", "because": "error", "customers": ("Acme Corp",), "errors": ("500",)},
    ),
    (
        'Hello support,\n\nI hope you are well. I am writing on behalf of Initrode Logistics. Since Monday morning our warehouse team has been unable to print shipping labels from the dashboard: the page shows "Label service unavailable (LBL-2207)" after about 30 seconds. We have restarted the print client and cleared the browser cache, no change. About 25 users in two warehouses are affected and we ship roughly 4,000 orders a day, so every hour counts. Our contract says you answer within four hours and we are still waiting for a reply to ticket 4398. Our COO asked me for an explanation before the board meeting on Thursday at 14:00 CET. If this is not fixed by Friday we will have to look at other providers.\n\nBest regards,\nMara Lindqvist',
        {
            "summary": "our warehouse team has been unable to print shipping labels from the dashboard: the page shows",
            "type": "bug",
            "because": "unable to print",
            "customers": ("Initrode Logistics",),
            "counts": (
                ("About 25 users", 25, "users", "about"),
                ("two warehouses", 2, "other", "exact"),
                ("roughly 4,000 orders", 4000, "records", "about"),
            ),
            "since": ("Monday morning", "2026-11-16T05:00Z", "2026-11-16T11:00Z"),
            "deadline": ("Thursday at 14:00 CET", "2026-11-19T13:00Z"),
            "references": (("4398", "ticket"),),
            "errors": ("LBL-2207",),
            "quotes": ("Label service unavailable (LBL-2207)",),
            "tried": ("We have restarted the print client and cleared the browser cache, no change",),
            "signals": (
                ("blocked", "unable to print"),
                ("waiting", "are still waiting"),
                ("executive", "COO"),
                ("deadline", "before the board meeting"),
                ("executive", "board meeting"),
                ("churn", "look at other providers"),
            ),
        },
    ),
    (
        "Acme Corp: exports fail\n2026-11-16T08:41:07Z ERROR [worker-3] ORD-5031 pool exhausted\njava.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available\n\tat com.larkspur.orders.OrderStore.save(OrderStore.java:88)\nPOST /v2/orders -> 500 request_id=req_77aa12bb",
        {
            "summary": "exports fail",
            "type": "bug",
            "because": "fail",
            "customers": ("Acme Corp",),
            "errors": ("ORD-5031", "java.sql.SQLTransientConnectionException"),
        },
    ),
]
