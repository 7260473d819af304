"""Checks of the actions: carried out once, marked, and never sent twice in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from escalation.actions import Done, Draft, MessageDraft, NoteDraft, TaskDraft, WorkItemDraft
from escalation.errors import AuthError, ConnectorError, Unavailable
from escalation.guide import ACTIONS
from escalation.http import Answer, Sent
from escalation.testing.bench import Bench, Trial, Trials
from escalation.testing.replies import json_answer

MARK = "kit-mark-new"


class ActionChecks(Bench):
    """A connector without actions passes them all."""

    def test_an_action_says_what_it_wrote(self, http: Trials) -> None:
        """If this fails: an action fails in your replies, or returns no `Done` with the ref of what was written.

        Record what the vendor answers, and give your own draft in `drafts` where the kit's will not do.
        """
        for trial, draft in self._carried_out(http, MARK):
            done = getattr(trial.connector, trial.ability)(draft)
            assert isinstance(done, Done), trial.ability
            assert done.ref
            assert not done.already, f"{trial.ability}: your replies hold the mark {MARK!r} already"
            assert self._writes(trial), f"{trial.ability} writes nothing"

    def test_what_is_written_bears_the_mark(self, http: Trials) -> None:
        """If this fails: nothing that is written holds the draft's mark, so that nobody can tell whether it was carried out.

        Put it into the text, or into the vendor's own idempotency key.
        """
        for trial, draft in self._carried_out(http, MARK):
            getattr(trial.connector, trial.ability)(draft)
            writes = self._writes(trial)
            assert any(draft.mark in f"{sent.url} {sent.headers} {sent.body.decode('utf-8', 'replace')}" for sent in writes), trial.ability

    def test_a_draft_carried_out_twice_is_written_once(self, http: Trials) -> None:
        """If this fails: the same draft is written again although its mark is there.

        Look for the mark first and return `Done(already=True)`; or send it as the vendor's idempotency key, in the address or a header.
        For the look-up, your replies must find something by the mark `written`.
        """
        for trial, draft in self._carried_out(http, self.written):
            done = getattr(trial.connector, trial.ability)(draft)
            unkeyed = [sent for sent in self._writes(trial) if draft.mark not in f"{sent.url} {sent.headers}"]
            assert not unkeyed, f"{trial.ability} writes a draft again that is there"
            assert done.already or self._writes(trial)

    def test_a_write_whose_reply_is_lost_is_not_sent_again(self, http: Trials) -> None:
        """If this fails: a write without an answer is sent again, and the thing may be there twice. Send it with `self.api.act`."""
        for fault in ("timeout", "cut off"):
            for trial, draft in self._carried_out(http, MARK, Answer(fault=fault)):
                error = self._failure(trial, draft)
                assert isinstance(error, Unavailable), f"{trial.ability}: {error!r}"
                assert len(self._writes(trial)) == 1, f"{trial.ability} is sent {len(self._writes(trial))} times"

    def test_a_write_that_was_refused_for_now_is_sent_again(self, http: Trials) -> None:
        """If this fails: a write that the vendor throttled, and so did not take, is given up at once. Send it with `self.api.act`."""
        for trial, draft in self._carried_out(http, MARK, json_answer({}, 429, {"retry-after": "3"})):
            self._failure(trial, draft)
            assert len(self._writes(trial)) > 1, trial.ability

    def test_a_write_without_the_permission_is_an_auth_error(self, http: Trials) -> None:
        """If this fails: an action that is not permitted looks carried out, or like a system that is down."""
        for trial, draft in self._carried_out(http, MARK, json_answer({}, 403)):
            assert isinstance(self._failure(trial, draft), AuthError), trial.ability

    def draft(self, action: str, mark: str) -> Draft:
        """Something to carry out."""
        given = self.drafts.get(action)
        if given:
            return given.model_copy(update={"mark": mark})
        text = "Export worker deadlock, seen by Acme Corp"
        drafts: dict[str, Any] = {
            "post_message": lambda: MessageDraft(mark=mark, text=text, channel="support"),
            "create_work_item": lambda: WorkItemDraft(mark=mark, text=text, project="core", title="Export fails"),
            "add_internal_note": lambda: NoteDraft(mark=mark, text=text, ticket=self.reference),
            "create_task": lambda: TaskDraft(mark=mark, text=text, about=self.reference, title="Call back"),
        }
        made: Draft = drafts[action]()
        return made

    def _carried_out(self, http: Trials, mark: str, answer: Answer | None = None) -> Iterator[tuple[Trial, Draft]]:
        """Each action with a draft; where `answer` is given, it is what every write gets."""
        for action in ACTIONS:
            if hasattr(self.kind(), action):
                trial = http.of(action)
                if answer is not None:
                    trial.weather = lambda sent, _number: None if sent.safe else answer
                yield trial, self.draft(action, mark)

    def _failure(self, trial: Trial, draft: Draft) -> ConnectorError | None:
        try:
            getattr(trial.connector, trial.ability)(draft)
        except ConnectorError as error:
            return error
        return None

    def _writes(self, trial: Trial) -> list[Sent]:
        return [sent for sent in trial.sent if not sent.safe]
