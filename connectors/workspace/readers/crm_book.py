"""Accounts of a CRM as they come together: company rows, with the contacts and deals that belong to them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from escalation.records import Account, Contact, Deal, Record

from ..reader import Fault
from .crm_table import Entry


@dataclass
class _Draft:
    entry: Entry
    stated: dict[str, Any]
    contacts: list[Contact] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)


class Book:
    """Companies by id and by exact name. A name that several companies bear finds none of them."""

    def __init__(self) -> None:
        self._drafts: list[_Draft] = []
        self._by_ref: dict[str, list[_Draft]] = {}
        self._by_name: dict[str, list[_Draft]] = {}
        self._strays: Counter[tuple[str, str]] = Counter()

    def add(self, entry: Entry, ref: str, key: str = "", **stated: Any) -> None:
        """One company; `stated` are the fields of its `Account`. Contacts and deals name it by `key`, or else by `ref`."""
        draft = _Draft(entry, {"ref": ref, **stated})
        self._drafts.append(draft)
        self._by_ref.setdefault(key or ref, []).append(draft)
        self._by_name.setdefault(stated["name"].casefold(), []).append(draft)

    def join(self, file: str, one: Contact | Deal, refs: Sequence[str], names: Sequence[str]) -> None:
        """Put a contact or deal under its companies, named by id or else by exact name."""
        drafts = [draft for ref in refs for draft in self._by_ref.get(ref, ())]
        if not drafts:
            found = [self._by_name.get(name.casefold(), []) for name in names]
            drafts = [draft for same in found if len({draft.stated["ref"] for draft in same}) == 1 for draft in same]
        for draft in drafts:
            (draft.contacts if isinstance(one, Contact) else draft.deals).append(one)  # type: ignore[arg-type]
        if not drafts:
            self._strays[file, "contacts" if isinstance(one, Contact) else "deals"] += 1

    def records(self) -> Iterator[Record | Fault]:
        """Accounts in the order of their rows; then how many contacts and deals belong to none of them."""
        for draft in self._drafts:
            yield Account(
                **draft.stated,
                contacts=tuple(draft.contacts),
                deals=tuple(draft.deals),
                fields=draft.entry.rest(),
            )
            yield from draft.entry.cells.faults
        for (file, what), count in self._strays.items():
            yield Fault(file, None, f"{count} {what} belong to no account in the export, or to one of several with the same name; left out")
