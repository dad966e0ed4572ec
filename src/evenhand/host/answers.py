"""What a function may answer, as AWS Lambda and Amazon Connect have it.

The standard library alone: the process that runs a user's function imports this and must start quickly.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

__all__ = ["LARGEST", "NotJson", "TooLarge", "encode_answer"]

LARGEST = 32 * 1024
"""The largest answer, in bytes of UTF-8."""


class NotJson(ValueError):
    """The answer has no JSON form."""


class TooLarge(ValueError):
    """The answer's JSON text is over the limit."""


def encode_answer(value: Any) -> str:
    """The JSON text of a function's answer. Raises NotJson or TooLarge.

    A `Decimal` (what DynamoDB hands out) becomes a bare number: 12, not 12.0 and not "12".
    """
    try:
        text = _write(value)
        size = len(text.encode())
    except RecursionError:
        raise NotJson("the answer contains itself, or is nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise NotJson(f"the answer has no JSON form: {error}") from None
    if size > LARGEST:
        raise TooLarge(f"the answer is {size} bytes of UTF-8; at most {LARGEST} are taken")
    return text


def _write(value: Any) -> str:
    """JSON text. The library's own encoder cannot be told how to write a Decimal, so this walks the value."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not a JSON number")
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_write(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_write, value)) + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _key(key: Any) -> str:
    if isinstance(key, str):
        return json.dumps(key, ensure_ascii=False)
    if key is None or isinstance(key, int | float):
        return f'"{json.dumps(key, allow_nan=False)}"'
    raise TypeError(f"keys must be text, not {type(key).__name__}")
