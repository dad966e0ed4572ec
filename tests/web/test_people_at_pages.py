"""Stories that people at several pages live through together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import Opening, Site
from tests.web.test_desk_page import available, dial

ARTICLE = "+12025550100"
"""The number of the article's flow: the customer's own agent first, then the least loaded."""


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """The starter centre, ten times as fast, where a contact rings for 20 seconds of a watch all the same."""
    file = folder / "centre.toml"
    text = file.read_text(encoding="utf-8").replace("ring_seconds = 20 ", "ring_seconds = 200 ")
    file.write_text(text.replace("after_contact_work = 20", "after_contact_work = 0"), encoding="utf-8")
    with Site(folder, speed=10.0) as site:
        yield site


def offered(desk: Page) -> Locator:
    """The contact that rings at this desk."""
    return desk.get_by_role("region", name=re.compile("^Incoming"))


def on_board(board: Page, table: str, row: str) -> Locator:
    """This row of a table on the supervisor's board."""
    return board.get_by_role("region", name=table, exact=True).get_by_role("row").filter(has_text=row)


def test_three_agents_two_customers_and_a_supervisor(opened: Opening) -> None:
    board = opened("/board", "eva")
    desks = {name: opened("/desk", name) for name in ("anna", "ben", "chloe")}
    for name, desk in desks.items():
        available(desk)
        expect(on_board(board, "Agents", name.capitalize())).to_contain_text("Available")
    first, second = opened("/phone"), opened("/phone")

    # The least loaded agent is rung, and told why. They reject: it goes on to the next best.
    dial(first, "+12025550199")
    expect(offered(desks["ben"])).to_contain_text("ben has the least work: 5")
    expect(on_board(board, "Agents", "Ben Okafor")).to_contain_text("Incoming")
    expect(board.get_by_text("ben has the least work: 5").first).to_be_visible()
    desks["ben"].get_by_role("button", name="Reject").click()
    expect(on_board(board, "Agents", "Ben Okafor")).to_contain_text("Rejected")
    expect(desks["ben"].get_by_role("heading", name="You rejected this contact")).to_be_visible()
    expect(offered(desks["chloe"])).to_contain_text("+12025550199")

    # Nobody answers there: missed, and blocked until cleared. It rings at the last one.
    expect(desks["chloe"].get_by_role("heading", name="You missed this contact")).to_be_visible(
        timeout=40_000
    )
    expect(on_board(board, "Agents", "Chloe Martin")).to_contain_text("Missed")
    expect(offered(desks["anna"])).to_be_visible()

    # Nobody is left for the second customer, who is told a wait, as a number, and leaves.
    dial(second, "+12025550198")
    expect(second.get_by_text("You are number 1 in the queue")).to_be_visible()
    told = second.get_by_role("log").get_by_text(re.compile(r"Your estimated wait is [1-9]\d* seconds"))
    expect(told).to_be_visible()
    expect(second.get_by_text(re.compile("You were told about"))).to_be_visible()
    expect(on_board(board, "Waiting contacts", "…0198")).to_contain_text(re.compile(r"\d:\d\d at \d\d:"))
    second.get_by_role("button", name="Leave").click()
    expect(second.get_by_text("You ended it.")).to_be_visible()
    expect(on_board(board, "Waiting contacts", "…0198")).to_be_hidden()

    # The first one talks; who missed it clears it and has room again.
    desks["anna"].get_by_role("button", name="Accept").click()
    expect(first.get_by_role("status").filter(has_text="With Anna")).to_be_attached()
    expect(on_board(board, "Agents", "Anna Berg")).to_contain_text("On contact")
    desks["chloe"].get_by_role("button", name="Clear contact").click()
    expect(desks["chloe"].get_by_text("You are available")).to_be_visible()
    first.get_by_role("button", name="Hang up").click()
    expect(desks["anna"].get_by_text("The customer hung up.")).to_be_visible()
    desks["anna"].get_by_role("button", name="Clear contact").click()
    expect(desks["anna"].get_by_text("You are available")).to_be_visible()


def test_try_it_out_as_the_article_says(opened: Opening) -> None:
    desks = {name: opened("/desk", name) for name in ("anna", "ben", "chloe")}
    for desk in desks.values():
        available(desk)

    def call_from(number: str, name: str) -> None:
        """Whoever calls from here is answered by this agent; then both are done."""
        phone = opened("/phone")
        dial(phone, number, ARTICLE)
        expect(offered(desks[name])).to_contain_text(number)
        desks[name].get_by_role("button", name="Accept").click()
        expect(phone.get_by_role("status").filter(has_text=f"With {name.capitalize()}")).to_be_attached()
        phone.get_by_role("button", name="Hang up").click()
        desks[name].get_by_role("button", name="Clear contact").click()
        expect(desks[name].get_by_text("You are available")).to_be_visible()

    # Step 5: a new customer is answered by the least loaded agent.
    call_from("+12025550199", "ben")
    # Step 6: an existing customer by their own, who has more work.
    call_from("+12025550171", "chloe")
    # Step 7: the workload is changed on its page, and with it who answers a new customer.
    tables = opened("/tables", "eva")
    tables.get_by_label("Why you change something").fill("three new cases came in")
    tables.get_by_role("button", name="Edit mortgage-originations ben").click()
    tables.get_by_role("textbox", name="workload", exact=True).fill("30")
    tables.get_by_role("button", name="Save").click()
    expect(tables.get_by_role("status").filter(has_text="is written")).to_be_visible()
    call_from("+12025550198", "chloe")
