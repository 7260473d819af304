"""How long the workspace connector takes to index a folder of exports, and to search it.

    python benchmarks/workspace.py [RECORDS]

Makes RECORDS (100,000) made-up records of all five kinds in a temporary folder, as a Jira CSV and plain
JSON lines, then prints seconds to index, milliseconds to open it again, and milliseconds for 50 queries.
"""

import csv
import json
import random
import statistics
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from escalation.connector import AccountQuery, MessageQuery, Session, TicketQuery, WorkItemQuery
from escalation.plugins import load_plugin
from escalation.records import AccountKey

SHARES = {"ticket": 0.40, "message": 0.30, "work item": 0.25, "account": 0.03, "article": 0.02}
VOCABULARY = 30_000
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()


class Prose:
    """Words as common as words are: the n-th of them 1/n as often as the first."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - the same words every time is the point
        self.words = ["".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4))) for _ in range(VOCABULARY)]
        self._weights = list(accumulate(1 / rank for rank in range(3, VOCABULARY + 3)))

    def say(self, words: int) -> str:
        """So many words."""
        return " ".join(self.random.choices(self.words, cum_weights=self._weights, k=words))


def write(folder: Path, records: int, prose: Prose) -> int:
    """Fill the folder; how many records it now holds."""
    counts = {kind: int(records * share) for kind, share in SHARES.items()}
    accounts = counts["account"]
    with (folder / "tracker.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Issue key", "Summary", "Issue Type", "Status", "Created", "Updated", "Description", "Comment", "Comment"])
        for n in range(counts.pop("work item")):
            said = [f"1{n % 10}/Nov/26 10:02;dev{n % 50};{prose.say(25)}" for _ in range(2)]
            rows.writerow(
                [f"ORD-{n}", prose.say(8), "Bug", "Open", "01/Nov/26 09:00", "09/Nov/26 09:00", prose.say(90) + f" ERR-{n % 977}", *said]
            )
    with (folder / "rest.jsonl").open("w", encoding="utf-8") as file:
        for kind, count in counts.items():
            for n in range(count):
                file.write(json.dumps({"kind": kind, "ref": str(n), **body(kind, n, accounts, prose)}) + "\n")
    return sum(counts.values()) + int(records * SHARES["work item"])


def body(kind: str, n: int, accounts: int, prose: Prose) -> dict[str, object]:
    """What a record of the kind says."""
    at = f"2026-{1 + n % 11:02}-{1 + n % 28:02}T08:00:00Z"
    whose = n % accounts
    if kind == "ticket":
        reply = {"at": at, "author_email": "help@larkspur.example", "text": prose.say(40)}
        account = {"account_name": f"Company {whose}", "account_domain": f"company{whose}.example.com"}
        return {"subject": prose.say(8), "text": prose.say(80) + f" ERR-{n % 977}", "created_at": at, **account, "comments": [reply, reply]}
    if kind == "message":
        return {"channel": "support", "text": f"Company {whose} " + prose.say(40), "at": at, "author_name": f"person {n % 90}"}
    if kind == "account":
        return {"name": f"Company {n}", "domains": [f"company{n}.example.com"], "plan": "Business", "arr": n, "arr_currency": "USD"}
    return {"title": prose.say(7), "text": prose.say(300), "updated_at": at}


def main(records: int) -> None:
    """Measure and print."""
    prose = Prose(1)
    connector_type = next(iter(load_plugin("workspace").register_connectors()))
    with tempfile.TemporaryDirectory() as place:
        folder, cache = Path(place) / "exports", Path(place) / "cache"
        folder.mkdir()
        made = write(folder, records, prose)
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        settings = connector_type.settings_type(path=folder)

        start = time.perf_counter()
        list(connector_type("exports", settings, Session(seconds=600, cache=cache)).check_connection())
        built = time.perf_counter() - start

        connector = connector_type("exports", settings, Session(seconds=600, cache=cache))
        start = time.perf_counter()
        list(connector.find_accounts(AccountQuery(names=("Company 7",))))
        opened = time.perf_counter() - start

        asked: dict[str, list[float]] = {}
        found = 0
        for n in range(50):
            words = tuple(prose.say(2 + n % 10).split())
            whose = AccountKey(name=f"Company {n}", domain=f"company{n}.example.com")
            for name, find, query in (
                ("tickets by words", connector.find_tickets, TicketQuery(words=words)),
                ("tickets by error code and words", connector.find_tickets, TicketQuery(exact=(f"ERR-{n}",), words=words)),
                ("tickets of an account", connector.find_tickets, TicketQuery(account=whose)),
                ("messages that name an account", connector.find_messages, MessageQuery(account=whose, words=words)),
                ("work items by a whole report", connector.find_work_items, WorkItemQuery(words=tuple(prose.say(100).split()))),
            ):
                start = time.perf_counter()
                found += len(list(find(query)))
                asked.setdefault(name, []).append((time.perf_counter() - start) * 1000)

        print(f"{made:,} records, {size:.0f} MB of exports, index of {sum(f.stat().st_size for f in cache.iterdir()) / 1e6:.0f} MB")
        print(f"index from nothing            {built:8.1f} s")
        print(f"open again and first query    {opened * 1000:8.1f} ms")
        for name, times in asked.items():
            print(f"{name:<32}{statistics.median(times):6.1f} ms median {max(times):7.1f} ms slowest of {len(times)}")
        print(f"{found:,} records found")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
