"""Which account is meant. Near names are never merged."""

from hypothesis import given
from hypothesis import strategies as st

from escalation.records import Account, AccountKey
from escalation.search.identity import capitalised, domain_of, joined, match, near, normal

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


def test_the_same_account_of_two_systems_is_one() -> None:
    other = Account(ref="9001", name="ACME Corp.", domains=("acme.example.com",))
    assert joined([ACME, other, ACME_EU]) == (ACME, ACME_EU)


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
