"""Each mistake that the kit is there for is caught by the check one would name."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from escalation.testing import ConnectorConformance, Network
from escalation.testing.bench import Trials
from tests.kit import mistakes as m
from tests.kit.sound import SECRET, SITE, Sound, replies

CAUGHT: Mapping[type[Any], str] = {
    m.WrongType: "test_its_type_is_a_word",
    m.WrongCategory: "test_its_categories_are_those_of_its_abilities",
    m.NotHandedOver: "test_it_is_handed_over_by_a_hook",
    m.Undocumented: "test_every_setting_is_described",
    m.TakesAnything: "test_a_misspelt_setting_is_refused",
    m.PlainToken: "test_secrets_are_secret",
    m.PlainTokenByAnotherName: "test_secrets_are_secret",
    m.NoScopes: "test_about_names_the_scope_of_every_ability",
    m.SecretInTheExample: "test_the_example_settings_would_work",
    m.AsksWhenMade: "test_making_it_asks_nothing",
    m.Dicts: "test_every_ability_yields_records_of_its_kind",
    m.OneRefForAll: "test_refs_are_keys_as_people_write_them",
    m.NoSubject: "test_every_record_has_a_heading",
    m.ApiAddress: "test_addresses_lead_to_pages_that_people_open",
    m.NaiveTimes: "test_times_are_aware_and_in_utc",
    m.LocalTimes: "test_times_are_aware_and_in_utc",
    m.Milliseconds: "test_times_are_aware_and_in_utc",
    m.Markup: "test_text_is_plain_text",
    m.OnlyBuilt: "test_records_are_valid_and_not_only_built",
    m.Clock: "test_two_runs_give_equal_records",
    m.SearchesByAction: "test_finding_changes_nothing",
    m.IgnoresBaseUrl: "test_base_url_is_where_every_request_goes",
    m.AsksElsewhere: "test_the_credential_goes_to_its_own_host_alone",
    m.OwnsNothing: "test_owns_knows_its_own",
    m.OwnsBySubstring: "test_owns_nothing_foreign",
    m.HalfForEver: "test_fetch_brings_the_whole_record",
    m.QuietAboutUnknownKeys: "test_fetch_of_an_unknown_key_is_not_found",
    m.AsksForEach: "test_a_case_costs_twelve_requests_at_most",
    m.AsksNameByName: "test_many_names_are_asked_at_once",
    m.QuietlyExhausted: "test_requests_that_run_out_are_told",
    m.ProbeThatForgets: "test_every_search_has_a_probe",
    m.ProbeThatRaises: "test_a_refused_probe_names_the_fix",
    m.GluesIntoThePath: "test_what_people_type_changes_no_request",
    m.GluesIntoTheDocument: "test_no_text_at_all_changes_a_request",
    m.Trips: "test_what_people_type_changes_no_request",
    m.FollowsText: "test_what_a_record_says_sends_no_request_of_its_own",
    m.EndlessLoop: "test_paging_that_never_ends_is_stopped_and_told",
    m.SilentCap: "test_paging_that_never_ends_is_stopped_and_told",
    m.FollowsAnywhere: "test_a_next_page_on_another_host_is_not_asked",
    m.Swallows: "test_a_refusal_is_an_auth_error",
    m.Insists: "test_a_refusal_is_not_asked_again",
    m.VagueRefusal: "test_a_refusal_says_what_to_mend",
    m.GivesUpAtOnce: "test_a_stumble_is_forgiven",
    m.GoesOnAfterTheEnd: "test_nothing_is_sent_once_the_time_is_over",
    m.ReadsEverything: "test_unknown_fields_change_nothing",
    m.ReadsKeys: "test_an_odd_value_costs_one_record_at_most",
    m.DropsInSilence: "test_an_odd_value_costs_one_record_at_most",
    m.NeedsAHit: "test_a_vendor_that_finds_nothing_is_an_empty_answer",
    m.ShowsItsToken: "test_no_repr_shows_a_secret",
    m.SaysTheSecret: "test_no_message_holds_a_secret_or_what_a_customer_said",
    m.SaysTheQuery: "test_no_message_holds_a_secret_or_what_a_customer_said",
    m.SaysTheReply: "test_no_message_holds_a_secret_or_what_a_customer_said",
    m.TalksTooMuch: "test_no_message_is_longer_than_a_line",
    m.LogsItsToken: "test_no_log_holds_a_secret",
    m.SecretInTheAddress: "test_no_address_holds_a_secret",
    m.Unmasked: "test_masked_hides_every_secret",
    m.Unmarked: "test_what_is_written_bears_the_mark",
    m.WritesTwice: "test_a_draft_carried_out_twice_is_written_once",
    m.WritesAsASearch: "test_an_action_says_what_it_wrote",
    m.WritesAgainInTheDark: "test_a_write_whose_reply_is_lost_is_not_sent_again",
}
"""Mistake → the check that must catch it."""


def failures(kind: type[Any], check: str, fixtures: Mapping[str, Any]) -> list[BaseException]:
    """What the check says of a connector, once for each of its parameters."""
    suite: Any = type(
        "Suite",
        (ConnectorConformance,),
        {"connector_type": kind, "settings": {"token": SECRET}, "replies": staticmethod(replies), "reference": f"{SITE}/t/1"},
    )
    found: list[BaseException] = []
    for parameters in parametrised(getattr(suite, check)):
        network = Network(replies)
        made = Trials(suite, fixtures["tmp_path"])
        given = {
            "network": network,
            "session": network.session(fixtures["tmp_path"]),
            "trials": made,
            "http": made,
            **fixtures,
            **parameters,
        }
        try:
            getattr(suite(), check)(**{name: given[name] for name in inspect.signature(getattr(suite(), check)).parameters})
        except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001 - a check fails by whatever is raised
            found.append(failure)
    return found


def parametrised(check: Any) -> Iterator[dict[str, Any]]:
    marks = [mark for mark in getattr(check, "pytestmark", ()) if mark.name == "parametrize"]
    for values in product(*(mark.args[1] for mark in marks)):
        yield dict(zip((mark.args[0] for mark in marks), values, strict=True))


@pytest.mark.parametrize("mistake", CAUGHT, ids=lambda mistake: mistake.__name__)
def test_a_mistake_is_caught_by_the_check_one_would_name(mistake: type[Any], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fixtures = {"tmp_path": tmp_path, "caplog": caplog}
    assert failures(mistake, CAUGHT[mistake], fixtures)
    caplog.clear()
    assert not failures(Sound, CAUGHT[mistake], fixtures)


def test_every_mistake_is_tried() -> None:
    made = {each for each in vars(m).values() if inspect.isclass(each) and issubclass(each, Sound) and each is not Sound}
    assert made == CAUGHT.keys()
