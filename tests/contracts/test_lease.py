"""What every lease promises. A new one joins by one line in `LEASES`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.adapters.journals.lease import FolderLease
from evenhand.errors import DataFolderBusy
from evenhand.host.memory import LeaseCell, MemoryLease
from evenhand.host.ports import Lease


def _memory(folder: Path) -> Callable[[], Lease]:
    cell = LeaseCell()
    return lambda: MemoryLease(cell)


LEASES: dict[str, Callable[[Path], Callable[[], Lease]]] = {
    "memory": _memory,
    "folder": lambda folder: lambda: FolderLease(folder / "data"),
}


@pytest.fixture(params=LEASES)
def lease(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Lease]:
    """Makes leases of one and the same centre."""
    return LEASES[request.param](tmp_path)


def test_one_owner_at_a_time(lease: Callable[[], Lease]) -> None:
    """While there is an owner nobody else becomes it, and the owner does not either."""
    first, second = lease(), lease()
    first.acquire()
    with pytest.raises(DataFolderBusy) as refused:
        second.acquire()
    assert refused.value.way_out
    with pytest.raises(DataFolderBusy):
        first.acquire()
    first.release()


def test_the_fence_only_grows(lease: Callable[[], Lease]) -> None:
    """Each owner has a greater fence than all before, the same lease taken again included."""
    fences = []
    for owner in (lease(), lease()):
        for _ in range(2):
            fences.append(owner.acquire())
            owner.release()
    assert fences[0] > 0
    assert fences == sorted(set(fences))


def test_releasing_twice_is_fine(lease: Callable[[], Lease]) -> None:
    """Releasing without owning changes nothing, least of all for the one who owns."""
    first, second = lease(), lease()
    second.release()
    first.acquire()
    second.release()
    with pytest.raises(DataFolderBusy):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()
