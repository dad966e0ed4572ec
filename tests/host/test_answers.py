"""The answer contract: JSON as Lambda's Python runtime writes it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.host.answers import LARGEST, NotJson, TooLarge, encode_answer

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner) | st.tuples(inner)
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_plain_values_are_written_as_the_library_writes_them(value: object) -> None:
    """Without a Decimal the text is the library's own, letters outside ASCII left as they are."""
    assert encode_answer(value) == json.dumps(value, ensure_ascii=False)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_keeps_its_digits(value: Decimal) -> None:
    """Every finite Decimal is a bare JSON number of the same value."""
    assert json.loads(encode_answer({"n": [value]}), parse_float=Decimal, parse_int=Decimal) == {"n": [value]}


def test_keys_that_are_no_text_are_written_as_the_library_does() -> None:
    """Numbers, truth and None are keys in the library's way; others are refused."""
    assert encode_answer({1: 1, None: 2, False: 3, 1.5: 4}) == json.dumps({1: 1, None: 2, False: 3, 1.5: 4})
    with pytest.raises(NotJson, match="keys must be text"):
        encode_answer({(1, 2): 3})


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("-Infinity"),
        float("inf"),
        {1, 2},
        b"x",
        "\ud800",
        {"a": float("nan")},
        {float("nan"): 1},
    ],
)
def test_what_has_no_json_form_is_refused(value: object) -> None:
    """NaN, infinity, sets, bytes and halves of letters are no JSON."""
    with pytest.raises(NotJson):
        encode_answer(value)


def test_a_value_that_contains_itself_is_refused() -> None:
    """A loop, or a nesting without end, is an error and not a hang."""
    loop: list[object] = []
    loop.append({"loop": loop})
    with pytest.raises(NotJson, match="contains itself"):
        encode_answer(loop)


def test_the_limit_counts_bytes() -> None:
    """32 KB of UTF-8 pass, one byte more does not."""
    assert encode_answer("x" * (LARGEST - 2))
    with pytest.raises(TooLarge, match="32769"):
        encode_answer("x" * (LARGEST - 1))
    with pytest.raises(TooLarge):
        encode_answer("ü" * (LARGEST // 2))
