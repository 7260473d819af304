"""Which account is meant. Near names are never merged."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from escalation.records import Account, AccountKey, Money
from escalation.search.identity import capitalised, domain_of, identities, match, near, normal

ACME = Account(ref="1", name="Acme Corp", domains=("acme.example.com",), external_ids={"zendesk": "9001"})
ACME_EU = Account(ref="2", name="Acme Corp EU", domains=("acme-eu.example.com",))
LABS = Account(ref="3", name="Acme Labs", domains=("acmelabs.example.org",))
ALL = (ACME, ACME_EU, LABS)
WORDS = st.sampled_from(["Acme", "Corp", "EU", "Labs", "Globex", "Bank", "North"])
NAMES = st.lists(WORDS, min_size=1, max_size=3, unique=True).map(" ".join)


def test_the_id_decides_before_the_name() -> None:
    assert match(AccountKey(name="Acme Labs", ref="9001"), ALL)[:2] == (ACME, "id")


def test_the_domain_decides_before_the_name() -> None:
    assert match(AccountKey(name="Acme", domain="ACME-EU.example.com"), ALL)[:2] == (ACME_EU, "domain")


def test_an_exact_name_wins_over_its_look_alikes_and_names_them() -> None:
    account, how, others = match(AccountKey(name="acme corporation"), ALL)
    assert (account, how, others) == (ACME, "exact name", (ACME_EU,))


def test_several_near_names_are_candidates_and_no_match() -> None:
    assert match(AccountKey(name="Acme"), ALL) == (None, "", ALL)


def test_a_single_near_name_says_that_it_is_only_near() -> None:
    assert match(AccountKey(name="Labs"), ALL)[:2] == (LABS, "only near name")


def test_an_unknown_name_matches_nothing() -> None:
    assert match(AccountKey(name="Globex"), ALL) == (None, "", ())


def test_public_mail_says_nothing_about_a_company() -> None:
    assert domain_of("jo@gmail.com") == ""
    assert domain_of("jo@Acme.example.com") == "acme.example.com"


class Held(NamedTuple):
    """An account, and the system that has it."""

    connector: str
    record: Account


def known(*held: Held) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(systems, how the second and later ones are known to be the same) of each account."""
    return [(tuple(member.connector for member in one.members), one.how) for one in identities(held)]


def test_an_external_id_makes_two_systems_accounts_one() -> None:
    organisation = Account(ref="9001", name="Acme (legacy)")
    assert known(Held("crm", ACME), Held("zendesk", organisation)) == [(("crm", "zendesk"), ("external id 9001",))]


def test_salesforces_two_spellings_of_one_id_are_one() -> None:
    crm = Account(ref="0015g00000AbCdEAAV", name="Acme Corp")
    desk = Account(ref="77", name="Acme", external_ids={"salesforce": "0015g00000AbCdE"})
    assert known(Held("salesforce", crm), Held("desk", desk))[0][1] == ("external id 0015g00000AbCdE",)


def test_a_domain_that_each_system_has_once_makes_them_one_whatever_the_names() -> None:
    other = Account(ref="x", name="ACME Holding", domains=("ACME.example.com",))
    assert known(Held("crm", ACME), Held("hubspot", other)) == [(("crm", "hubspot"), ("domain acme.example.com",))]


def test_a_domain_that_one_system_has_twice_decides_nothing() -> None:
    twins = [Account(ref=str(n), name=f"Acme {n}", domains=("acme.example.com",)) for n in (7, 8)]
    assert len(known(Held("crm", ACME), *(Held("hubspot", twin) for twin in twins))) == 3


def test_an_exact_name_makes_them_one_unless_the_domains_differ() -> None:
    plain, elsewhere = Account(ref="7", name="ACME Corporation"), Account(ref="8", name="Acme Corp", domains=("acme.example.org",))
    assert known(Held("crm", ACME), Held("tryton", plain))[0][1] == ("exact name",)
    assert len(known(Held("crm", ACME), Held("tryton", elsewhere))) == 2


def test_accounts_of_one_system_with_a_common_domain_stay_two() -> None:
    assert len(known(Held("crm", ACME), Held("crm", ACME_EU.model_copy(update={"domains": ACME.domains})))) == 2


def test_a_short_number_in_another_system_is_no_identity() -> None:
    assert len(known(Held("tryton", Account(ref="1", name="Acme")), Held("rt", Account(ref="1", name="Globex")))) == 2


def test_the_system_that_states_the_most_comes_first_and_the_others_fill_its_blanks() -> None:
    money = Money(amount=Decimal(5), currency="EUR")
    rich = ACME.model_copy(update={"plan": "Enterprise", "arr": money})
    poor = Account(ref="7", name="Acme Corp", domains=("acme.example.com", "acme.example.net"), renewal_on=date(2026, 12, 15))
    (one,) = identities([Held("desk", poor), Held("crm", rich)])
    assert [member.connector for member in one.members] == ["crm", "desk"]
    assert (one.account.arr, one.account.renewal_on) == (money, date(2026, 12, 15))
    assert one.account.domains == ("acme.example.com", "acme.example.net")


@given(st.permutations([Held("crm", ACME), Held("crm", ACME_EU), Held("desk", Account(ref="9001", name="x")), Held("chat", LABS)]))
def test_the_order_in_which_they_come_changes_nothing(held: list[Held]) -> None:
    assert {frozenset(member.record.ref for member in one.members) for one in identities(held)} == {
        frozenset(("1", "9001")),
        frozenset("2"),
        frozenset("3"),
    }


def test_names_are_offered_with_and_without_the_word_that_opens_the_sentence() -> None:
    assert "Halden Marine" in capitalised("Also Halden Marine's integrator called.")


@given(NAMES, st.lists(NAMES, max_size=5, unique=True))
def test_a_match_is_never_a_guess(name: str, others: list[str]) -> None:
    accounts = tuple(Account(ref=str(number), name=other) for number, other in enumerate(others))
    account, how, candidates = match(AccountKey(name=name), accounts)
    if account is None:
        assert len(candidates) != 1
    elif how == "exact name":
        assert normal(account.name) == normal(name)
    else:
        assert candidates == (account,)
        assert near(name, account.name)
