"""The live shell: one loop, one clock, one timer, and the ports.

An input is handled at once; its effects wait until it is in the journal with its facts (save, then do). All
that was handled while one commit ran is in the next one, so that a hundred inputs cost one commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from evenhand.centre.centre import Centre
from evenhand.centre.snapshot import snapshot, write_state
from evenhand.errors import EvenhandError, IllegalInput, JournalUnavailable, OutsideFailure
from evenhand.host.clock import Clock
from evenhand.host.models import NoModels, scored
from evenhand.host.ports import (
    Answer,
    Entry,
    Functions,
    Journal,
    Media,
    Models,
    Notices,
    Services,
    Snapshot,
)
from evenhand.host.services import NoServices, asked
from evenhand.model.effects import AskService, Effect, InvokeFunction, ScoreCandidates
from evenhand.model.inputs import (
    ContactArrived,
    FunctionAnswered,
    FunctionFailed,
    Input,
    ServiceAnswered,
    ServiceFailed,
    Tick,
)

__all__ = ["Host"]

_MOST_UNSAVED = 50_000
_RETRY_SECONDS = (0.05, 0.2, 0.5, 1.0, 2.0)


def _check_form(input: Input) -> None:
    """Refuse what a journal could not give back: entries that cannot be read again would end every recovery."""
    try:
        msgspec.json.decode(msgspec.json.encode(input), type=Input)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise IllegalInput(
            f"{type(input).__name__} has no form that can be kept: {error}",
            way_out="give values of the documented types, text without half characters",
        ) from error


class Host:
    """Runs one machine live. Create it inside a running loop; end with `close`.

    `problem` is told, once, when something outside fails, and once when it works again.
    """

    def __init__(
        self,
        centre: Centre,
        *,
        journal: Journal,
        fence: int,
        clock: Clock,
        media: Media,
        functions: Functions,
        services: Services | None = None,
        models: Models | None = None,
        notices: Sequence[Notices] = (),
        sequence: int = 0,
        snapshot_every: int = 5_000,
        problem: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.centre = centre
        self.clock = clock
        self._journal = journal
        self._fence = fence
        self._media = media
        self._functions = functions
        self._services: Services = services if services is not None else NoServices()
        self._models: Models = models if models is not None else NoModels()
        self._notices = tuple(notices)
        self._problem = problem
        self._snapshot_every = snapshot_every
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._sequence = sequence
        self._performed = sequence
        self._last_snapshot = sequence
        self._waiting_snapshot: Snapshot | None = None
        self._unsaved: list[tuple[Entry, tuple[Effect, ...]]] = []
        self._saved: dict[int, list[asyncio.Future[None]]] = {}
        self._work = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: float | None = None
        self._invocations: set[asyncio.Task[None]] = set()
        self._closing = False
        self._closed = False
        self.failure: EvenhandError | None = None
        media.attach(self.tell)
        self._writer = asyncio.create_task(self._write())
        self._arm()

    # --- the way in -----------------------------------------------------------------------------------

    def send(self, input: Input) -> int:
        """Something happened now. Answers the entry's sequence; raises IllegalInput when it cannot be."""
        self._check_open()
        _check_form(input)
        if len(self._unsaved) >= _MOST_UNSAVED and isinstance(input, ContactArrived):
            raise JournalUnavailable(
                f"{len(self._unsaved):,} inputs are waiting to be saved; no new contacts until the journal works",
                way_out="free space for the journal; contacts that are here already are kept",
            )
        now = self.clock.now()
        due = self.centre.wake_at()
        if due is not None and due <= now and not isinstance(input, Tick):
            self._handle(Tick(), now)
        self._handle(input, now)
        self._arm()
        return self._sequence

    def tell(self, input: Input) -> None:
        """The same for the outside, whose news may come too late: what cannot be any more is let go."""
        if self.failure is not None or self._closed:
            return
        try:
            self.send(input)
        except IllegalInput:
            return
        except EvenhandError:
            # A failure of the host has been told already.
            if self.failure is None:
                raise

    def _check_open(self) -> None:
        if self.failure is not None:
            raise self.failure
        if self._closed:
            raise JournalUnavailable(
                "the centre is closed; nothing more can be saved", way_out="open the centre again"
            )

    async def saved(self, sequence: int) -> None:
        """Wait until this entry is durable and its effects were handed out."""
        if sequence > self._performed:
            self._check_open()
            future = self._loop.create_future()
            self._saved.setdefault(sequence, []).append(future)
            await future

    async def check_journal(self) -> None:
        """Raises what stands in the way of saving now. It waits behind what is being saved."""
        self._check_open()
        await self._loop.run_in_executor(self._thread, self._journal.check, self._fence)

    def redo(self, effects: Sequence[Effect]) -> None:
        """Do these again after a crash, under the ids they had."""
        for effect in effects:
            self._perform(effect)

    def _handle(self, input: Input, now: float) -> None:
        try:
            outcome = self.centre.handle(input, now)
        except IllegalInput:
            raise
        except Exception as error:
            # Half a turn is in the machine, and must not come into the journal: what stands there is whole.
            failure = _broken(f"the machine, told {type(input).__name__},", error)
            self._fail(failure)
            raise failure from error
        self._sequence += 1
        entry = Entry(self._sequence, now, input, outcome.facts, self._performed)
        self._unsaved.append((entry, outcome.effects))
        self._work.set()
        if self._sequence - self._last_snapshot >= self._snapshot_every and self._waiting_snapshot is None:
            self._last_snapshot = self._sequence
            self._waiting_snapshot = Snapshot(self._sequence, write_state(snapshot(self.centre)))

    # --- time -----------------------------------------------------------------------------------------

    def _arm(self) -> None:
        due = self.centre.wake_at()
        if due == self._timer_at and self._timer is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_at = due
        if due is not None and not self._closing:
            wait = max(0.0, self.clock.real_seconds(due - self.clock.now()))
            self._timer = self._loop.call_later(wait, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now, due = self.clock.now(), self.centre.wake_at()
        if self.failure is None:
            # A tick that comes too early changes nothing and is not history.
            if due is not None and due <= now:
                self.tell(Tick())
            else:
                self._arm()

    # --- save, then do --------------------------------------------------------------------------------

    async def _write(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            batch, self._unsaved = self._unsaved, []
            if not batch:
                if self._closing:
                    return
                continue
            try:
                await self._save([entry for entry, _ in batch])
                self._hand_out(batch)
                await self._keep_snapshot()
            except EvenhandError as error:
                self._fail(error)
                return
            except Exception as error:
                # Adapters promise not to raise; one that does must not stop the centre in silence.
                self._fail(_broken("an adapter", error))
                return
            if self._closing and not self._unsaved:
                return

    async def _save(self, entries: list[Entry]) -> None:
        """Append, trying again for as long as it takes: nothing is done that is not saved."""
        append = partial(self._journal.append, self._fence, entries[0].sequence, entries)
        tries = 0
        while True:
            try:
                await self._loop.run_in_executor(self._thread, append)
            except JournalUnavailable as error:
                if self._closing:
                    raise JournalUnavailable(
                        f"stopped with {len(entries)} inputs that could not be saved: {error.message}",
                        way_out=error.way_out,
                    ) from error
                if tries == 0:
                    self._problem(str(error))
                await asyncio.sleep(_RETRY_SECONDS[min(tries, len(_RETRY_SECONDS) - 1)])
                tries += 1
                continue
            if tries:
                self._problem("the journal works again; nothing was lost")
            return

    def _hand_out(self, batch: list[tuple[Entry, tuple[Effect, ...]]]) -> None:
        entries = [entry for entry, _ in batch]
        for notice in self._notices:
            notice.publish(entries)
        for _, effects in batch:
            for effect in effects:
                self._perform(effect)
        self._performed = entries[-1].sequence
        for sequence in [one for one in self._saved if one <= self._performed]:
            for future in self._saved.pop(sequence):
                if not future.done():
                    future.set_result(None)

    async def _keep_snapshot(self) -> None:
        """A snapshot is kept once everything before it was done, so that recovery from it redoes nothing."""
        waiting = self._waiting_snapshot
        if waiting is not None and waiting.sequence <= self._performed:
            self._waiting_snapshot = None
            try:
                save = partial(self._journal.save_snapshot, self._fence, waiting)
                await self._loop.run_in_executor(self._thread, save)
            except JournalUnavailable as error:
                # Recovery takes longer without it; nothing else is lost.
                self._problem(str(error))

    def _fail(self, error: EvenhandError) -> None:
        self.failure = error
        self._problem(str(error))
        for futures in self._saved.values():
            for future in futures:
                if not future.done():
                    future.set_exception(error)
        self._saved.clear()

    # --- effects --------------------------------------------------------------------------------------

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, InvokeFunction):
            self._keep(self._loop.create_task(self._invoke(effect)))
        elif isinstance(effect, AskService):
            self._keep(self._loop.create_task(self._ask(effect)))
        elif isinstance(effect, ScoreCandidates):
            self._keep(self._loop.create_task(self._score(effect)))
        else:
            self._media.perform(effect, self.clock.now())

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._invocations.add(task)
        task.add_done_callback(self._invocations.discard)

    async def _ask(self, effect: AskService) -> None:
        answer = await asked(self._services, effect, self.clock.real_seconds(effect.time_limit))
        if self.failure is not None:
            return
        if answer.ok:
            self.tell(ServiceAnswered(effect.contact_id, effect.id, answer.outcome, answer.result))
        else:
            detail = _writable(answer.detail)
            self.tell(ServiceFailed(effect.contact_id, effect.id, answer.reason, detail))

    async def _score(self, effect: ScoreCandidates) -> None:
        told = await scored(self._models, effect, self.clock.real_seconds(effect.time_limit))
        if self.failure is None:
            self.tell(told)

    async def _invoke(self, effect: InvokeFunction) -> None:
        try:
            answer = await self._functions.invoke(
                effect.function, effect.event, request_id=effect.id, time_limit=effect.time_limit
            )
        except Exception as error:
            answer = Answer(False, reason="crashed", detail=f"{type(error).__name__}: {error}")
        if effect.asynchronous or self.failure is not None:
            return
        if answer.ok:
            self.tell(FunctionAnswered(effect.contact_id, effect.id, _writable(answer.payload)))
        else:
            detail = _writable(answer.detail)
            self.tell(FunctionFailed(effect.contact_id, effect.id, answer.reason, detail))

    # --- the end --------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Save what is there, keep a snapshot, stop. The journal itself stays the caller's."""
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        for task in list(self._invocations):
            task.cancel()
        await asyncio.gather(*self._invocations, return_exceptions=True)
        self._work.set()
        try:
            await self._writer
            self._closed = True
            if self.failure is None and self._sequence == self._performed:
                kept = Snapshot(self._sequence, write_state(snapshot(self.centre)))
                save = partial(self._journal.save_snapshot, self._fence, kept)
                await self._loop.run_in_executor(self._thread, save)
        except EvenhandError as error:
            self._problem(str(error))
        finally:
            self._closed = True
            self._thread.shutdown(wait=True)


def _broken(what: str, error: Exception) -> OutsideFailure:
    return OutsideFailure(
        f"{what} failed where it must not: {type(error).__name__}: {error}",
        way_out="start the centre again: it goes on from its journal; and report this.",
    )


def _writable(text: str) -> str:
    """The text with a question mark for every half character: with one, no journal could hold it."""
    return text.encode("utf-8", "replace").decode("utf-8")
