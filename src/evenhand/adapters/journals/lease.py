"""One owner of a data folder at a time: a lock that dies with its process, and a number that only grows."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from evenhand.errors import DataFolderBusy, JournalUnavailable

__all__ = ["FolderLease"]


class FolderLease:
    """The lease of a data folder: `owner.lock` holds the lock and the owner's process id, `fence` the number.

    The system takes the lock away when the process ends, however it ends.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._lock: int | None = None

    def acquire(self) -> int:
        """Become the owner; answers a fence greater than any before, already on the disk.

        Raises DataFolderBusy, or JournalUnavailable if the folder cannot be written.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self._folder / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise self._busy(os.pread(lock, 32, 0).decode("ascii", "replace").strip()) from None
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
            fence = self._next_fence()
        except OSError as error:
            os.close(lock)
            raise self._unwritable(error) from error
        except BaseException:
            os.close(lock)
            raise
        self._lock = lock
        return fence

    def release(self) -> None:
        """Give it up; doing so twice is fine."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _next_fence(self) -> int:
        """The next number, written to a new file that takes the old one's place, so it is never half there."""
        file = self._folder / "fence"
        try:
            text = file.read_text(encoding="ascii") if file.exists() else "0"
            fence = int(text) + 1
        except ValueError:
            raise JournalUnavailable(
                f"the file {file} holds no number",
                where=str(self._folder),
                way_out="write into it a whole number greater than any fence of the journal.",
            ) from None
        new = file.with_name("fence.new")
        with new.open("w", encoding="ascii") as stream:
            stream.write(f"{fence}\n")
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return fence

    def _busy(self, owner: str) -> DataFolderBusy:
        return DataFolderBusy(
            f"process {owner or 'of another user'} works in the data folder {self._folder.absolute()}",
            way_out=f"stop process {owner}, or choose another data folder."
            if owner
            else "choose another one.",
        )

    def _unwritable(self, error: OSError) -> JournalUnavailable:
        return JournalUnavailable(
            f"the data folder cannot be written: {error.strerror}",
            where=str(self._folder.absolute()),
            way_out="give a folder that you may write to, on a disk that has space.",
        )
