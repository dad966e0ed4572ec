"""References to attributes: what is one, where it ends, and what stands in its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.flow.references import compile_tree, segments, text_of
from evenhand.flow.session import Session
from tests.flow.worlds import session_of


def _session() -> Session:
    return session_of(
        attributes={"name": "Ann", "my key": "spaced", "a.b": "dotted", "order-id": "7", "empty": ""},
        external={"agent1": "ann", "n": 3, "ratio": "0.50", "row": {"x": {"y": "deep"}, "list": [1, 2]}},
        flow_attributes={"step": "2"},
        metrics={"Queue": {"Size": 4, "OldestContactAge": 2.0}},
        references={"ticket": {"Type": "URL", "Value": "https://example.org"}},
        agent_facts={"UserName": "ann"},
        stored_input="42",
        queue_name="Sales",
        queue_arn="arn:queue/Sales",
    )


def _read(value: Any, session: Session | None = None) -> Any:
    reader, constant = compile_tree(value)
    return constant if reader is None else reader(session or _session())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$.Attributes.name", "Ann"),
        ("  $.Attributes.name ", "Ann"),
        ("$.Attributes.['my key']", "spaced"),
        ("$.Attributes['my key']", "spaced"),
        ('$.Attributes["my key"]', "spaced"),
        ("$['Attributes']['name']", "Ann"),
        ("$['AwsRegion']", "eu-west-2"),
        ("$.Attributes.['a.b']", "dotted"),
        ("$.Attributes.a.b", "dotted"),
        ("$.Attributes.order-id", "7"),
        ("$.Attributes.Name", ""),
        ("$.Attributes.none", ""),
        ("$.Nowhere.at.all", ""),
        ("$.External.n", "3"),
        ("$.External.row.x.y", "deep"),
        ("$.LambdaInvocation.ResultData.agent1", "ann"),
        ("$.External.row.x.y.z", ""),
        ("$.External.row.list[0]", ""),
        ("$.FlowAttributes.step", "2"),
        ("$.Metrics.Queue.Size", "4"),
        ("$.Metrics.Queue.OldestContactAge", "2"),
        ("$.StoredCustomerInput", "42"),
        ("$.CustomerEndpoint.Address", "+12025550100"),
        ("$.Queue.Name", "Sales"),
        ("$.Queue.OutboundCallerId.Address", ""),
        ("$.References.ticket.Value", "https://example.org"),
        ("$.Agent.UserName", "ann"),
        ("$.ContactId", "c-1"),
        ("$.InitialContactId", "c-1"),
        ("$.SegmentAttributes['connect:Subtype']", "connect:Telephony"),
    ],
)
def test_one_whole_reference(text: str, expected: str) -> None:
    """A parameter that is one reference is the value's text; what is missing is the empty text."""
    assert _read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello $.Attributes.name, welcome.", "Hello Ann, welcome."),
        ("Hello $.Attributes.name.", "Hello Ann."),
        ("Is it $.Attributes.name?", "Is it Ann?"),
        ("$.Attributes.name's turn", "Ann's turn"),
        ("$.Attributes.name$.Attributes.order-id", "Ann7"),
        ("($.Attributes.name)-", "(Ann)-"),
        ("<speak>$.Attributes.name</speak>", "<speak>Ann</speak>"),
        ("Hello $.Attributes.['my key']!", "Hello spaced!"),
        ("Hello $.Attributes.none!", "Hello !"),
        ("$.External.n of $.External.ratio", "3 of 0.50"),
        ("row $.External.row.x", 'row {"y":"deep"}'),
        ("It costs $5 or $.50, $ alone, $. and $$", "It costs $5 or $.50, $ alone, $. and $$"),
        ("${Token} {{flows.x}}", "${Token} {{flows.x}}"),
    ],
)
def test_references_inside_text(text: str, expected: str) -> None:
    """Inside free text each reference is replaced by its text, and punctuation after it stays."""
    assert _read(text) == expected


def test_an_object_stays_an_object() -> None:
    """One whole reference to an object gives the object, so that a function can get it as JSON."""
    assert _read({"row": "$.External.row", "list": ["$.External.n", "x"]}) == {
        "row": {"x": {"y": "deep"}, "list": [1, 2]},
        "list": ["3", "x"],
    }


def test_what_was_read_does_not_change_with_the_contact() -> None:
    """A reference to all attributes gives them as they are now."""
    session = _session()
    before = _read("$.Attributes", session)
    session.attributes["name"] = "Bob"
    assert before["name"] == "Ann"


def test_a_tree_without_references_is_the_document_s_own() -> None:
    """Nothing is copied where nothing refers: such a block costs nothing to enter."""
    tree = {"a": [1, {"b": "text"}], "c": None, "d": True}
    assert compile_tree(tree) == (None, tree)
    assert compile_tree(tree)[1] is tree


def test_reading_an_answer_that_is_no_object() -> None:
    """A path into an answer that is a list or a word gives nothing."""
    for external in (["a"], "word", 5, None):
        assert _read("$.External.a.b", session_of(external=external)) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (2.0, "2"),
        (-0.5, "-0.5"),
        (1e300, "1e+300"),
        ("as it is", "as it is"),
        ({"a": None}, '{"a":null}'),
        ([], "[]"),
    ],
)
def test_text_of(value: Any, text: str) -> None:
    """Values become text as flows speak it."""
    assert text_of(value) == text


@given(st.text().filter(lambda text: "$" not in text))
def test_text_without_a_dollar_is_untouched(text: str) -> None:
    """Only a dollar sign begins a reference."""
    assert compile_tree(text) == (None, text)


_PIECES = st.sampled_from(
    [
        "$",
        ".",
        "[",
        "]",
        "'",
        '"',
        "Attributes",
        "External",
        "name",
        "row",
        " ",
        "-",
        "$.",
        "0",
        "é",
        "['my key']",
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_no_text_makes_it_stumble(text: str) -> None:
    """Whatever is written, reading gives text or an object, and segments are text."""
    assert isinstance(_read(text), str | dict | list)
    assert all(isinstance(part, str) for part in segments(text))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=5), _JSON, max_size=4), _JSON)
def test_any_parameters_with_any_answer(parameters: dict[str, Any], external: Any) -> None:
    """Any tree of parameters over any answer of a function is read without an error."""
    session = session_of(external=external)
    tree = {"in": parameters, "ref": "$.External.a.b", "text": "x $.External.a y"}
    read = _read(tree, session)
    assert set(read) == {"in", "ref", "text"}
    assert isinstance(read["text"], str)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$.DataTableList.ResultData.rows[1].name", "b"),
        ("Hello `$.DataTableList.ResultData.rows[0].name`.", "Hello a."),
        ("`$.DataTableList.ResultData.rows[0].name`", "a"),
        ("$.DataTableList.ResultData.rows[2].name", ""),
        ("$.DataTableList.ResultData.rows[" + "9" * 5000 + "].name", ""),
        ("`$.Attributes.x`", "``"),
    ],
)
def test_rows_of_listed_data_tables_are_read_by_index(text: str, value: str) -> None:
    """As they are written in flows, with backticks or without; what is not there is empty."""
    session = Session("c")
    session.services = {"DataTableList": {"ResultData": {"rows": [{"name": "a"}, {"name": "b"}]}}}
    reader, _ = compile_tree(text)
    assert reader is not None
    assert reader(session) == value
