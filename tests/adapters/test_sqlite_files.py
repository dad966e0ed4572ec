"""The SQLite journal and tables against full disks, sudden death, other files and other processes."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evenhand.adapters.journals.lease import FolderLease
from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.errors import DataFolderBusy, JournalUnavailable, OutsideFailure, TablesUnavailable
from evenhand.host.ports import Entry, QueueRecord, Snapshot
from evenhand.model.inputs import ContactHungUp, Tick

_APPENDER = """
import sys
from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.host.ports import Entry
from evenhand.model.inputs import Tick
journal = SqliteJournal(sys.argv[1])
following = 1
while True:
    journal.append(1, following, [Entry(following + n, 0.0, Tick()) for n in range(3)])
    following += 3
    print(following - 1, flush=True)
"""

_SMALL_LIMIT = """
import resource, signal, sys
from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.errors import JournalUnavailable
from evenhand.host.ports import Entry
from evenhand.model.inputs import ContactHungUp
journal = SqliteJournal(sys.argv[1])
journal.append(1, 1, [Entry(1, 0.0, ContactHungUp("first"))])
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
batch = [Entry(2 + n, 0.0, ContactHungUp("x" * 1000)) for n in range(1000)]
try:
    journal.append(1, 2, batch)
except JournalUnavailable as error:
    print(error)
assert journal.last_sequence() == 1
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
journal.append(1, 2, batch)
assert journal.last_sequence() == 1001
journal.close()
"""

_OWNER = """
import sys
from evenhand.adapters.journals.lease import FolderLease
lease = FolderLease(sys.argv[1])
print(lease.acquire(), flush=True)
sys.stdin.read()
"""


def test_a_full_disk_keeps_nothing_of_the_batch(tmp_path: Path) -> None:
    """On a full disk an append is refused whole with the way out, and done when there is space again."""
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path)
    journal.append(1, 1, [Entry(1, 0.0, Tick())])
    connection = journal._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    batch = [Entry(2 + number, 0.0, ContactHungUp("c" * 500)) for number in range(50)]
    for _ in range(2):
        with pytest.raises(JournalUnavailable) as refused:
            journal.append(1, 2, batch)
    assert f"the disk is full under {path}" in refused.value.message
    assert "free space" in refused.value.way_out
    assert journal.last_sequence() == 1
    with pytest.raises(JournalUnavailable, match="disk is full"):
        journal.save_snapshot(1, Snapshot(1, b"x" * 100_000))
    journal.append(1, 2, [Entry(2, 0.0, ContactHungUp("c" * 500))])
    connection.execute("PRAGMA max_page_count = 1000000")
    journal.append(1, 2, batch)
    assert journal.last_sequence() == 51
    journal.close()


def test_a_file_that_may_not_grow_is_survived(tmp_path: Path) -> None:
    """When the system refuses to write, nothing is kept, and the same append succeeds once it may."""
    done = subprocess.run(
        [sys.executable, "-c", _SMALL_LIMIT, tmp_path / "journal.db"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "way out" in done.stdout


def test_what_was_acknowledged_survives_sudden_death(tmp_path: Path) -> None:
    """After kill -9 in the midst of appends all acknowledged entries are there, whole batches, no gap."""
    path = tmp_path / "journal.db"
    with subprocess.Popen([sys.executable, "-c", _APPENDER, path], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for _ in range(40):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split()
        acknowledged = int(rest[-1]) if rest else 120
    journal = SqliteJournal(path)
    sequences = [entry.sequence for entry in journal.read()]
    assert len(sequences) >= acknowledged >= 120
    assert len(sequences) % 3 == 0
    assert sequences == list(range(1, len(sequences) + 1))
    journal.append(2, len(sequences) + 1, [Entry(len(sequences) + 1, 0.0, Tick())])
    journal.close()


def test_a_journal_is_opened_again(tmp_path: Path) -> None:
    """Entries, the snapshot and the fence are there after the file was closed and opened."""
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.append(7, 1, [Entry(1, 0.0, Tick())])
    for sequence in (1, 2, 3):
        journal.save_snapshot(7, Snapshot(sequence, b"%d" % sequence))
    journal.close()
    journal.close()
    again = SqliteJournal(tmp_path / "journal.db")
    assert (again.last_sequence(), again.latest_snapshot()) == (1, Snapshot(3, b"3"))
    kept = again._connection.execute("SELECT sequence FROM snapshots ORDER BY sequence").fetchall()
    assert kept == [(2,), (3,)]
    with pytest.raises(OutsideFailure, match="fence 6 is stale"):
        again.append(6, 2, [])
    again.close()


def test_a_journal_may_be_called_from_another_thread(tmp_path: Path) -> None:
    """A worker thread appends while the opening thread reads."""
    journal = SqliteJournal(tmp_path / "journal.db")
    with ThreadPoolExecutor(1) as worker:
        for sequence in range(1, 20):
            worker.submit(journal.append, 1, sequence, [Entry(sequence, 0.0, Tick())]).result()
    assert journal.last_sequence() == 19
    journal.close()


def test_an_entry_without_a_json_form_is_refused(tmp_path: Path) -> None:
    """An entry that could not be read back is not written."""
    journal = SqliteJournal(tmp_path / "journal.db")
    with pytest.raises(JournalUnavailable, match="no JSON form"):
        journal.append(1, 1, [Entry(1, 0.0, object())])  # type: ignore[arg-type]
    with pytest.raises(JournalUnavailable, match="no JSON form"):
        journal.append(1, 1, [Entry(1, float("nan"), Tick())])
    assert journal.last_sequence() == 0
    journal.close()


def test_a_closed_journal_says_so(tmp_path: Path) -> None:
    """Using a closed file is an error of the outside, not one of SQLite."""
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.close()
    with pytest.raises(JournalUnavailable, match="closed"):
        journal.append(1, 1, [])
    with pytest.raises(JournalUnavailable, match="closed"):
        list(journal.read())


def test_files_of_another_kind_are_left_alone(tmp_path: Path) -> None:
    """A text file, a foreign database and the tables are no journal, nor is a journal the tables."""
    text = tmp_path / "notes.txt"
    text.write_text("not a database\n" * 100)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    SqliteTables(tmp_path / "tables.db").close()
    SqliteJournal(tmp_path / "journal.db").close()
    for name in ("notes.txt", "foreign.db", "tables.db"):
        with pytest.raises(JournalUnavailable) as refused:
            SqliteJournal(tmp_path / name)
        assert refused.value.where == str(tmp_path / name)
        assert refused.value.way_out
    with pytest.raises(TablesUnavailable, match="not a file of Evenhand's tables"):
        SqliteTables(tmp_path / "journal.db")
    assert text.read_text().startswith("not a database")


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    """A file that a later version wrote is not touched."""
    path = tmp_path / "evenhand.db"
    SqliteTables(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(TablesUnavailable, match="format 99"):
        SqliteTables(path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A path in a folder that is not there names the folder in the way out."""
    with pytest.raises(TablesUnavailable) as refused:
        SqliteTables(tmp_path / "nowhere" / "evenhand.db")
    assert str(tmp_path / "nowhere") in refused.value.way_out


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """Several that open the same new file at the same moment all get it."""
    for number in range(5):
        path = tmp_path / f"{number}.db"
        with ThreadPoolExecutor(8) as openers:
            opened = list(openers.map(SqliteTables, [path] * 8))
        opened[0].set_workload("a", "ana", 1)
        assert all(len(each.workloads()) == 1 for each in opened)
        for each in opened:
            each.close()


def test_the_question_for_the_least_loaded_reads_only_the_index(tmp_path: Path) -> None:
    """The hot question is answered from one covering index, without sorting."""
    tables = SqliteTables(tmp_path / "evenhand.db")
    plan = tables._file.ask(
        "EXPLAIN QUERY PLAN SELECT callType, agentName, workload FROM AgentWorkload "
        "WHERE callType = 'a' ORDER BY workload, agentName LIMIT 3"
    )
    tables.close()
    assert len(plan) == 1
    assert "COVERING INDEX LeastLoaded" in plan[0][3]


def test_expired_records_are_removed(tmp_path: Path) -> None:
    """Writing a queue record removes those that are over, so that the table does not grow for ever."""
    tables = SqliteTables(tmp_path / "evenhand.db")
    tables.put_queue_record(QueueRecord("c1", "03/01/2026 09:00:00"), expires_at=200, now=100)
    tables.put_queue_record(QueueRecord("c2", "03/01/2026 09:00:00"), expires_at=400, now=300)
    assert [row["callId"] for row in tables.rows("queues")] == ["c2"]
    tables.close()


def test_a_dead_owner_leaves_the_folder_free(tmp_path: Path) -> None:
    """The refusal names folder and owner; when the owner is killed the next one has a greater fence."""
    folder = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER, folder], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        first = int(owner.stdout.readline())
        lease = FolderLease(folder)
        with pytest.raises(DataFolderBusy) as refused:
            lease.acquire()
        assert str(folder) in refused.value.message
        assert str(owner.pid) in refused.value.message
        assert "stop process" in refused.value.way_out
        owner.kill()
    assert lease.acquire() > first
    lease.release()


def test_a_damaged_fence_is_not_guessed(tmp_path: Path) -> None:
    """A fence file without a number stops the start and says what to write into it."""
    (tmp_path / "fence").write_text("")
    lease = FolderLease(tmp_path)
    with pytest.raises(JournalUnavailable, match="holds no number"):
        lease.acquire()
    (tmp_path / "fence").write_text("41\n")
    assert lease.acquire() == 42
    lease.release()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A data folder in the place of a file is refused with the way out."""
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalUnavailable) as refused:
        FolderLease(tmp_path / "file" / "data").acquire()
    assert refused.value.way_out
