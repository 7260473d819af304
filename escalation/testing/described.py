"""Checks of what a connector says of itself before it is asked anything."""

from __future__ import annotations

import re
import sys
from base64 import b64decode
from typing import Any

import pytest
from pydantic import ValidationError

from escalation.auth import Anonymous, Grant
from escalation.connector import ApiConnector, ApiSettings, ChecksConnection, Connector, Fetches
from escalation.guide import ACTIONS
from escalation.plugins import Hooks
from escalation.records import Category
from escalation.testing.bench import ABILITIES, CATEGORY, Bench, Trials

_SECRET_NAME = re.compile(r"(?:^|_)(?:tokens?|secrets?|password|passwd|passphrase|api_?key|access_key|private_key|credentials?)$")
_REFERENCE = re.compile(r"\$\{\w+\}|\$\{keyring:[^}]+\}")


class DescriptionChecks(Bench):
    """Type, categories, settings and `about`."""

    def test_its_type_is_a_word(self) -> None:
        """If this fails: `type`, the word people write in config.yaml, has something else than lower-case letters, digits, `-` and `_`."""
        assert re.fullmatch(r"[a-z][a-z0-9_-]{1,39}", self.connector_type.type)

    def test_it_can_find_something(self) -> None:
        """If this fails: the class has no ability. Define `find_tickets`, `find_messages`, another search, or `fetch`."""
        assert list(self.abilities())

    def test_its_categories_are_those_of_its_abilities(self) -> None:
        """If this fails: `categories` and the methods of the class don't match.

        Coverage has a line for each category: one that no method serves would always be empty, and what a method finds in a
        category that is not named would be said to be not configured. `find_tickets` is a support platform, `find_accounts` CRM,
        `find_messages` chat, `find_work_items` project tracker, `find_articles` knowledge base. A help desk that knows its
        organisations may have `find_accounts` and be no CRM.
        """
        named = self.kind().categories
        served = {CATEGORY[ability] for ability in self.abilities() if ability in CATEGORY}
        assert isinstance(named, tuple)
        assert named
        assert all(isinstance(category, Category) for category in named)
        assert len(set(named)) == len(named)
        beside = {Category.CRM} if len(served) > 1 else set()
        assert not served or set(named) in (served, served - beside)

    def test_it_is_handed_over_by_a_hook(self) -> None:
        """If this fails: the engine can't find the class. Its module, or the package around it, needs `register_connectors`.

        @hookimpl
        def register_connectors():
            return [Statuspage]
        """
        module = self.connector_type.__module__
        parents = [module.rsplit(".", cut)[0] for cut in range(module.count(".") + 1)]
        around = [sys.modules[name] for name in parents if hasattr(sys.modules.get(name), "register_connectors")]
        assert around, f"neither {module} nor a package around it has register_connectors"
        assert Hooks(around[:1]).connectors().get(self.connector_type.type) is self.connector_type

    def test_every_setting_is_described(self) -> None:
        """If this fails: a field of the settings has no `Field(description=…)`.

        The description is what somebody reads who connects the system: one sentence, ending with a full stop.
        """
        for name, field in self.connector_type.settings_type.model_fields.items():
            assert field.description, f"{name} has no description"
            assert field.description.rstrip().endswith((".", "?", ")", '"')), f"{name}: its description is no whole sentence"

    def test_a_misspelt_setting_is_refused(self) -> None:
        """If this fails: the settings accept unknown fields. Derive them from `Settings` or `ApiSettings`; leave `model_config` alone."""
        with pytest.raises(ValidationError):
            self.connector_type.settings_type.model_validate({**self.settings, "no_such_setting_of_the_kit": "x"})

    def test_secrets_are_secret(self, trials: Trials) -> None:
        """If this fails: a setting that is a credential is plain text. Make it a `SecretStr`, then no `repr` and no log shows it."""
        kind = self.connector_type.settings_type
        settings = kind.model_validate(self.settings)
        plain = {name: value for name, value in settings if isinstance(value, str) and value}
        for name in kind.model_fields:
            annotation = str(kind.model_fields[name].annotation)
            assert not _SECRET_NAME.search(name) or "SecretStr" in annotation, f"{name} must be a SecretStr"
        if issubclass(self.connector_type, ApiConnector):
            shown = _shown(trials.of(next(iter(self.abilities()))).connector)
            used = [name for name, value in plain.items() if len(value) > 3 and any(value in part for part in shown)]
            assert not used, f"{used[0]} is sent as a credential: it must be a SecretStr"

    def test_the_secrets_under_test_can_be_told_apart(self) -> None:
        """If this fails: `settings` of your test has a secret so short or common that it could stand somewhere by chance.

        Use one such as "s3cr3t-of-the-test": at least eight characters that stand nowhere else.
        """
        plain = " ".join(str(value) for value in self.settings.values() if str(value) not in self.secrets())
        for secret in self.secrets():
            assert len(secret) >= 8
            assert secret not in plain

    def test_about_is_complete(self) -> None:
        """If this fails: `about` lacks something that people are told in CONNECTORS.md, `connectors` and `doctor`.

        `title` the product's name; `credential` how to get it with the least privilege, with the exact clicks; `needs` the scope
        of each ability; `blind` what the search can't see; `source` which API and version, read where and when; `example`
        settings as they stand in config.yaml.
        """
        about = self.connector_type.about
        assert about.title, "about.title is missing"
        assert re.search(r"\d", about.source), "about.source needs a version or date"
        assert about.blind or not any(ability in ABILITIES for ability in self.abilities()), "about.blind is missing"
        assert about.credential or not self.secrets(), "about.credential is missing"
        fields = self.connector_type.settings_type.model_fields
        for ending in about.endings:
            assert set(ending.fields) <= set(fields), f"{ending.what} names a setting that is not there"
            assert ending.instead, f"{ending.what} does not say what to set instead"

    def test_about_names_the_scope_of_every_ability(self) -> None:
        """If this fails: `about.needs` lacks an ability or an action of the class, or has one that it hasn't.

        It is what a refusal is explained with: "find_tickets needs tickets:read".
        """
        here = {*self.abilities(), *(action for action in ACTIONS if hasattr(self.kind(), action))}
        needs = self.connector_type.about.needs
        assert set(needs) <= here | {"check_connection"}
        if self.secrets():
            assert here - set(needs) == set()

    def test_the_example_settings_would_work(self) -> None:
        """If this fails: `about.example` is refused by the settings, or has a secret in clear instead of `${NAME}`."""
        kind, example = self.connector_type.settings_type, dict(self.connector_type.about.example)
        for name, value in example.items():
            secret = "SecretStr" in str(kind.model_fields[name].annotation) if name in kind.model_fields else False
            if isinstance(value, str) and _REFERENCE.search(value):
                example[name] = self.settings.get(name, "value-of-a-variable")
            else:
                assert not secret, f"{name} stands in clear in about.example"
        example.pop("type", None)
        kind.model_validate(example)

    def test_it_takes_base_url(self) -> None:
        """If this fails: the settings have no `base_url`. Derive them from `ApiSettings`: proxies, sandboxes and tests need it."""
        if issubclass(self.connector_type, ApiConnector):
            assert issubclass(self.connector_type.settings_type, ApiSettings)
            assert "base_url" in self.connector_type.settings_type.model_fields

    def test_making_it_asks_nothing(self, trials: Trials) -> None:
        """If this fails: the constructor, `owns` or `close` sends a request. They run in every case; ask when you are asked."""
        trial = trials.of(next(iter(self.abilities())))
        trial.connector.owns(self.reference)
        trial.connector.close()
        trial.connector.close()
        assert trial.network.sent == []

    def test_the_connection_can_be_checked(self) -> None:
        """If this fails: there is no `check_connection`. `doctor` calls it to say what works and which scope is missing."""
        assert issubclass(self.kind(), ChecksConnection) or not issubclass(self.connector_type, ApiConnector)

    def test_a_reference_is_given_where_records_can_be_fetched(self) -> None:
        """If this fails: the class has `fetch`, and your test gives no `reference` to try it with."""
        assert self.reference or not issubclass(self.kind(), Fetches)


def _shown(connector: Connector[Any]) -> list[str]:
    """What is sent as a credential: values of headers, and of Basic the password alone, whose user may be known."""
    auth = connector.auth() if isinstance(connector, ApiConnector) else Anonymous()
    if isinstance(auth, Grant):
        return []
    values = list(auth.headers().values())
    basic = [b64decode(value[6:]).decode("utf-8", "replace").partition(":")[2] for value in values if value.startswith("Basic ")]
    return basic + [value for value in values if not value.startswith("Basic ")]
