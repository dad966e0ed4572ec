"""Lambda function: the agents to ask for a contact, best first.

Parameters: `callType`; `customerId` (else the customer's own address is taken). The answer is a flat map of
texts: `agent1` to `agent3` (login names; empty where there is none), `count`, `own` (`true` when `agent1` is
the customer's own agent), `default_queue`; and `error` when something could not be read. It always answers:
without agents the flow goes on to its default queue.
"""

from __future__ import annotations

from typing import Any

from evenhand.adapters.aws.functions import wiring
from evenhand.adapters.aws.functions.event import customer_address, parameter
from evenhand.assessment.best_agents import MOST, best_agents
from evenhand.errors import EvenhandError
from evenhand.host.ports import Tables

__all__ = ["answer", "handler"]


def handler(event: Any, context: Any) -> dict[str, str]:
    """What Lambda calls."""
    chosen = wiring.settings()
    try:
        tables = wiring.tables(chosen)
    except EvenhandError as error:
        return _shaped(None, (), chosen.default_queue, [_line(error)])
    return answer(event, tables, chosen.default_queue)


def answer(event: Any, tables: Tables, default_queue: str) -> dict[str, str]:
    """The function itself. One table's failure does not take away what the other knows."""
    problems: list[str] = []
    own: str | None = None
    least: list[str] = []
    customer = parameter(event, "customerId") or customer_address(event)
    if isinstance(customer, str) and customer:
        try:
            own = tables.own_agent(customer)
        except EvenhandError as error:
            problems.append(_line(error))
    call_type = parameter(event, "callType")
    if isinstance(call_type, str) and call_type:
        try:
            least = [row.agent_name for row in tables.least_loaded(call_type, MOST)]
        except EvenhandError as error:
            problems.append(_line(error))
    else:
        problems.append("the parameter callType is missing; set it in the Invoke function block")
    return _shaped(own, best_agents(own, least), default_queue, problems)


def _shaped(
    own: str | None, agents: tuple[str, ...], default_queue: str, problems: list[str]
) -> dict[str, str]:
    shaped = {f"agent{n + 1}": agents[n] if n < len(agents) else "" for n in range(MOST)}
    shaped["count"] = str(len(agents))
    shaped["own"] = "true" if own else "false"
    shaped["default_queue"] = default_queue
    if problems:
        shaped["error"] = "; ".join(dict.fromkeys(problems))
    return shaped


def _line(error: EvenhandError) -> str:
    """One line: a flow logs it, and it must not fill the answer."""
    return " ".join(str(error).split())[:500]
