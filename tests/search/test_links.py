"""Who names whom, and who says that it is another matter."""

from escalation.records import Comment, Message, Person, Ticket, WorkItem
from escalation.search.links import bare_numbers, handles, named_in


def test_a_ticket_answers_to_its_number_and_its_address() -> None:
    assert handles(Ticket(ref="4211", subject="x", url="https://a.example/tickets/4211?x=1")) == {
        "4211",
        "#4211",
        "https://a.example/tickets/4211",
    }


def test_the_part_of_an_address_that_names_the_record_counts() -> None:
    one = Ticket(ref="14", subject="x", url="https://rt.example/Ticket/Display.html?id=14&results=abc")
    two = one.model_copy(update={"ref": "15", "url": "https://rt.example/Ticket/Display.html?id=15"})
    assert "https://rt.example/ticket/display.html?id=14" in handles(one)
    assert not handles(one) & handles(two)


def test_keys_addresses_and_numbers_after_the_word_ticket_are_names() -> None:
    message = Message(ref="1", channel="c", text="See PLAT-812, ticket 4211 and <https://a.example/browse/IAM-1|this>. Also #77.")
    assert named_in(message)[0] >= {"plat-812", "4211", "https://a.example/browse/iam-1", "#77"}


def test_links_that_the_system_holds_are_names() -> None:
    assert "https://a.example/t/1" in named_in(WorkItem(ref="A-1", title="x", links=("https://a.example/t/1#c",)))[0]


def test_a_denial_goes_with_the_sentence_it_stands_in() -> None:
    item = WorkItem(ref="A-1", title="x", text="Unlike PLAT-701 this hits POST only. Same as PLAT-812.")
    named, denied = named_in(item)
    assert named >= {"plat-701", "plat-812"}
    assert denied == {"plat-701"}


def test_a_bare_number_is_offered_with_its_passage_from_our_side_only() -> None:
    ours = Comment(text="Pinecrest (4196) was a filter, not this.", author=Person(side="vendor"))
    theirs = Comment(text="We have 4196 articles.", author=Person(side="customer"))
    ticket = Ticket(ref="1", subject="x", comments=(ours, theirs), requester=Person(side="customer"))
    assert [(number, another) for number, _, another in bare_numbers(ticket)] == [("4196", True)]
