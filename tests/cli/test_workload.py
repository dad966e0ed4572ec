"""`evenhand workload` as a person uses it, and a running centre that is pushed to."""

from __future__ import annotations

import asyncio
import json
import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evenhand.cli.app import run
from evenhand.cli.init import write_starter
from evenhand.cli.running import open_centre
from evenhand.host.clock import RealClock
from evenhand.host.ports import Media, Notices
from evenhand.model.effects import Effect

FILES = """
[[workload.sources]]
name = "files"
kind = "csv"
file = "files.csv"
weights = { file = { new = 2 }, workload = 1 }
"""
GOOD = "agentName,callType,kind,state,workload\nanna,mortgage-originations,file,new,3\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    write_starter(tmp_path / "desk")
    return tmp_path / "desk"


def add(folder: Path, sources: str) -> None:
    """Write these sources into the definition."""
    file = folder / "centre.toml"
    before, mark, after = file.read_text().partition("\n# The rows a new database starts with.")
    assert mark
    file.write_text(before + sources + mark + after)


def told(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> tuple[Any, str]:
    with pytest.raises(SystemExit) as left:
        run(["workload", "--centre", str(folder), *more])
    return left.value.code, capsys.readouterr().out


def test_the_table_alone_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a list of sources the table is the one; a look makes no database."""
    code, out = told(capsys, folder)
    assert code == 0
    assert "table AgentWorkload (table, every 15 s, stale after 300 s)" in out
    assert "workload 5 × 1" in out
    assert not (folder / "evenhand.db").exists()


def test_json_holds_all_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Work by kind, state, amount and weight, and the sums."""
    (folder / "files.csv").write_text(GOOD + "zoe,mortgage-originations,file,new,1\n")
    add(folder, FILES)
    code, out = told(capsys, folder, "--json")
    shown = json.loads(out)
    assert code == 0
    (source,) = shown["sources"]
    assert source["agents"][0]["work"] == [{"kind": "file", "state": "new", "amount": 3.0, "weight": 2.0}]
    assert shown["loads"] == [
        {"agent": "anna", "call_type": "mortgage-originations", "load": 6.0, "known": True},
        {"agent": "zoe", "call_type": "mortgage-originations", "load": 2.0, "known": False},
    ]


def test_bad_rows_are_told_and_are_code_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its line and the way out."""
    (folder / "files.csv").write_text(GOOD + "ben,,file,new,x\n")
    add(folder, FILES)
    code, out = told(capsys, folder)
    assert code == 1
    assert "not taken: 1 of 2 rows cannot be taken" in out
    assert "line 3: call_type: It is missing." in out
    assert "line 3: amount: 'x' is not a number." in out


def test_a_source_that_cannot_be_reached_is_code_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are shown all the same."""
    (folder / "files.csv").write_text(GOOD)
    add(folder, FILES + '[[workload.sources]]\nname = "web"\nkind = "http"\nurl = "http://127.0.0.1:1/"\n')
    code, out = told(capsys, folder)
    assert code == 3
    assert "not taken: http://127.0.0.1:1/ cannot be reached" in out
    assert "file new 3 × 2" in out


def test_a_test_call_knows_all_sources(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`evenhand call` reads them once and shows the sum; a source that fails is no end.

    The flow's own list comes from the articles' function, which reads the table alone.
    """
    rows = "".join(f"{name},mortgage-originations,,,{load}\n" for name, load in [("anna", 1), ("ben", 90)])
    (folder / "files.csv").write_text("agentName,callType,kind,state,workload\n" + rows)
    web = '[[workload.sources]]\nname = "web"\nkind = "http"\nurl = "http://127.0.0.1:1/"\n'
    table = '[[workload.sources]]\nname = "table"\n'
    add(folder, FILES + table + web)
    script = folder / "one.call"
    script.write_text("expect-agent ben\nhangup\n")
    with pytest.raises(SystemExit) as left:
        run(
            ["call", "+12025550102", "--centre", str(folder), "--script", str(script), "--as", "+12025550123"]
        )
    out = capsys.readouterr().out
    assert left.value.code in (0, None), out
    assert "chosen: ben is the first available of the flow's list, work 95" in out


class Silence:
    def attach(self, send: object) -> None:
        pass

    def perform(self, effect: Effect, now: float) -> None:
        pass


def silent(clock: RealClock) -> tuple[Media, list[Notices]]:
    return Silence(), []


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def post(port: int, name: str, token: str, body: Any) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/workload/{name}",
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_a_running_centre_is_pushed_to(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is posted is in the journal when 202 comes back; a wrong token, path or body changes nothing."""
    port = free_port()
    monkeypatch.setenv("PORTAL_TOKEN", "s3cret")
    push = f'[[workload.sources]]\nname = "portal"\nkind = "push"\nlisten = "127.0.0.1:{port}"\ntoken_from = "PORTAL_TOKEN"\n'
    (folder / "files.csv").write_text(GOOD)
    add(folder, FILES + push)
    row = {"agent": "anna", "callType": "mortgage-originations", "amount": 5}

    async def story() -> None:
        async with open_centre(folder, tmp_path / "data", silent) as running:
            workload = running.host.centre.workload

            def load() -> float:
                return workload.load("mortgage-originations", "anna")

            before = load()
            event = {"event": "e1", "at": datetime.now(UTC).isoformat(), "rows": [row]}
            assert (await asyncio.to_thread(post, port, "portal", "wrong", event))[0] == 401
            assert (await asyncio.to_thread(post, port, "other", "s3cret", event))[0] == 404
            assert (await asyncio.to_thread(post, port, "portal", "s3cret", b"{"))[0] == 400
            assert load() == before
            assert await asyncio.to_thread(post, port, "portal", "s3cret", event) == (
                202,
                {"event": "e1", "taken": 1, "ignored": 0},
            )
            assert load() == before + 5.0
            assert (await asyncio.to_thread(post, port, "portal", "s3cret", event))[0] == 200
            assert load() == before + 5.0
        again = await asyncio.to_thread(refused, port)
        assert again

    def refused(port: int) -> bool:
        try:
            post(port, "portal", "s3cret", b"")
        except urllib.error.URLError:
            return True
        return False

    asyncio.run(story())


def test_what_was_pushed_is_known_after_a_restart(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It came through the journal; without the token the centre opens and says that nobody can push."""
    port = free_port()
    monkeypatch.setenv("PORTAL_TOKEN", "s3cret")
    push = f'[[workload.sources]]\nname = "portal"\nkind = "push"\nlisten = "127.0.0.1:{port}"\ntoken_from = "PORTAL_TOKEN"\n'
    add(folder, push)
    row = {"agent": "anna", "callType": "mortgage-originations", "amount": 5}

    async def first() -> None:
        async with open_centre(folder, tmp_path / "data", silent):
            event = {"event": "e1", "at": datetime.now(UTC).isoformat(), "rows": [row]}
            assert (await asyncio.to_thread(post, port, "portal", "s3cret", event))[0] == 202

    async def second() -> None:
        async with open_centre(folder, tmp_path / "data", silent) as running:
            workload = running.host.centre.workload
            assert workload.load("mortgage-originations", "anna") == 5.0
            assert "PORTAL_TOKEN is not set" in workload.source

    asyncio.run(first())
    monkeypatch.delenv("PORTAL_TOKEN")
    asyncio.run(second())


def test_a_port_that_is_taken_is_told_and_the_centre_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A bad outside cannot stop the inside."""
    monkeypatch.setenv("PORTAL_TOKEN", "s3cret")

    async def story(port: int) -> None:
        async with open_centre(folder, tmp_path / "data", silent) as running:
            assert f"nobody can push to 127.0.0.1:{port}" in running.host.centre.workload.source

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = int(holder.getsockname()[1])
        add(
            folder,
            f'[[workload.sources]]\nname = "portal"\nkind = "push"\nlisten = "127.0.0.1:{port}"\ntoken_from = "PORTAL_TOKEN"\n',
        )
        asyncio.run(story(port))
