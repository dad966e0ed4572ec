"""Blocks that only contacts of a channel come to which refuses them.

A flow that asks for `$.Channel` tells which contacts come where; so does a block that fails on a channel, for
those contacts go on by its error branch only. Where every channel that can come to a block takes its error
branch there, the block does nothing but fail.
"""

from __future__ import annotations

from collections.abc import Mapping

from evenhand.flow.channels import CHANNEL_ROWS, refuses
from evenhand.flow.check_report import BlockReport
from evenhand.flow.comparison import COMPARISONS
from evenhand.flow.document import Action
from evenhand.flow.references import is_whole_reference, references_in, segments
from evenhand.model.units import CHANNELS, Channel

__all__ = ["check_channels"]

Routes = Mapping[str, tuple[str, ...]]


def check_channels(reports: list[BlockReport], routes: Routes, start: str) -> None:
    """Warn of each block that every contact which can come to it leaves by its error branch."""
    actions = {report.action.identifier: report.action for report in reports}
    if start not in actions or not any(map(_asks, actions.values())):
        return
    met = {channel: _met(channel, actions, routes, start) for channel in CHANNELS}
    for report in reports:
        action = report.action
        coming = [channel for channel in CHANNELS if action.identifier in met[channel]]
        if coming and all(refuses(action.type, channel) for channel in coming):
            words = " and ".join(channel.lower() for channel in coming)
            report.warning(
                "Type",
                "wrong-channel",
                f"only {words} contacts come here, and {action.type} takes its error branch for them: "
                f"{CHANNEL_ROWS[action.type].why}",
                "Lead these contacts around the block.",
            )


def _asks(action: Action) -> bool:
    asked = action.parameters.get("ComparisonValue")
    return (
        action.type == "Compare"
        and isinstance(asked, str)
        and is_whole_reference(asked)
        and segments(asked.strip()) == ("Channel",)
    )


def _met(channel: Channel, actions: Mapping[str, Action], routes: Routes, start: str) -> set[str]:
    """Every block to which contacts of this channel can come."""
    met: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in met or name not in actions:
            continue
        met.add(name)
        action = actions[name]
        if _asks(action):
            ahead += _ways(action, channel)
        elif refuses(action.type, channel):
            ahead += [error.next_action for error in action.errors] or routes.get(name, ())
        else:
            ahead += routes.get(name, ())
    return met


def _ways(action: Action, channel: Channel) -> list[str]:
    """Where a question for the channel may lead contacts of this one."""
    ways = []
    for branch in action.conditions:
        operand = branch.operands[0] if branch.operands else ""
        holds = COMPARISONS.get(branch.operator)
        unknown = holds is None or bool(references_in(operand))
        if unknown or (holds is not None and holds(channel, operand)):
            ways.append(branch.next_action)
            if not unknown:
                return ways
    errors = {error.error_type: error.next_action for error in action.errors}
    ways.append(errors.get("NoMatchingCondition", action.next_action or ""))
    return ways
