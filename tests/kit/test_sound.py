"""The kit as an author meets it: on a connector that does everything right, and in pytest's own report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from escalation.testing import ConnectorConformance
from tests.kit.sound import SECRET, SITE, Sound, replies

pytest_plugins = ["pytester"]


class TestSound(ConnectorConformance):
    connector_type = Sound
    settings: ClassVar[Mapping[str, Any]] = {"token": SECRET}
    replies = staticmethod(replies)
    reference = f"{SITE}/t/1"


SUITE = """
import pytest
from escalation.testing import ConnectorConformance
from tests.kit.sound import SECRET, SITE, Sound, replies

class TestIt(ConnectorConformance):
    connector_type = Sound
    settings = {"token": SECRET}
    replies = staticmethod(replies)
    reference = f"{SITE}/t/1"
"""

LOCAL = """
from escalation.connector import About, Connector, Settings
from escalation.hookspecs import hookimpl
from escalation.records import Article, Category
from escalation.testing import ConnectorConformance

class Local(Connector):
    type = "local"
    categories = (Category.KNOWLEDGE_BASE,)
    settings_type = Settings
    about = About(title="Local", source="none, 2026-11", blind="Nothing.")

    def find_articles(self, query):
        self.session.count_request()
        if query.terms() or query.account:
            yield Article(ref="a1", title="Export", text="How to export")

@hookimpl
def register_connectors():
    return [Local]

class TestLocal(ConnectorConformance):
    connector_type = Local
    settings = {}
"""


def ran(pytester: pytest.Pytester, text: str, *words: str) -> pytest.RunResult:
    pytester.makepyfile(text)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist", "-rsxf", *words)


def test_there_are_more_than_forty_checks() -> None:
    assert len([name for name in dir(ConnectorConformance) if name.startswith("test_")]) >= 70


def test_every_check_teaches() -> None:
    checks = {name: getattr(ConnectorConformance, name) for name in dir(ConnectorConformance) if name.startswith("test_")}
    assert [name for name, check in checks.items() if not (check.__doc__ or "").startswith("If this fails: ")] == []


def test_a_check_that_is_overridden_without_a_reason_is_named(pytester: pytest.Pytester) -> None:
    silenced = SUITE + "    def test_text_is_plain_text(self):\n        pass\n\n    test_secrets_are_secret = None\n"
    result = ran(pytester, silenced, "-k", "no_check_is")
    result.stdout.fnmatch_lines(["*overridden without xfail*: test_secrets_are_secret, test_text_is_plain_text*"])


def test_a_check_that_is_overridden_with_a_reason_is_let_be(pytester: pytest.Pytester) -> None:
    excused = SUITE + (
        '    @pytest.mark.xfail(strict=True, reason="its texts are HTML by design")\n'
        "    def test_text_is_plain_text(self, trials):\n        assert False\n"
    )
    ran(pytester, excused, "-k", "no_check_is or plain_text").assert_outcomes(passed=1, xfailed=1)


def test_what_a_failing_check_says_explains_itself(pytester: pytest.Pytester) -> None:
    result = ran(pytester, SUITE + '    exact = ("",)\n    account = "Nobody"\n    reference = "x"\n', "-k", "owns_knows")
    result.stdout.fnmatch_lines(["*If this fails: `owns` says no to your `reference`*", "*assert False*"])


def test_a_connector_without_http_skips_the_checks_of_it_and_says_why(pytester: pytest.Pytester) -> None:
    result = ran(pytester, LOCAL)
    outcomes = result.parseoutcomes()
    assert outcomes.keys() == {"passed", "skipped"}
    assert outcomes["passed"] >= 30
    result.stdout.fnmatch_lines(["SKIPPED*the connector speaks no HTTP through self.api"])
