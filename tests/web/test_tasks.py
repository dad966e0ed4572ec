"""Tasks that programs begin and agents lay aside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Site, Visitor

FLOW = "Offline workload routing"
TASK = {
    "name": "Check the file",
    "description": "Page 3 is missing",
    "flow": FLOW,
    "customerId": "+12025550171",
}


@pytest.fixture
def folder(folder: Path) -> Path:
    """Specialists who also take tasks, one at a time."""
    file = folder / "centre.toml"
    rows = '{ queue = "BasicQueue", channel = "CHAT", priority = 1, delay = 0 },'
    text = file.read_text().replace("CHAT = 2 }", "CHAT = 2, TASK = 1 }")
    assert rows in text
    file.write_text(text.replace(rows, f"{rows}\n  {rows.replace('CHAT', 'TASK')}"))
    return folder


def slot(site: Site, state: str) -> dict[str, Any]:
    """The contact of this state at Anna's desk, once there is one."""

    def found(rows: dict[str, Any]) -> Any:
        slots = [row for key, row in rows.items() if key.startswith("slot/")]
        return next((one for one in slots if one["state"] == state), None)

    row: dict[str, Any] = site.seen("desk/anna", found)
    return row


def has_it(site: Site) -> tuple[Visitor, str]:
    """Anna, who has accepted a task, and its path at her desk."""
    anna = site.visitor("anna")
    anna.ask("PUT", "/agents/anna/status", {"status": "Available"})
    begun = site.visitor("eva").ask("POST", "/contacts", TASK)
    assert begun.status == 201, begun.text
    path = f"/agents/anna/contacts/{begun.json['contactId']}"
    slot(site, "incoming")
    assert anna.ask("POST", f"{path}/accept", {}).status == 204
    return anna, path


def test_a_task_comes_to_a_desk_with_its_name_and_description(site: Site) -> None:
    has_it(site)
    row = slot(site, "talking")
    assert (row["channel"], row["name"], row["description"]) == ("TASK", TASK["name"], TASK["description"])


def test_a_task_that_is_laid_aside_leaves_room_and_can_be_taken_up_again(site: Site) -> None:
    anna, path = has_it(site)
    slot(site, "talking")
    assert anna.ask("POST", f"{path}/pause", {}).status == 204
    assert slot(site, "paused")["name"] == TASK["name"]
    assert anna.get("/agents/anna")["used"] == {}
    assert anna.ask("POST", f"{path}/continue", {}).status == 204
    assert slot(site, "talking")["name"] == TASK["name"]


def test_a_supervisor_lays_a_task_aside_with_a_reason(site: Site) -> None:
    _, path = has_it(site)
    slot(site, "talking")
    eva, contact = site.visitor("eva"), path.replace("/agents/anna", "")
    assert eva.ask("POST", f"{contact}/pause", {"reason": ""}).status == 422
    assert eva.ask("POST", f"{contact}/pause", {"reason": "a call is more urgent"}).status == 204
    slot(site, "paused")
    assert eva.ask("POST", f"{contact}/continue", {"reason": "go on"}).status == 204
    slot(site, "talking")


def test_a_call_is_not_laid_aside(site: Site) -> None:
    reply = site.visitor("eva").ask("POST", "/contacts/nobody/pause", {"reason": "why not"})
    assert reply.status == 404


def test_the_same_key_begins_one_task(site: Site) -> None:
    eva = site.visitor("eva")
    one, two = (eva.ask("POST", "/contacts", TASK, idempotency_key="0123456789abcdef") for _ in range(2))
    assert one.json == two.json
    assert len(eva.get("/contacts")["contacts"]) == 1


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"flow": "nowhere"}, "flow"),
        ({"flow": ""}, "flow"),
        ({"queue": "nowhere"}, "queue"),
        ({"description": "x" * 5000}, "description"),
        ({"scheduledAt": "tomorrow"}, "scheduledAt"),
    ],
)
def test_what_cannot_begin_says_which_field(site: Site, wrong: dict[str, str], where: str) -> None:
    reply = site.visitor("eva").ask("POST", "/contacts", TASK | wrong)
    assert (reply.status, reply.json["where"]) == (422, where)


def test_a_task_for_later_stands_by(site: Site) -> None:
    eva = site.visitor("eva")
    eva.ask("POST", "/contacts", TASK | {"scheduledAt": str(site.web.now() + 3600)})
    (contact,) = eva.get("/contacts")["contacts"]
    assert contact["stage"] == "scheduled"
