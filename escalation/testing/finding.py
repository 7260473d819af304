"""Checks of how a connector finds and fetches: what it sends, what it says is its own, what it costs."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from escalation.connector import AccountQuery, ApiConnector, Fetches
from escalation.errors import NotFound, UnexpectedResponse
from escalation.records import AccountKey
from escalation.search.rounds import MOST_REQUESTS
from escalation.testing.bench import ABILITIES, Bench, Trials
from escalation.testing.weather import FAULTS, always, fault, lenient, moved, origin

ELSEWHERE = "https://elsewhere.example"


class FindingChecks(Bench):
    """Requests, references, budgets and probes."""

    def test_exact_strings_are_looked_for(self, trials: Trials) -> None:
        """If this fails: a query with `exact` alone (an error code, a quoted message) fails, or finds nothing in your replies."""
        for ability in self._searches():
            trial = trials.of(ability).ask(ABILITIES[ability][0](exact=self.exact))
            assert trial.error is None, f"{ability}: {trial.error}"
            assert trial.records, f"{ability} finds nothing by {self.exact}"

    def test_words_are_enough(self, trials: Trials) -> None:
        """If this fails: a query with `words` and no account fails, or finds nothing in your replies."""
        for ability in self._searches():
            trial = trials.of(ability).ask(ABILITIES[ability][0](words=self.words))
            assert trial.error is None, f"{ability}: {trial.error}"
            assert trial.records, f"{ability} finds nothing by {self.words}"

    def test_an_account_alone_asks_for_its_latest(self, trials: Trials) -> None:
        """If this fails: a query with neither `exact` nor `words` raises. It asks for the account's latest records.

        Where the system can't tell whose a record is, yield nothing and send nothing.
        """
        for ability in self._searches():
            trial = trials.of(ability).ask(ABILITIES[ability][0](account=AccountKey(name=self.account)))
            assert trial.error is None, f"{ability}: {trial.error}"

    def test_finding_changes_nothing(self, http: Trials) -> None:
        """If this fails: a search, `fetch` or `check_connection` sends something that could change data.

        Use `self.api.get`, or `self.api.post` for a search by POST; `self.api.act` is for actions alone.
        """
        for trial in http.each():
            trial.ask()
            for sent in trial.sent:
                assert sent.method in ("GET", "POST"), f"{trial.ability} sends a {sent.method}"
                assert sent.safe, f"{trial.ability} sends {sent.method} {urlsplit(sent.url).path} as an action"

    def test_base_url_is_where_every_request_goes(self, http: Trials) -> None:
        """If this fails: a request goes elsewhere than to the `base_url` that is set. `base_url()` returns `settings.base_url` first."""
        for here in http.each():
            usual = here.connector.base_url() if isinstance(here.connector, ApiConnector) else ""
            there = usual.replace(origin(usual), ELSEWHERE)
            replies = moved(type(self).replies, origin(usual), ELSEWHERE)
            trial = http.of(here.ability, settings={**self.settings, "base_url": there}, replies=replies)
            there_too = self.reference.replace(origin(usual), ELSEWHERE)
            reference = there_too if trial.connector.owns(there_too) else self.reference  # pages may be elsewhere than the API
            trial.ask(reference if here.ability == "fetch" else None)
            assert trial.sent, f"{trial.ability} asks nothing at another base_url"
            assert all(sent.url.startswith(f"{there}/") for sent in trial.sent), trial.ability
            assert trial.records, f"{trial.ability} finds nothing at another base_url: {trial.error}"

    def test_owns_knows_its_own(self, trials: Trials) -> None:
        """If this fails: `owns` says no to your `reference`, or to the address of the very record that it leads to."""
        if issubclass(self.kind(), Fetches):
            trial = trials.of("fetch").ask()
            assert trial.connector.owns(self.reference)
            for record in trial.records[:1]:
                assert not record.url or trial.connector.owns(record.url), f"owns({record.url!r}) is no"

    def test_owns_nothing_foreign(self, trials: Trials) -> None:
        """If this fails: `owns` says yes to an address on another host, or raises on odd text.

        It decides whether `fetch` is asked, and with which credential: compare the whole host, never a part of the text.
        """
        trial = trials.of(next(iter(self.abilities()))).ask()
        connector = trials.of("fetch").connector
        sent = [*([self.reference] if "://" in self.reference else []), *(record.url for record in trial.records if record.url)]
        foreign = ["https://foreign.example/", "javascript:alert(1)", "https://", "", " ", "\x00", "%", "https://[", "a" * 10_000]
        for own in sent:
            parts = urlsplit(own)
            foreign += [
                parts._replace(netloc="foreign.example").geturl(),
                parts._replace(netloc=f"{parts.hostname}.foreign.example").geturl(),
                parts._replace(netloc=f"{parts.hostname}@foreign.example").geturl(),
                parts._replace(netloc=f"foreign.example{parts.path}", path="").geturl(),
                f"https://foreign.example/{own}",
                f"https://foreign.example/?next={own}",
                f"https://foreign.example/#{own}",
            ]
        for reference in foreign:
            with suppress(ValueError):  # urlsplit raises it for what is no address; the engine takes that for a no
                assert connector.owns(reference) is False, f"owns({reference[:80]!r}) is not False"

    def test_a_hit_that_is_not_whole_can_be_fetched(self, trials: Trials) -> None:
        """If this fails: a search yields records with `whole=False`, and `owns` says no to their address: nobody can read the rest."""
        for trial in trials.each(fetch=False):
            for record in trial.ask().records:
                if not record.whole:
                    assert issubclass(self.kind(), Fetches), "there is no fetch"
                    assert trial.connector.owns(record.url or record.ref), f"owns({record.url or record.ref!r}) is no"

    def test_fetch_brings_the_whole_record(self, trials: Trials) -> None:
        """If this fails: `fetch` yields a record that is not `whole`: it would be fetched again and again."""
        if issubclass(self.kind(), Fetches):
            trial = trials.of("fetch").ask()
            assert trial.error is None, str(trial.error)
            assert trial.records[0].whole

    def test_fetch_of_an_unknown_key_is_not_found(self, http: Trials) -> None:
        """If this fails: `fetch` of something that is not there raises no `NotFound`. The reader is told of it: the key may be misspelt."""
        if issubclass(self.kind(), Fetches):
            trial = http.of("fetch")
            trial.weather = always(fault("404"))
            assert isinstance(trial.ask().error, NotFound), repr(trial.error)

    def test_fetch_of_something_that_is_gone_is_told(self, http: Trials) -> None:
        """If this fails: 410 is taken for an empty answer, or for a credential that was refused."""
        if issubclass(self.kind(), Fetches):
            trial = http.of("fetch")
            trial.weather = always(fault("410"))
            assert isinstance(trial.ask().error, (UnexpectedResponse, NotFound)), repr(trial.error)

    def test_a_case_costs_twelve_requests_at_most(self, http: Trials) -> None:
        """If this fails: an ordinary case (accounts, three rungs of tickets, two of each other search, three fetches) costs too much.

        Ask for whole objects, side-load what belongs to them, and leave the thread of a hit to `fetch` (`whole=False`).
        """
        times = self.times()
        spent = {ability: asked * len(http.of(ability).ask().sent) for ability, asked in times.items()}
        token = any(http.of(ability).renews for ability in spent)  # got once in a case
        most = max(MOST_REQUESTS, sum(times.values()))  # nobody can answer with less than one request
        assert sum(spent.values()) + token <= most, f"requests for one case: {spent}"

    def test_requests_that_run_out_are_told(self, http: Trials) -> None:
        """If this fails: when the requests of a case are spent half-way, the answer looks complete.

        Let `Exhausted` through; where you go on with what there is, say so with `self.session.fall_short(…)`.
        """
        for usual in http.each():
            everything = usual.ask().records
            for budget in range(len(usual.network.sent)):
                trial = http.of(usual.ability, budget=budget).ask()
                assert len(trial.network.sent) <= budget
                assert trial.records == everything or trial.error or trial.session.shortfalls, f"{trial.ability} after {budget} requests"

    def test_every_search_has_a_probe(self, trials: Trials) -> None:
        """If this fails: `check_connection` yields no probe for an ability, or says of a sound connection that it doesn't work."""
        trial = trials.of(next(iter(self.abilities())))
        if not hasattr(trial.connector, "check_connection"):
            pytest.skip("there is no check_connection")
        probes = list(trial.connector.check_connection())
        wanted = set(self._searches()) | ({"find_accounts"} & set(self.abilities()))
        assert wanted <= {probe.ability for probe in probes}
        assert [probe for probe in probes if not probe.works] == []
        assert all(sent.safe for sent in trial.sent)

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_refused_probe_names_the_fix(self, http: Trials, status: int) -> None:
        """If this fails: `check_connection` raises or stays silent when the credential is refused.

        Wrap each request in `self.probe(ability, ask)`: it names the setting, the scope, and how to get the credential.
        """
        trial = http.of(next(iter(self.abilities())))
        if not hasattr(trial.connector, "check_connection"):
            pytest.skip("there is no check_connection")
        trial.weather = always(fault(str(status)))
        probes = list(trial.connector.check_connection())
        refused = [probe for probe in probes if not probe.works]
        assert refused, f"no probe fails on {status}"
        for probe in refused:
            named = trial.connector.credential_fields()
            assert any(f"'{name}'" in probe.detail for name in named) or not named, f"{probe.detail!r} names no setting"
            assert probe.fix or not self.secrets()
            scope = self.connector_type.about.needs.get(probe.ability, "")
            assert scope in probe.detail

    def test_a_probe_never_raises(self, http: Trials) -> None:
        """If this fails: `check_connection` raises when the system is down or answers nonsense; `doctor` would lose the other probes."""
        for cause in FAULTS:
            trial = http.of(next(iter(self.abilities())))
            if not hasattr(trial.connector, "check_connection"):
                pytest.skip("there is no check_connection")
            trial.weather = always(cause)
            assert [probe.ability for probe in trial.connector.check_connection() if not probe.works], f"all is well on {cause.name}"

    def test_many_names_are_asked_at_once(self, http: Trials) -> None:
        """If this fails: sixty names cost `find_accounts` many requests. A case asks for every company that is named, in one or two."""
        if "find_accounts" in self.abilities():
            trial = http.of("find_accounts", replies=lenient(type(self).replies))
            trial.ask(AccountQuery(names=(self.account, *(f"Company {number}" for number in range(59))), near=False, limit=100))
            assert len(trial.sent) <= 3, f"{len(trial.sent)} requests for 60 names"

    def _searches(self) -> list[str]:
        return [ability for ability in self.abilities() if ability in ABILITIES and ability != "find_accounts"]
