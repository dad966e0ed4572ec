"""A function is found by whatever a flow calls it."""

from __future__ import annotations

import pytest

from evenhand.host.function_names import FunctionNames
from evenhand.model.definition import FunctionDefinition

PROD = "arn:aws:lambda:eu-west-1:111122223333:function:prod-best"
NAMES = FunctionNames(
    [
        FunctionDefinition(name="best", arn=PROD),
        FunctionDefinition(name="prod-best"),
        FunctionDefinition(name="pinned", arn="arn:aws:lambda:eu-west-1:111122223333:function:other:7"),
        FunctionDefinition(name="best", source="second"),
    ]
)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("best", "best"),
        (PROD, "best"),
        (f"{PROD}:live", "best"),
        ("prod-best", "prod-best"),
        ("arn:aws:lambda:us-east-1:999999999999:function:prod-best:3", "prod-best"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:other:7", "pinned"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:other:8", "pinned"),
        ("other", "pinned"),
        ("nobody", None),
        ("", None),
        ("arn:aws:lambda:eu-west-1:111122223333:function:", None),
    ],
)
def test_a_function_is_found_by_its_names(called: str, name: str | None) -> None:
    """The full name or ARN counts first, then the ARN without its alias, then the name inside the ARN."""
    found = NAMES.find(called)
    assert (found.name if found else None) == name


def test_the_first_of_two_equal_names_counts() -> None:
    """Two definitions of one name are one function: the first."""
    assert [each.source for each in NAMES.all()] == ["", "", ""]
