"""Write what the documentation says of the code, from the code: `python docs/generate.py`; with `--check`, only say what is stale."""

# ruff: noqa: INP001 - a script, no package
from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def generated() -> Iterator[tuple[Path, str]]:
    """Each generated file and its text."""
    schemas = ROOT / "docs" / "schema"
    yield schemas / "document.json", _text(document_schema())
    yield schemas / "config.json", _text(config_schema())
    policy = ROOT / "docs" / "policy.md"
    yield policy, _with_facts(policy.read_text(encoding="utf-8"))
    connectors = ROOT / "CONNECTORS.md"
    yield connectors, _with_connectors(connectors.read_text(encoding="utf-8"))


def _with_facts(page: str) -> str:
    """The page on policy with the table of the facts that a condition may speak of."""
    from escalation.judgement.vocabulary import vocabulary

    rows = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in vocabulary())
    return _between(page, "facts", f"| fact | meaning |\n| --- | --- |\n{rows}")


def _with_connectors(page: str) -> str:
    """The page on connectors with the table of the built-in ones, and how to connect each."""
    from escalation.guide import Guide, guide
    from escalation.plugins import BUILT_IN, Hooks, load_plugin

    kinds = Hooks([load_plugin(type_) for type_ in BUILT_IN]).connectors()
    guides = sorted(
        (guide(kind) for type_, kind in kinds.items() if type_ in BUILT_IN and type_ != "workspace"), key=lambda one: one.title.casefold()
    )

    def row(one: Guide) -> str:
        return (
            f"| [{one.title}](#{_anchor(one.title)}) | `{one.type}` | {', '.join(f'~~{name}' for name in one.categories)} | {one.blind} |\n"
        )

    table = "| product | type | fills | what its search can't see |\n| --- | --- | --- | --- |\n" + "".join(map(row, guides))
    page = _between(page, "connectors", table)
    return _between(page, "how to connect each", "\n".join(map(_section, guides)))


def _section(one: Any) -> str:
    lines = [f"#### {one.title}", "", one.credential, "", "```yaml", one.yaml().rstrip(), "```", ""]
    lines += [f"- {', '.join(f'`{name}`' for name in abilities.split(', '))}: {needs}" for abilities, needs in one.needs]
    lines += [f"- **Ends:** {ending}" for ending in one.endings]
    lines += ["", "| setting | |", "| --- | --- |"]
    for each in one.settings:
        marks = ", ".join(word for word, is_so in (("required", each.required), ("secret", each.secret)) if is_so)
        lines.append(f"| `{each.name}`{f' ({marks})' if marks else ''} | {each.description} |")
    lines += ["", f"Read in: {one.source}.", ""]
    return "\n".join(lines)


def _anchor(heading: str) -> str:
    return "".join(letter for letter in heading.lower().replace(" ", "-") if letter.isalnum() or letter in "-_")


def _between(page: str, name: str, text: str) -> str:
    before, mark, rest = page.partition(f"<!-- generated: {name} -->\n")
    _, end, after = rest.partition("<!-- end -->")
    if not (mark and end):
        raise SystemExit(f"the marks of {name!r} are missing")
    return f"{before}{mark}{text}{end}{after}"


def document_schema() -> dict[str, Any]:
    """The JSON of `open` and `brief`."""
    from pydantic.json_schema import GenerateJsonSchema

    from escalation.pages.abridged import OPTIONAL
    from escalation.pages.document import ABSENT_WHEN_WHOLE, Document

    class Written(GenerateJsonSchema):
        """What is written has every field, those with a default too; what was cut to fit may lack some."""

        def field_is_required(self, *_: Any, **__: Any) -> bool:
            return True

    schema = Document.model_json_schema(mode="serialization", schema_generator=Written)
    schema["required"] = [name for name in schema["required"] if name not in ABSENT_WHEN_WHOLE]
    for model, optional in OPTIONAL.items():
        required = schema["$defs"][model]["required"]
        schema["$defs"][model]["required"] = [name for name in required if name not in optional]
    return {"$schema": SCHEMA, **schema}


def config_schema() -> dict[str, Any]:
    """`config.yaml`, with the settings of every connector that is built in."""
    from escalation.config import ConfigFile
    from escalation.plugins import BUILT_IN, Hooks, load_plugin

    schema: dict[str, Any] = {"$schema": SCHEMA, **ConfigFile.model_json_schema()}
    kinds = Hooks([load_plugin(type_) for type_ in BUILT_IN]).connectors()
    models: dict[str, Any] = {type_: kind.settings_type for type_, kind in sorted(kinds.items())}
    built_in = {type_: model.model_json_schema() for type_, model in models.items()}
    for type_, settings in built_in.items():
        schema["$defs"].update(settings.pop("$defs", {}))
        settings["properties"] = {"type": {"const": type_}, **settings["properties"]}
        schema["$defs"][settings["title"]] = settings
    schema["properties"]["connectors"]["additionalProperties"] = {
        "type": "object",
        "properties": {"type": {"type": "string", "description": "The connector's type; its name unless stated."}},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": type_}}, "required": ["type"]},
                "then": {"$ref": f"#/$defs/{settings['title']}"},
            }
            for type_, settings in built_in.items()
        ],
    }
    return schema


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write, or check, every generated file."""
    stale = [file for file, text in generated() if not file.exists() or file.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for file in stale:
            sys.stdout.write(f"{file.relative_to(ROOT)} is stale: run python docs/generate.py\n")
        return 1 if stale else 0
    for file, text in generated():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
