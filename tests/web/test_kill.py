"""The server dies in the middle of a call, and both pages find their way back."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from evenhand.adapters.web.accounts import Accounts, User
from tests.web.conftest import PASSWORD
from tests.web.test_desk_page import available, dial


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], tuple[str, subprocess.Popen[str]]]]:
    """Starts `evenhand up` as a process of its own, always on the same port."""
    (folder / "data").mkdir()
    accounts = Accounts(folder / "data" / "accounts.db")
    accounts.add_user(User("ben", "agent", "ben"), PASSWORD)
    accounts.close()
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    running: list[subprocess.Popen[str]] = []

    def begin() -> tuple[str, subprocess.Popen[str]]:
        command = [sys.executable, "-m", "evenhand", "up", str(folder), "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        assert "is open" in process.stdout.readline()
        return f"http://127.0.0.1:{port}", process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def test_both_pages_recover_after_a_crash(
    browser: Browser, start: Callable[[], tuple[str, subprocess.Popen[str]]]
) -> None:
    url, process = start()
    desk, phone = _page(browser, url + "/desk"), _page(browser, url + "/phone")
    desk.get_by_label("Name").fill("ben")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("main").get_by_role("button", name="Log in").click()
    available(desk)
    dial(phone)
    desk.get_by_role("button", name="Accept").click()
    phone.get_by_label("Message").fill("before the crash")
    phone.get_by_label("Message").press("Enter")
    expect(desk.get_by_role("log")).to_contain_text("before the crash")

    process.send_signal(signal.SIGKILL)
    process.wait()
    expect(phone.get_by_text("Connection lost")).to_be_visible()
    expect(desk.get_by_text("Connection lost")).to_be_visible()

    start()
    expect(phone.get_by_text("Connection lost")).to_be_hidden()
    expect(desk.get_by_text("Connection lost")).to_be_hidden()
    expect(phone.get_by_role("status").filter(has_text="With Ben")).to_be_attached()
    desk.get_by_label("Message").fill("after the crash")
    desk.get_by_label("Message").press("Enter")
    expect(phone.get_by_role("log")).to_contain_text("before the crash")
    expect(phone.get_by_role("log")).to_contain_text("after the crash")
    phone.get_by_role("button", name="Hang up").click()
    expect(desk.get_by_text("The customer hung up.")).to_be_visible()


def _page(browser: Browser, address: str) -> Page:
    context = browser.new_context()
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(address)
    return page
