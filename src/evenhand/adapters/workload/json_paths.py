"""Simple paths into JSON: names and numbers parted by dots."""

from __future__ import annotations

from typing import Any

__all__ = ["dig"]


def dig(value: Any, path: str) -> Any:
    """What stands at the path; `...` where there is nothing, the value itself for an empty path.

    A key with dots in it is found as well: where one fits, the longer key wins (`assigned_to.user_name` may be
    one key or two). Beneath null there is null.
    """
    if not path:
        return value
    if value is None:
        return None
    if isinstance(value, list):
        head, _, rest = path.partition(".")
        place = int(head) if head.isdecimal() else len(value)
        return dig(value[place], rest) if place < len(value) else ...
    if not isinstance(value, dict):
        return ...
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        key = ".".join(parts[:count])
        if key in value:
            found = dig(value[key], ".".join(parts[count:]))
            if found is not ...:
                return found
    return ...
