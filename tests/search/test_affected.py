"""Affected are accounts, not tickets, and each says how sure that is."""

from escalation.evidence import Evidence
from escalation.gathering import Customer
from escalation.records import Account, AccountKey, Category, Message, Person, Ticket, WorkItem
from escalation.search.affected import affected

ACME = Evidence(
    id="A1",
    connector="c",
    category=Category.CRM,
    bearing="context",
    record=Account(ref="a1", name="Acme Corp", domains=("acme.example.com",)),
)
GLOBEX = Evidence(
    id="A2",
    connector="c",
    category=Category.CRM,
    bearing="context",
    record=Account(ref="a2", name="Globex Retail", domains=("globex.example.com",)),
)


def ticket(id: str, name: str, domain: str) -> Evidence:
    record = Ticket(
        ref=id,
        subject="500s",
        account=AccountKey(name=name),
        requester=Person(email=f"jo@{domain}", side="customer"),
        url=f"https://desk.example/{id}",
    )
    return Evidence(id=id, connector="c", category=Category.SUPPORT_PLATFORM, record=record)


def said(text: str) -> Evidence:
    return Evidence(
        id="M1", connector="c", category=Category.CHAT, record=Message(ref="m", channel="ops", text=text, author=Person(side="vendor"))
    )


def test_two_tickets_of_one_account_are_one_account() -> None:
    (one,) = affected([ACME, ticket("T1", "Acme Corp", "acme.example.com"), ticket("T2", "", "acme.example.com")], ()).accounts
    assert (one.name, one.certainty, one.evidence) == ("Acme Corp", "linked by symptom", ("T1", "T2"))


def test_the_customer_named_with_a_ticket_of_its_own_is_confirmed() -> None:
    (one,) = affected(
        [ACME, ticket("T1", "Acme Corp", "acme.example.com")], [Customer(name="Acme", account="A1", matched_by="id")]
    ).accounts
    assert one.certainty == "confirmed"


def test_the_customer_named_without_any_report_is_suspected() -> None:
    (one,) = affected([], [Customer(name="Nowhere Ltd")]).accounts
    assert (one.name, one.certainty, one.evidence) == ("Nowhere Ltd", "suspected", ("U1",))


def test_a_work_item_that_names_its_ticket_confirms() -> None:
    item = Evidence(
        id="W1", connector="c", category=Category.PROJECT_TRACKER, record=WorkItem(ref="P-1", title="x", links=("https://desk.example/T1",))
    )
    (one,) = affected([GLOBEX, ticket("T1", "Globex Retail", "globex.example.com"), item], ()).accounts
    assert one.certainty == "confirmed"


def test_only_named_by_a_colleague_is_suspected() -> None:
    (one,) = affected([GLOBEX, said("Globex Retail might have it too, I don't know.")], ()).accounts
    assert (one.name, one.certainty) == ("Globex Retail", "suspected")


def test_named_as_confirmed_by_a_colleague_is_confirmed() -> None:
    (one,) = affected([GLOBEX, said("Confirmed in our logs for Globex Retail.")], ()).accounts
    assert one.certainty == "confirmed"


def test_named_as_not_affected_is_not_counted() -> None:
    assert affected([GLOBEX, said("Globex Retail is not affected, confirmed.")], ()).accounts == ()


def test_a_longer_name_is_not_the_shorter_one() -> None:
    eu = Evidence(id="A3", connector="c", category=Category.CRM, bearing="context", record=Account(ref="a3", name="Acme Corp EU"))
    assert [one.name for one in affected([ACME, eu, said("Acme Corp EU may be hit as well")], ()).accounts] == ["Acme Corp EU"]


def test_what_is_kept_apart_is_not_counted() -> None:
    apart = ticket("T1", "Globex Retail", "globex.example.com").model_copy(update={"bearing": "look-alike"})
    assert affected([GLOBEX, apart], ()).accounts == ()
