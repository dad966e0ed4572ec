"""A decision explained."""

from __future__ import annotations

import msgspec

from evenhand.model.definition import Policy
from evenhand.records.explain import derived_again, explanation, explanation_json
from tests.records.stories import decision


def test_an_explanation_names_policy_candidates_and_source() -> None:
    """Who, why, by which policy in which version, and each candidate with work, age and outcome."""
    shown = "\n".join(explanation(decision("c1"), 0.0))
    assert "chosen      ben" in shown
    assert "policy      least loaded, version 7, digest " in shown
    assert "source      table AgentWorkload" in shown
    assert "chloe  on a contact  ranking  work 1 (seen 4 s ago)" in shown
    assert "ben    chosen        ranking  work 2 + 1 provisional (seen 4 s ago)" in shown
    assert "derived again from the record: the same choice, ben" in shown


def test_a_record_that_was_altered_is_found_out() -> None:
    """When the candidates do not lead to the agent named, the second derivation says whom they lead to."""
    same, words = derived_again(decision("c1", agent="anna"))
    assert not same
    assert words == "derived again from the record: ben, but the record says anna"


def test_an_altered_policy_is_found_out() -> None:
    """A policy that does not fit its digest speaks against the record."""
    altered = msgspec.structs.replace(decision("c1"), policy=Policy(name="another"))
    same, words = derived_again(altered)
    assert not same
    assert "the policy in the record is not the one its digest names" in words


def test_json_has_the_whole_record_and_the_second_derivation() -> None:
    """Machines get every field of the record."""
    told = explanation_json(decision("c1"), 0.0)
    assert told["at"] == "1970-01-01T00:00:00.000Z"
    assert told["decision"]["candidates"][1]["provisional"] == 1.0
    assert told["derived_again"]["same"] is True
