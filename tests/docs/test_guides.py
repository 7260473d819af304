"""How to connect each built-in connector: what CONNECTORS.md and `connectors TYPE` say can be followed."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from escalation.config import load_config
from escalation.connector import ApiConnector
from escalation.guide import ABILITIES, Guide, guide
from escalation.plugins import BUILT_IN, PART_OF, Hooks, load_plugin

KINDS = {type_: Hooks([load_plugin(type_)]).connectors()[type_] for type_ in sorted(BUILT_IN) if type_ != "workspace"}
GUIDES = {type_: guide(kind) for type_, kind in KINDS.items()}


class Environment(dict[str, str]):
    """Every variable is set."""

    def get(self, name: str, default: object = None) -> str:
        return f"value-of-{name.lower()}"


@pytest.mark.parametrize("type_", GUIDES)
def test_its_example_is_a_configuration_that_loads(type_: str, tmp_path: Path) -> None:
    folder = tmp_path / ".customer-escalation"
    folder.mkdir()
    (folder / "config.yaml").write_text(GUIDES[type_].yaml(), encoding="utf-8")
    environ: Mapping[str, str] = Environment()
    (configured,) = load_config(folder, environ).connectors
    assert configured.kind.type == type_
    assert set(configured.origins) == {name for name, _ in GUIDES[type_].example}


@pytest.mark.parametrize("type_", GUIDES)
def test_it_says_how_to_get_the_credential_what_it_needs_and_where_that_was_read(type_: str) -> None:
    told: Guide = GUIDES[type_]
    abilities = {ability for ability in ABILITIES if hasattr(KINDS[type_], ability)}
    assert told.title
    assert told.blind
    assert told.example
    assert re.search(r"2026-(?:0[1-9]|1[0-2])", told.source), "a source names the month in which it was read"
    if type_ != "mcp":  # what an MCP server needs, its own pages say
        assert told.credential
        assert abilities == {ability for names, _ in told.needs for ability in names.split(", ") if ability in ABILITIES}


@pytest.mark.parametrize("type_", GUIDES)
def test_every_setting_is_explained(type_: str) -> None:
    assert [setting.name for setting in GUIDES[type_].settings if not setting.description] == []


@pytest.mark.parametrize("type_", [type_ for type_ in GUIDES if issubclass(KINDS[type_], ApiConnector)])
def test_every_connector_takes_another_address(type_: str) -> None:
    assert "base_url" in KINDS[type_].settings_type.model_fields


def test_a_word_that_somebody_may_try_leads_to_a_type_that_is_there() -> None:
    assert set(PART_OF.values()) <= BUILT_IN.keys()
