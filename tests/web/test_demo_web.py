"""The demonstration on the web: real people beside simulated ones."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.web.app import make_app
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.server import serving
from evenhand.cli.demo_web import open_demo
from evenhand.model.facts import AgentChosen, ContactConnected, ContactEnded, Fact
from tests.web.conftest import Visitor, Watcher


class Facts:
    """Waits for a fact."""

    def __init__(self) -> None:
        self.seen: list[Fact] = []
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def publish(self, entries: Any) -> None:
        for entry in entries:
            self.seen.extend(entry.facts)
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def of(self, kind: type, wanted: Callable[[Any], bool]) -> Any:
        async with asyncio.timeout(30), self._news:
            while True:
                found = [one for one in self.seen if isinstance(one, kind) and wanted(one)]
                if found:
                    return found[0]
                await self._news.wait()


def in_demo(folder: Path, work: Callable[[WebCentre, Facts, int], Coroutine[Any, Any, None]]) -> None:
    """Do this in a demonstration that runs fast."""

    async def run() -> None:
        facts = Facts()
        async with open_demo(folder, 1, 20.0, facts) as web, serving(make_app(web), port=0) as port:
            await work(web, facts, port)

    asyncio.run(run())


def test_the_demonstration_plays_by_itself(tmp_path: Path) -> None:
    async def work(web: WebCentre, facts: Facts, port: int) -> None:
        await facts.of(AgentChosen, lambda fact: True)
        await facts.of(ContactConnected, lambda fact: True)

    in_demo(tmp_path, work)


def test_a_real_customer_is_answered_by_a_simulated_agent_who_says_so(tmp_path: Path) -> None:
    async def work(web: WebCentre, facts: Facts, port: int) -> None:
        customer = Visitor(port)
        wish = {"dialled": "+12025550100", "number": "+12025550199"}
        begun = (await asyncio.to_thread(customer.ask, "POST", "/phone", wish)).json
        watcher = Watcher(lambda rows: any("simulated agent" in row.get("text", "") for row in rows.values()))
        web.hub.follow(f"chat/{begun['phone']}", watcher)
        await asyncio.wait_for(watcher.found, 30)
        ended = await facts.of(ContactEnded, lambda fact: fact.contact_id.startswith(begun["contactId"]))
        assert ended.reason == "AGENT_DISCONNECT", "nobody plays the customer"

    in_demo(tmp_path, work)


def test_nobody_plays_an_agent_who_is_at_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.cli.demo_people.AWAY_SECONDS", 0.1)

    async def work(web: WebCentre, facts: Facts, port: int) -> None:
        for name in ("anna", "ben", "chloe"):
            web.presence.came(name)
        missed = await facts.of(AgentChosen, lambda fact: True)
        agent = missed.decision.agent
        watcher = Watcher(lambda rows: any(row.get("state") == "missed" for row in rows.values()))
        web.hub.follow(f"desk/{agent}", watcher)
        await asyncio.wait_for(watcher.found, 30)
        assert not [one for one in facts.seen if isinstance(one, ContactConnected)]
        # They leave: somebody plays them again, and clears what was missed.
        for name in ("anna", "ben", "chloe"):
            web.presence.left(name)
        await facts.of(ContactConnected, lambda fact: True)

    in_demo(tmp_path, work)


def test_the_logins_of_the_demonstration_work_and_are_told(tmp_path: Path) -> None:
    async def work(web: WebCentre, facts: Facts, port: int) -> None:
        directory = await asyncio.to_thread(Visitor(port).get, "/directory")
        logins = {one["name"]: one["password"] for one in directory["logins"]}
        assert set(logins) == {"eva", "root", "anna", "ben", "chloe"}
        assert {one["ownAgent"] for one in directory["customers"]} >= {"", "chloe"}
        await asyncio.to_thread(Visitor(port).log_in, "ben", logins["ben"])

    in_demo(tmp_path, work)


def test_the_command_tells_the_addresses_and_ends_with_a_summary() -> None:
    command = [sys.executable, "-m", "evenhand", "demo", "--web", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            if "Ctrl-C stops it" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(timeout=60) == 0
    assert re.search(r"http://127\.0\.0\.1:\d+/board", told)
    assert re.search(r"eva +supervisor +password +\w+-\w+-\w+-\d\d", told)
    assert "Summary\n  contacts " in rest


def test_plain_wins_over_web() -> None:
    command = [sys.executable, "-m", "evenhand", "demo", "--web", "--plain", "--minutes", "0.02"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "http://" not in done.stdout
