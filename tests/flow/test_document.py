"""Reading and writing flow documents."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.errors import FlowFault
from evenhand.flow.document import read_document, write_document
from evenhand.flow.json_text import LONGEST_TEXT_BYTES

CORPUS = os.environ.get("EVENHAND_CORPUS", "")


def codes(text: str | bytes) -> list[str]:
    """The codes of the faults that keep this text from being read."""
    with pytest.raises(FlowFault) as caught:
        read_document(text, "flow.json")
    assert caught.value.findings
    return [finding.code for finding in caught.value.findings]


def flow(*actions: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"Version": "2019-10-30", "StartAction": "a", "Actions": list(actions), **fields})


def test_a_block_is_read_with_its_ways_out() -> None:
    """A block's type, parameters, next block, errors and conditions are at hand after reading."""
    document = read_document(
        flow(
            {
                "Identifier": "a",
                "Type": "Compare",
                "Parameters": {"ComparisonValue": "$.Channel"},
                "Transitions": {
                    "NextAction": "b",
                    "Errors": [{"ErrorType": "NoMatchingCondition", "NextAction": "c"}],
                    "Conditions": [
                        {"NextAction": "d", "Condition": {"Operator": "Equals", "Operands": ["CHAT"]}}
                    ],
                },
            }
        ),
        "flow.json",
    )
    (action,) = document.actions
    assert (document.version, document.start_action, document.file) == ("2019-10-30", "a", "flow.json")
    assert (action.identifier, action.type, action.next_action) == ("a", "Compare", "b")
    assert action.parameters == {"ComparisonValue": "$.Channel"}
    assert [(e.error_type, e.next_action) for e in action.errors] == [("NoMatchingCondition", "c")]
    assert [(c.operator, c.operands, c.next_action) for c in action.conditions] == [
        ("Equals", ("CHAT",), "d")
    ]


@pytest.mark.parametrize(
    "block",
    [
        {"Identifier": "a", "Type": "X"},
        {"Identifier": "a", "Type": "X", "Parameters": None, "Transitions": None},
        {"Identifier": "a", "Type": "X", "Transitions": {}},
        {"Identifier": "a", "Type": "X", "Transitions": {"NextAction": ""}},
        {"Identifier": "a", "Type": "X", "Transitions": {"Errors": None, "Conditions": None}},
    ],
)
def test_what_exports_leave_out_is_read_as_nothing(block: dict[str, Any]) -> None:
    """Absent, null and empty parts of a block are read as no parameters and no ways out."""
    (action,) = read_document(flow(block)).actions
    assert (action.parameters, action.next_action, action.errors, action.conditions) == ({}, None, (), ())


def test_numbers_and_booleans_are_read_as_the_words_exports_write() -> None:
    """A number or boolean where the language has a string is read as that string."""
    conditions = [
        {"NextAction": 2, "Condition": {"Operator": "Equals", "Operands": [operand]}}
        for operand in (5, 2.0, 2.5, True, False)
    ]
    document = read_document(
        flow({"Identifier": 1, "Type": "X", "Transitions": {"NextAction": 2, "Conditions": conditions}})
    )
    (action,) = document.actions
    assert (action.identifier, action.next_action) == ("1", "2")
    assert [branch.operands[0] for branch in action.conditions] == ["5", "2", "2.5", "True", "False"]


def test_a_byte_order_mark_is_read_over() -> None:
    """Text that starts with a UTF-8 byte order mark is read as if it had none."""
    text = flow()
    assert read_document(b"\xef\xbb\xbf" + text.encode()).raw == json.loads(text)
    assert read_document("\ufeff" + text).raw == json.loads(text)


def test_a_fault_of_json_is_told_with_its_place() -> None:
    """Text that is not JSON is refused with line and column."""
    with pytest.raises(FlowFault, match="line 2 column 3"):
        read_document('{\n  Version: "2019-10-30"}')


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-json"),
        ('{"Actions": NaN}', "not-json"),
        ('{"Actions": [], "x": 1e999}', "not-json"),
        ('{"Actions": [], "x": ' + "9" * 5000 + "}", "not-json"),
        ("[" * 100_000, "nested-too-deep"),
        ("[" * 200 + "]" * 200, "nested-too-deep"),
        (b"\xff{}", "not-utf-8"),
        ("[]", "not-an-object"),
        ('"flow"', "not-an-object"),
        ("{}", "actions-not-a-list"),
        ('{"Actions": {}}', "actions-not-a-list"),
        ('{"modules": {}}', "actions-not-a-list"),
        (" " * (LONGEST_TEXT_BYTES + 1), "text-too-long"),
    ],
)
def test_a_text_that_is_no_flow_is_refused_in_one_finding(text: str | bytes, code: str) -> None:
    """A text that is no flow at all is refused with one finding that says why."""
    assert codes(text) == [code]


def test_all_structural_faults_are_told_at_once() -> None:
    """One reading reports every block and field that is out of shape, not only the first."""
    text = flow(
        7,  # type: ignore[arg-type]
        {"Type": "X"},
        {"Identifier": "a"},
        {"Identifier": "b", "Type": "X", "Parameters": 1, "Transitions": {"Errors": [{}]}},
        {"Identifier": "b", "Type": "X", "Transitions": {"Conditions": [{"NextAction": "a"}]}},
    )
    assert codes(text) == [
        "action-not-an-object",
        "missing-identifier",
        "missing-type",
        "wrong-shape",
        "wrong-shape",
        "wrong-shape",
        "wrong-shape",
        "duplicate-identifier",
    ]


def test_a_character_that_utf_8_cannot_hold_survives() -> None:
    """Half of a surrogate pair, which JSON can escape, is written as an escape again."""
    text = '{"Actions": [], "note": "\\ud800 é"}'
    written = write_document(read_document(text))
    assert written.encode()
    assert json.loads(written) == json.loads(text)


def test_fields_keep_their_order_and_letters_stay_letters() -> None:
    """Writing keeps the order of fields and does not escape what a person can read."""
    text = '{"b": "é", "Actions": [], "a": 1}'
    written = write_document(read_document(text))
    assert "é" in written
    assert list(json.loads(written)) == ["b", "Actions", "a"]


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | names
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
known = {"Identifier", "Type", "Parameters", "Transitions", "NextAction", "Errors", "Conditions"}
unknown_fields = st.dictionaries(names.filter(lambda name: name not in known), values, max_size=3)


@st.composite
def flows(draw: st.DrawFn) -> dict[str, Any]:
    """Flows of unknown blocks with unknown fields everywhere."""
    identifiers = draw(st.lists(names.filter(bool), max_size=4, unique=True))
    actions = [
        {
            **draw(unknown_fields),
            "Identifier": identifier,
            "Type": draw(names.filter(bool)),
            "Parameters": draw(st.dictionaries(names, values, max_size=3)),
            "Transitions": {**draw(unknown_fields), "NextAction": draw(names)},
            **draw(unknown_fields),
        }
        for identifier in identifiers
    ]
    reserved = {"Version", "StartAction", "Actions", "modules"}
    extra = {name: value for name, value in draw(unknown_fields).items() if name not in reserved}
    return {**extra, "Version": "2019-10-30", "StartAction": draw(names), "Actions": actions}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flows())
def test_whatever_nobody_knows_survives_the_round_trip(value: dict[str, Any]) -> None:
    """Blocks, fields and metadata that nobody knows come out of writing as they went into reading."""
    document = read_document(json.dumps(value))
    written = write_document(document)
    assert json.loads(written) == value
    assert list(json.loads(written)) == list(value)
    assert read_document(written) == document


@pytest.mark.skipif(not CORPUS, reason="EVENHAND_CORPUS does not name a folder of public flows")
def test_public_flows_survive_the_round_trip() -> None:
    """Every flow of the corpus in the flow language can be read and comes out of writing unchanged."""
    files = sorted((Path(CORPUS) / "flows" / "current").glob("*.json"))
    assert files
    for file in files:
        text = file.read_bytes()
        document = read_document(text, file.name)
        assert json.loads(write_document(document)) == json.loads(text.decode("utf-8-sig")), file.name
