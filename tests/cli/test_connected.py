"""`connectors` and `doctor` on connectors that speak to a system: where settings come from, what ends, what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run

PAGER = """
from datetime import date
from pydantic import Field, SecretStr
from escalation.auth import Bearer
from escalation.connector import About, ApiConnector, ApiSettings, Ending, WorkItemQuery
from escalation.hookspecs import hookimpl
from escalation.records import Category

class PagerSettings(ApiSettings):
    base_url: str = Field(description="Where it is.")
    token: SecretStr = Field(description="A token.")
    legacy: bool = Field(default=False, description="Use the old API.")

class Pager(ApiConnector[PagerSettings]):
    type = "pager"
    categories = (Category.PROJECT_TRACKER,)
    settings_type = PagerSettings
    about = About(
        title="Pager",
        credential="Settings → Tokens: tick *incidents:read* alone.",
        needs={"find_work_items": "`incidents:read`"},
        blind="Incidents older than a year are not searched.",
        endings=(Ending("the old API", date(2027, 4, 30), "leave `legacy` out", "pager.example/changelog", ("legacy",)),),
    )
    def auth(self):
        return Bearer(self.settings.token)
    def find_work_items(self, query: WorkItemQuery):
        return iter(())
    def check_connection(self):
        yield self.probe("find_work_items", lambda: self.api.get("/incidents", limit=1))

@hookimpl
def register_connectors():
    return [Pager]
"""
CONFIG = """connectors:
  pager:
    base_url: {address}
    token: ${{PAGER_TOKEN}}
    legacy: {legacy}
"""
SECRET = "pager-secret-4711"


@pytest.fixture
def pager(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(home, "http://127.0.0.1:9")
    monkeypatch.setenv("PAGER_TOKEN", SECRET)


def configured(home: Path, address: str, *, legacy: str = "true") -> None:
    folder = home / ".customer-escalation"
    (folder / "connectors").mkdir(parents=True, exist_ok=True)
    (folder / "connectors" / "pager.py").write_text(PAGER, encoding="utf-8")
    (folder / "config.yaml").write_text(CONFIG.format(address=address, legacy=legacy), encoding="utf-8")


def test_connectors_says_where_each_setting_came_from_and_shows_no_secret(run: Run, pager: None) -> None:
    said = run("connectors").out
    assert "set: base_url http://127.0.0.1:9 (line 3); token ${PAGER_TOKEN}, line 4; legacy True (line 5)" in said
    assert "can't see: Incidents older than a year are not searched." in said
    assert "ends: the old API ends on 2027-04-30: leave `legacy` out" in said
    assert SECRET not in said + run("connectors", "--format", "json").out


def test_what_is_not_made_use_of_does_not_end(run: Run, pager: None, home: Path) -> None:
    configured(home, "http://127.0.0.1:9", legacy="false")
    assert "ends:" not in run("connectors").out


def test_connectors_with_a_type_says_how_to_connect_it(run: Run, pager: None) -> None:
    said = run("connectors", "pager")
    assert said.code == 0
    assert "Credential: Settings → Tokens: tick *incidents:read* alone." in said.out
    assert "- find_work_items: needs `incidents:read`" in said.out
    assert "- token (required) (secret): A token." in said.out


def test_connectors_with_a_type_that_is_not_there_says_what_there_is(run: Run) -> None:
    said = run("connectors", "pigeon")
    assert said.code == 4
    assert "built in are" in said.err


def test_the_doctor_says_what_ends_and_that_nothing_answers(run: Run, pager: None) -> None:
    said = run("doctor", "--within", "2")
    assert said.code == 3
    assert "- pager: BROKEN · find_work_items: GET /incidents: no connection; is base_url right" in said.out
    assert "- pager: warning · the old API ends on 2027-04-30, in " in said.out
    assert SECRET not in said.out + said.err


def test_the_doctor_warns_of_a_credential_that_travels_unencrypted(run: Run, pager: None, home: Path) -> None:
    configured(home, "http://pager.invalid")
    assert "base_url is http://: the credential travels unencrypted → use https://" in run("doctor", "--within", "2").out


SIGNED = """connectors:
  teams: {type: teams, tenant: 9f1c2d3e-4a5b-4c6d-8e7f-0a1b2c3d4e5f, client_id: 1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7081, login_url: "http://127.0.0.1:9"}
  pager: {base_url: "http://127.0.0.1:9", token: "${PAGER_TOKEN}"}
"""


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("teams", 1, "no connection"),
        ("pager", 3, "nobody needs to sign in for this connector"),
        ("chat", 4, "no connector is configured under the name 'chat'; configured are: teams, pager"),
    ],
)
def test_signing_in_says_what_is_in_the_way(run: Run, pager: None, home: Path, name: str, code: int, words: str) -> None:
    (home / ".customer-escalation" / "config.yaml").write_text(SIGNED, encoding="utf-8")
    said = run("connectors", "--sign-in", name)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
