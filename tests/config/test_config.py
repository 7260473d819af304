"""A wrong setting is one line: file and line, which connector, which field, what was wrong, what to do. A value is never shown."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.config import DEFAULT_STORE, Configuration, cache_folder, find_folder, load_config, workspaces
from escalation.errors import ConfigError
from escalation.marked_yaml import MAX_BYTES

HELPDESK = '''
"""A help desk that exists for these tests."""
from pathlib import Path
from pydantic import Field, SecretStr
from escalation.connector import Connector, Settings
from escalation.hookspecs import hookimpl
from escalation.records import Category

class Login(Settings):
    password: SecretStr | None = None

class HelpdeskSettings(Settings):
    subdomain: str = Field(description="The part before .helpdesk.example.com.")
    token: SecretStr | None = None
    login: Login = Login()
    port: int = 443
    exports: Path | None = None
    brands: tuple[str, ...] = ()

class Helpdesk(Connector[HelpdeskSettings]):
    type = "helpdesk"
    categories = (Category.SUPPORT_PLATFORM,)
    settings_type = HelpdeskSettings

@hookimpl
def register_connectors():
    return [Helpdesk]
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder with one connector of its own."""
    folder = tmp_path / "project" / ".customer-escalation"
    (folder / "connectors").mkdir(parents=True)
    (folder / "connectors" / "helpdesk.py").write_text(HELPDESK, encoding="utf-8")
    return folder


@pytest.fixture
def load(folder: Path) -> Callable[..., Configuration]:
    def load(text: str | bytes, **environ: str) -> Configuration:
        data = text if isinstance(text, bytes) else text.encode()
        (folder / "config.yaml").write_bytes(data)
        return load_config(folder, environ)

    return load


Load = Callable[..., Configuration]


def refusal(load: Load, text: str | bytes, **environ: str) -> str:
    """The one line that a bad configuration is refused with, without the folder's path."""
    with pytest.raises(ConfigError) as raised:
        load(text, **environ)
    line = str(raised.value)
    assert "\n" not in line
    return line[line.index("config.yaml") :]


def settings_of(configuration: Configuration, number: int) -> Any:
    """Settings of one connector, of whatever type."""
    return configuration.connectors[number].settings


# The folder


def test_a_folder_beside_the_work_comes_first(tmp_path: Path) -> None:
    (tmp_path / ".customer-escalation").mkdir()

    assert find_folder({"CUSTOMER_ESCALATION_HOME": "/elsewhere"}, tmp_path) == tmp_path / ".customer-escalation"


def test_then_the_one_the_environment_names(tmp_path: Path) -> None:
    assert find_folder({"CUSTOMER_ESCALATION_HOME": "/elsewhere"}, tmp_path) == Path("/elsewhere")
    assert find_folder({"CUSTOMER_ESCALATION_HOME": "settings"}, tmp_path) == tmp_path / "settings"


@pytest.mark.parametrize("environ", [{}, {"CUSTOMER_ESCALATION_HOME": ""}, {"CUSTOMER_ESCALATION_HOME": "  "}])
def test_then_the_one_at_home(environ: dict[str, str], tmp_path: Path) -> None:
    assert find_folder(environ, tmp_path, lambda: Path("/home/dana")) == Path("/home/dana/.customer-escalation")


def test_nothing_configured_is_a_supported_state(tmp_path: Path) -> None:
    configuration = load_config(tmp_path / "nowhere", {})

    assert configuration == Configuration(tmp_path / "nowhere")
    assert configuration.store == DEFAULT_STORE


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "\ufeff", "connectors: {}\n"])
def test_an_empty_file_is_nothing_configured(load: Load, text: str) -> None:
    assert load(text).connectors == ()


# What can be said


def test_the_example_of_the_documentation_is_read(load: Load) -> None:
    configuration = load(
        """
        connectors:
          helpdesk: {subdomain: acme, token: ${HELPDESK_TOKEN}}
          helpdesk-emea: {type: helpdesk, subdomain: acme-emea, token: ${EMEA_TOKEN}}
          exports: {type: workspace, path: ./exports}
        reporter: {name: Dana Reyes, team: Support EMEA, channel: "#support-emea", zone: Europe/Berlin}
        store: sqlite:///cases.db
        """,
        HELPDESK_TOKEN="one-secret",
        EMEA_TOKEN="another",
    )

    assert [each.name for each in configuration.connectors] == ["helpdesk", "helpdesk-emea", "exports"]
    assert [each.kind.type for each in configuration.connectors] == ["helpdesk", "helpdesk", "workspace"]
    assert settings_of(configuration, 0).token.get_secret_value() == "one-secret"
    assert configuration.reporter.zone == "Europe/Berlin"
    assert configuration.store == "sqlite:///cases.db"


def test_where_a_connector_was_set_is_known(load: Load, folder: Path) -> None:
    configuration = load("connectors:\n\n  helpdesk:\n    subdomain: acme\n")

    assert configuration.connectors[0].source == f"{folder}/config.yaml:3"


def test_secrets_are_not_in_what_can_be_printed(load: Load) -> None:
    configuration = load("connectors: {helpdesk: {subdomain: acme, token: '${T}'}}", T="one-secret")

    assert "one-secret" not in repr(configuration) + str(settings_of(configuration, 0).model_dump())


def test_a_reference_may_be_part_of_a_value_that_is_no_secret(load: Load) -> None:
    configuration = load("connectors: {helpdesk: {subdomain: ${ORG}-emea, port: ${PORT}, brands: [a, '${ORG}']}}", ORG="acme", PORT="8443")

    settings = settings_of(configuration, 0)
    assert (settings.subdomain, settings.port, settings.brands) == ("acme-emea", 8443, ("a", "acme"))


def test_relative_paths_are_beside_the_configuration_folder(load: Load, folder: Path) -> None:
    configuration = load("connectors: {helpdesk: {subdomain: acme, exports: ./exports}, exports: {type: workspace, path: ../all}}")

    assert settings_of(configuration, 0).exports == folder.parent / "exports"
    assert settings_of(configuration, 1).path == folder.parent / ".." / "all"


def test_absolute_and_home_paths_stay(load: Load) -> None:
    configuration = load("connectors: {a: {type: workspace, path: /srv/exports}, b: {type: workspace, path: ~/exports}}")

    assert settings_of(configuration, 0).path == Path("/srv/exports")
    assert settings_of(configuration, 1).path == Path.home() / "exports"


def test_a_value_of_the_environment_is_taken_as_it_is(load: Load) -> None:
    configuration = load("connectors: {helpdesk: {subdomain: '${S}'}}", S="a: {b}, *c # d")

    assert settings_of(configuration, 0).subdomain == "a: {b}, *c # d"


# What is refused, and how


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("conectors: {}", "config.yaml:1: settings, field 'conectors': there is no such field; did you mean 'connectors'?"),
        (
            "connectors:\n  helpdesk:\n    subdomian: acme",
            "config.yaml:3: connector 'helpdesk', field 'subdomian': there is no such field; did you mean 'subdomain'?",
        ),
        (
            "connectors:\n  helpdesk:\n    port: 8",
            "config.yaml:2: connector 'helpdesk', field 'subdomain': is missing: The part before .helpdesk.example.com.",
        ),
        (
            "connectors:\n  helpdesk:\n    subdomain: acme\n    port: many",
            "config.yaml:4: connector 'helpdesk', field 'port': input should be a valid integer",
        ),
        (
            "connectors:\n  helpdesk:\n    subdomain: 12",
            "config.yaml:3: connector 'helpdesk', field 'subdomain': expected text; put it in quotes",
        ),
        (
            "connectors:\n  helpdesk:\n    subdomain: no",
            "config.yaml:3: connector 'helpdesk', field 'subdomain': expected text; put it in quotes",
        ),
        (
            "connectors:\n  helpdesk: acme",
            "config.yaml:2: settings, field 'connectors.helpdesk': expected settings, each on its line as NAME: VALUE",
        ),
        ("connectors: [helpdesk]", "config.yaml:1: settings, field 'connectors': expected settings, each on its line as NAME: VALUE"),
        ("- connectors", "config.yaml:1: settings: expected settings"),
        ("just text", "config.yaml:1: settings: expected settings"),
        ("reporter:\n  naem: Dana", "config.yaml:2: settings, field 'reporter.naem': there is no such field; did you mean 'name'?"),
        ("reporter:\n  name: Dana\n  zone: Europe/Berln", "config.yaml:3: reporter, field 'zone': no such time zone"),
        ("reporter:\n  zone: ../../etc/passwd", "config.yaml:2: reporter, field 'zone': no such time zone"),
        ("store: 5", "config.yaml:1: settings, field 'store': expected text"),
        ("connectors:\n  user: {type: helpdesk}", "config.yaml:2: 'user' can't be a connector's name"),
        ("connectors:\n  ../../x: {type: helpdesk}", "config.yaml:2: '../../x' can't be a connector's name"),
        ("connectors:\n  zendsk: {}", "config.yaml:2: connector 'zendsk': no connector of type 'zendsk'"),
        ("connectors:\n  a: {}\n  a: {}", "config.yaml:3: 'a' is set twice, first in line 2"),
        ("store: a\nreporter: {}\nstore: b", "config.yaml:3: 'store' is set twice, first in line 1"),
        ("connectors:\n  8: {}", "config.yaml:2: a key must be text"),
        ("? [a]\n: b", "config.yaml:1: a key must be text"),
        ("store: 2026-13-45", "config.yaml:1: a date or number that does not exist"),
        ("connectors: {helpdesk: {subdomain: acme}", "config.yaml:1: not valid YAML: expected ',' or '}'"),
        ("a:\n\tb: 1", "config.yaml:2: not valid YAML"),
        ("a: 1\n---\nb: 2", "config.yaml:2: not valid YAML: but found another document"),
        ("a: &x [1]\nb: *x", "config.yaml:2: not valid YAML: aliases (*name) are not allowed here"),
        ("store: !!python/object/apply:os.system [ls]", "config.yaml:1: settings, field 'store': expected text"),
        ("store: !!python/name:os.system ''", "config.yaml:1: not valid YAML: could not determine a constructor"),
        ("store: !secret x", "config.yaml:1: not valid YAML"),
        ("store: \x00", "config.yaml:1: not valid YAML: special characters are not allowed"),
        ("[" * 5000, "config.yaml: nested too deeply"),
    ],
)
def test_a_mistake_is_named_with_its_line(load: Load, text: str, line: str) -> None:
    assert refusal(load, text).startswith(line)


def test_an_alias_bomb_is_refused_at_once(load: Load) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert "config.yaml:2: not valid YAML: aliases" in refusal(load, bomb)


def test_a_file_of_more_than_a_megabyte_is_refused(load: Load) -> None:
    assert "larger than 1,000,000 bytes" in refusal(load, "# " + "x" * MAX_BYTES)


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(load: Load) -> None:
    assert refusal(load, b"reporter:\n  name: Ren\xe9").startswith("config.yaml:2: not UTF-8 text")


def test_a_file_that_is_a_folder_is_refused(folder: Path) -> None:
    (folder / "config.yaml").mkdir()

    with pytest.raises(ConfigError, match="can't be read"):
        load_config(folder, {})


def test_several_mistakes_are_counted(load: Load) -> None:
    assert refusal(load, "connectors: {helpdesk: {subdomain: 1, port: x}}").endswith("(and 1 more)")


# Secrets


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "'12345'",
        "12345",
        "true",
        "[hunter2]",
        "abc${TOKEN}",
        "${TOKEN}abc",
        "$TOKEN",
        "'${TOKEN}\n${TOKEN}'",
        "'keyring:'",
        "''",
    ],
)
def test_a_secret_in_clear_is_refused_with_its_line_and_not_shown(load: Load, value: str) -> None:
    line = refusal(load, f"connectors:\n  helpdesk:\n    subdomain: acme\n    token: {value}", TOKEN="from-the-environment")

    assert line.startswith(
        "config.yaml:4: connector 'helpdesk', field 'token': a secret is written in clear; put it into the environment "
        "and write ${HELPDESK_TOKEN}"
    )
    assert "hunter2" not in line
    assert "12345" not in line
    assert "from-the-environment" not in line


def test_a_secret_inside_a_group_of_settings_is_refused_too(load: Load) -> None:
    line = refusal(load, "connectors:\n  helpdesk:\n    subdomain: acme\n    login:\n      password: hunter2")

    assert line.startswith("config.yaml:5: connector 'helpdesk', field 'login.password': a secret is written in clear")


@pytest.mark.parametrize(
    "value",
    [
        "xoxb-123456789012-abcdef",
        "ghp_" + "a1" * 18,
        "github_pat_" + "a1" * 20,
        "glpat-" + "a1" * 10,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "pat-na1-" + "a1" * 10,
        "AKIA" + "A1B2C3D4E5F6G7H8",
        "Bearer abc",
        "https://dana:hunter2@helpdesk.example.com",
        "-----BEGIN PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_token_is_refused_in_any_field(load: Load, value: str) -> None:
    line = refusal(load, f"connectors:\n  helpdesk:\n    subdomain: '{value}'")

    assert line.startswith("config.yaml:3: connector 'helpdesk', field 'subdomain': a secret is written in clear")
    assert value not in line


def test_an_unset_variable_is_named(load: Load) -> None:
    line = refusal(load, "connectors:\n  helpdesk:\n    subdomain: acme\n    token: ${HELPDESK_TOKEN}")

    assert line == (
        "config.yaml:4: connector 'helpdesk', field 'token': the environment variable HELPDESK_TOKEN is not set; "
        "set it, or remove the connector"
    )


def test_an_empty_variable_is_not_set(load: Load) -> None:
    assert "HELPDESK_TOKEN is not set" in refusal(load, "connectors: {helpdesk: {subdomain: '${HELPDESK_TOKEN}'}}", HELPDESK_TOKEN="")


@pytest.mark.parametrize("environ", [{"A": "${A}"}, {"A": "${B}", "B": "${A}"}, {"A": "${B}", "B": "value"}])
def test_references_inside_the_environment_are_not_followed(load: Load, environ: dict[str, str]) -> None:
    line = refusal(load, "connectors: {helpdesk: {subdomain: '${A}'}}", **environ)

    assert "field 'subdomain': the environment variable A itself holds a ${…}, which is not followed" in line


@pytest.mark.parametrize("name", ["", "1A", "A-B", "A:-x", " A "])
def test_a_reference_that_is_no_variables_name_is_refused(load: Load, name: str) -> None:
    assert "is no environment variable's name" in refusal(load, f"connectors: {{helpdesk: {{subdomain: '${{{name}}}'}}}}")


def test_a_keyring_that_is_not_installed_is_said(load: Load) -> None:
    line = refusal(load, "connectors:\n  helpdesk: {subdomain: acme, token: 'keyring:customer-escalation/helpdesk'}")

    assert line.startswith("config.yaml:2: connector 'helpdesk', field 'token': the package `keyring` is not installed")


def test_a_keyring_gives_the_secret_where_it_is_installed(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keyring.py").write_text(
        "def get_password(service, user): return {('ce', 'helpdesk'): 'one-secret'}.get((service, user))", "utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    configuration = load("connectors: {helpdesk: {subdomain: acme, token: 'keyring:ce/helpdesk'}}")

    assert settings_of(configuration, 0).token.get_secret_value() == "one-secret"
    assert "holds nothing for ce/other" in refusal(load, "connectors: {helpdesk: {subdomain: acme, token: 'keyring:ce/other'}}")


# Plugins


CLASS = """
from escalation.connector import Connector, Settings
from escalation.hookspecs import hookimpl
class Broken(Connector[Settings]):
    type = "broken"
"""


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("import a_module_that_is_not_there", "ModuleNotFoundError in its module"),
        ("def register_connectors(:", "SyntaxError in its module"),
        ("raise SystemError('with hunter2 in it')", "SystemError in its module"),
        ("", "registers no connector of that type"),
        ("raise SystemExit(3)", "SystemExit in its module"),
        (f"{CLASS}\n@hookimpl\ndef register_connectors(): return Broken", "must return a list of Connector classes"),
        (f"{CLASS}\n@hookimpl\ndef register_connectors(): return [Broken]", "Broken needs a `settings_type`"),
        (f"{CLASS}\n    settings_type = Settings\n@hookimpl\ndef register_connectors(): return [Broken]", "Broken needs `categories`"),
        (
            f"{CLASS}\n    settings_type = Settings\n@hookimpl\ndef register_connectors(): return [Broken('x', None, None)]",
            "no class derived from Connector",
        ),
        ("from escalation.hookspecs import hookimpl\n@hookimpl\ndef register_conectors(): return []", "unknown hook 'register_conectors'"),
        (
            "from escalation.hookspecs import hookimpl\n@hookimpl\ndef register_connectors(): return 1 / 0",
            "failed in register_connectors: ZeroDivisionError",
        ),
    ],
)
def test_a_connector_that_fails_to_load_costs_the_others_nothing(load: Load, folder: Path, source: str, problem: str) -> None:
    (folder / "connectors" / "broken.py").write_text(source, encoding="utf-8")

    configuration = load("connectors:\n  broken: {}\n  helpdesk: {subdomain: acme}")

    assert [each.name for each in configuration.connectors] == ["helpdesk"]
    [unloadable] = configuration.unloadable
    assert problem in unloadable.problem
    assert "hunter2" not in unloadable.problem
    assert unloadable.source == f"{folder}/config.yaml:2"


# Workspaces and the cache


def test_folders_named_on_the_command_line_get_names_of_their_own(tmp_path: Path) -> None:
    made = workspaces([tmp_path, tmp_path / "b"], taken=["workspace", "helpdesk"])

    assert [each.name for each in made] == ["workspace-2", "workspace-3"]
    assert [each.settings.model_dump()["path"] for each in made] == [tmp_path, tmp_path / "b"]


def test_the_cache_is_where_the_platform_has_it(tmp_path: Path) -> None:
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "customer-escalation"
    assert cache_folder({}, lambda: tmp_path / "home") == tmp_path / "home" / ".cache" / "customer-escalation"


def test_a_cache_that_can_not_be_written_goes_to_the_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    cache = cache_folder({"XDG_CACHE_HOME": str(tmp_path / "file")})

    assert cache.parent == tmp_path
    assert cache.stat().st_mode & 0o777 == 0o700


def test_where_nothing_can_be_written_the_usual_place_is_named_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))

    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path / "file")}) == tmp_path / "file" / "customer-escalation"


@given(st.text(max_size=200))
def test_whatever_the_file_holds_it_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    (folder / "config.yaml").write_bytes(text.encode("utf-8", "replace"))
    line = ""
    try:
        load_config(folder, {})
    except ConfigError as error:
        line = str(error)
    assert re.fullmatch(r"|.*config\.yaml.*", line)
