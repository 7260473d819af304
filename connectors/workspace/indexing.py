"""Reading the folder into its index: what changed, by the readers concerned, in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from escalation.errors import Unavailable
from escalation.records import Record

from .exports import Export, exports_of
from .folder import Files
from .index import Index, mark_of
from .naming import key_of, last_activity
from .reader import Context, Fault, Reader, Unreadable
from .readers import load_readers
from .staff import HELP_DESKS, agents_in, domain_of, our_domains

_FAULTS_OF_A_FILE = 20
"""Faults of one file that are kept line by line; the rest are counted."""
_CHECK_EVERY = 50
"""Records between two looks at the clock."""
_READ_WITH = "SELECT domains FROM read_with WHERE format = ?"


def refresh(
    index: Index,
    folder: Path,
    disk: Files,
    *,
    stamp: str,
    context: Context,
    most: int,
    check: Callable[[], None],
) -> None:
    """Bring `index` up to `disk`. A reader one of whose files came, went or changed reads all its files again.

    `most` is the largest file in bytes. `check` raises Unavailable when the time is over: what was read by
    then is kept, so that the next run has less to do. Any other error leaves the index as it was.
    """
    index.begin(stamp)
    try:
        _Refresh(index, folder, disk, most, check, context).run()
    except Unavailable:
        index.commit()
        raise
    except BaseException:
        index.roll_back()
        raise
    index.commit()


class _Refresh:
    def __init__(self, index: Index, folder: Path, disk: Files, most: int, check: Callable[[], None], context: Context) -> None:
        self.index = index
        self.folder = folder
        self.disk = disk
        self.most = most
        self.check = check
        self.context = context
        self.readers = self._readers(context.vendor_domains)
        self.exports: dict[str, list[Export]] = defaultdict(list)
        """Format → what its reader is to read."""

    def run(self) -> None:
        known = self.index.files()
        changed = [path for path, status in self.disk.items() if known.get(path) != status]
        left = {*changed, *(path for path in known if path not in self.disk)}
        assigned = [(path, name, format) for path, name, format in self.index.rows("SELECT path, name, format FROM parts ORDER BY name")]
        self._must_read(format for path, _, format in assigned if path in left)
        for path in sorted(left):
            for table in ("files", "parts", "faults"):
                self.index.rows(f"DELETE FROM {table} WHERE path = ?", [path])
        for path in changed:
            self.check()
            self._assign(path)
        self._must_read(self.exports)
        unchanged = [row for row in assigned if row[0] not in left]
        for format in self._in_order(format for _, _, format in unchanged):
            domains = self.context.vendor_domains or self._our_domains(format)
            if format in self.index.unfinished() or self.index.rows(_READ_WITH, [format]) != [(" ".join(domains),)]:
                self._reopen([row for row in unchanged if row[2] == format])
                self._read(format, domains)
        for path in changed:
            self.index.rows("INSERT INTO files VALUES (?, ?, ?)", [path, *self.disk[path]])

    def _in_order(self, formats: Iterable[str]) -> list[str]:
        """Every format there is something of, the help desks first: whom they call their agents, the others go by."""
        known = {*formats, *self.index.unfinished()}
        return [*(format for format in HELP_DESKS if format in known), *sorted(known - set(HELP_DESKS))]

    def _our_domains(self, format: str) -> tuple[str, ...]:
        """Our own e-mail domains by the help desks that are read before this format."""
        before = HELP_DESKS[: HELP_DESKS.index(format)] if format in HELP_DESKS else HELP_DESKS
        agents: Counter[str] = Counter()
        for desk, domain, people in self.index.rows("SELECT format, domain, people FROM agents"):
            if desk in before:
                agents[domain] += people
        return our_domains(agents)

    def _readers(self, domains: tuple[str, ...]) -> dict[str, Reader]:
        return {reader.format: reader for reader in load_readers(replace(self.context, vendor_domains=domains))}

    def _must_read(self, formats: Iterable[str]) -> None:
        for format in formats:
            self.index.rows("INSERT OR IGNORE INTO unfinished VALUES (?)", [format])

    def _assign(self, path: str) -> None:
        """Whose are the exports in a new or changed file?"""
        for export in self._exports_of(path):
            if isinstance(export, Fault):
                self._keep_fault("", path, export)
                continue
            format = next((reader.format for reader in self.readers.values() if _recognises(reader, export)), "")
            if not format:
                self._keep_fault("", path, Fault(export.name, None, f"is {export.shape} in no format known here"))
                continue
            self.index.rows("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", [export.name, path, format])
            self.exports[format].append(export)

    def _reopen(self, unchanged: list[tuple[str, str, str]]) -> None:
        formats = {name: format for _, name, format in unchanged}
        for path in dict.fromkeys(path for path, _, _ in unchanged):
            for export in self._exports_of(path):
                if isinstance(export, Export) and export.name in formats:
                    self.exports[formats[export.name]].append(export)

    def _exports_of(self, path: str) -> Iterator[Export | Fault]:
        return exports_of(self.folder, path, self.disk[path][1] / 1e9, self.most)

    def _read(self, format: str, domains: tuple[str, ...]) -> None:
        """Read all files of a format; records that are as they were stay untouched. `domains` are those of our own staff."""
        self.check()
        exports = sorted(self.exports.get(format, []), key=lambda export: export.name)
        old = {(kind, key): (id, mark) for id, kind, key, mark in self.index.marks(format)}
        new: dict[tuple[str, str], tuple[int, float]] = {}
        faults: list[Fault] = []
        repeats: Counter[str] = Counter()
        agents: set[str] = set()
        for number, record in enumerate(self._records(self._readers(domains).get(format), exports, faults)):
            if number % _CHECK_EVERY == 0:
                self.check()
            if format in HELP_DESKS:
                agents.update(agents_in(record))
            kind: str = getattr(record, "kind")  # noqa: B009 - every subclass has it, the base does not
            name = (kind, key_of(record.ref) or f"\0{number}")
            json = record.model_dump_json(exclude_defaults=True)
            age = _age(record)
            if name in new:
                repeats[kind] += 1
                if age < new[name][1]:
                    continue
                self.index.remove(new.pop(name)[0])
            elif name in old:
                id, mark = old.pop(name)
                if mark == mark_of(json):
                    new[name] = (id, age)
                    continue
                self.index.remove(id)
            new[name] = (self.index.put(record, format, json), age)
        for id, _ in old.values():
            self.index.remove(id)
        for export in exports:
            faults += export.faults()
        self.index.rows("DELETE FROM faults WHERE format = ?", [format])
        self._keep_faults(format, faults)
        self._finish(format, domains, repeats, agents)

    def _finish(self, format: str, domains: tuple[str, ...], repeats: Counter[str], agents: set[str]) -> None:
        """Note what was counted while the format was read, and that it was read to its end."""
        for table in ("repeats", "agents", "unfinished"):
            self.index.rows(f"DELETE FROM {table} WHERE format = ?", [format])
        for kind, copies in repeats.items():
            self.index.rows("INSERT INTO repeats VALUES (?, ?, ?)", [kind, format, copies])
        for domain, people in Counter(map(domain_of, agents)).items():
            self.index.rows("INSERT INTO agents VALUES (?, ?, ?)", [format, domain, people])
        self.index.rows("INSERT OR REPLACE INTO read_with VALUES (?, ?)", [format, " ".join(domains)])

    def _records(self, reader: Reader | None, exports: list[Export], faults: list[Fault]) -> Iterator[Record]:
        """What the reader yields. Should it fail on foreign data, what it gave before stays."""
        if not reader or not exports:
            return
        try:
            for item in reader.read(exports):
                if isinstance(item, Fault):
                    faults.append(item)
                else:
                    yield item
        except Unreadable as error:
            faults.append(Fault(f"{reader.format} files", error.line, error.problem))
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, OSError) as error:
            faults.append(Fault(f"{reader.format} files", None, f"can't be read to their end: {type(error).__name__} in the reader"))

    def _keep_faults(self, format: str, faults: list[Fault]) -> None:
        seen: Counter[str] = Counter()
        for fault in faults:
            seen[fault.file] += 1
            if seen[fault.file] <= _FAULTS_OF_A_FILE:
                self._keep_fault(format, "", fault)
        for file, count in seen.items():
            if count > _FAULTS_OF_A_FILE:
                self._keep_fault(format, "", Fault(file, None, f"{count - _FAULTS_OF_A_FILE:,} more lines that can't be read"))

    def _keep_fault(self, format: str, path: str, fault: Fault) -> None:
        self.index.rows("INSERT INTO faults VALUES (?, ?, ?, ?, ?)", [format, fault.file, path, fault.line, fault.problem])


def _recognises(reader: Reader, export: Export) -> bool:
    try:
        return reader.recognises(export)
    except (LookupError, TypeError, ValueError, AttributeError):
        return False  # an odd sample is not its own


def _age(record: Record) -> float:
    updated = getattr(record, "updated_at", None)
    return updated.timestamp() if updated else last_activity(record) or 0.0
