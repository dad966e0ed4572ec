"""Where offline workload comes from, when it comes from more than one place."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from evenhand.model.units import Seconds

__all__ = ["Paging", "SourceKind", "Weights", "WorkloadSource"]

SourceKind: TypeAlias = Literal["table", "csv", "sql", "http", "push"]
Weights: TypeAlias = dict[str, float | dict[str, float]]


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """How the next page of an HTTP answer is asked for.

    * `by` says how: `path` (the answer holds the next page's address at `path`), `link` (the header `Link`
      with `rel="next"`), `token` (the answer holds a token at `path`, sent back as `parameter`), or `offset`
      (`parameter` counts the rows that were skipped).
    * `size` rows are asked for by `size_parameter`, where one is named; with `offset` a page of fewer rows is
      the last.
    * `most` pages are read; a source with more is a failure and not half a reading.
    """

    by: Literal["path", "link", "token", "offset"]
    path: str = ""
    parameter: str = ""
    size: int = 100
    size_parameter: str = ""
    most: int = 100


class WorkloadSource(msgspec.Struct, frozen=True, kw_only=True):
    """One source of offline workload. The load of an agent is the sum over all sources.

    For every kind of source:

    * `kind`: `table` (AgentWorkload of the centre's own database), `csv` (a file that is watched), `sql` (a
      query), `http` (an address that is asked), or `push` (others tell the centre).
    * `weights`: how much one of a kind of work counts. A number, or a table by state of work; `"*"` stands
      for every kind or state that is not named. What has no weight does not count.
    * `call_types`: the call types it speaks for; rows of others are left out. Empty: all. A row without a
      call type counts for each of them.
    * `freshness`, `when_stale`, `catch_up`, `poll`: as under `[workload]`, whose values hold where they are
      left out.
    * `provisional`: load that a contact adds until this source has caught up. Where no source has one, the
      amount of `[workload]` waits for the first source in the list: put first the one that hears of contacts.
    * `time_limit`: seconds for one whole reading.

    What the rows mean (`csv`, `sql`, `http`):

    * `rows`: the path to the list of rows in an HTTP answer (`result`, `data.items`); empty: the answer itself.
    * `fields`: where a row says its `agent`, `call_type`, `kind`, `state`, `amount` and `id`: a column's name,
      or a path in JSON (`fields.assignee.name`, `owners.0`). Without an amount a row counts as one; rows of
      one `id` count once; rows without an agent are nobody's work.
    * `default_kind`: the kind of rows that name none.
    * `agents`: agents' names here by their names there; `agent_until`: a name there ends before this text
      (`@` makes `anna` of `anna@example.com`).

    What one kind needs:

    * `http`: `url`, `parameters` (added to it), `headers`, `secret_headers` (a header's value stands in the
      environment variable that is named), `paging`.
    * `sql`: `query`, and `url` as SQLAlchemy writes it, or `url_from`, the environment variable that holds it.
    * `csv`: `file`, relative to this file, and `delimiter`.
    * `push`: `listen`, the address and port, and `token_from`, the environment variable with the token.
    """

    name: str
    kind: SourceKind = "table"
    weights: Weights = msgspec.field(default_factory=lambda: {"workload": 1.0})
    call_types: tuple[str, ...] = ()
    freshness: Seconds | None = None
    when_stale: Literal["use_last", "ignore"] | None = None
    catch_up: Seconds | None = None
    poll: Seconds | None = None
    provisional: float | None = None
    time_limit: Seconds = 10.0
    rows: str = ""
    fields: dict[str, str] = {}
    default_kind: str = "workload"
    agents: dict[str, str] = {}
    agent_until: str = ""
    url: str = ""
    url_from: str = ""
    parameters: dict[str, str] = {}
    headers: dict[str, str] = {}
    secret_headers: dict[str, str] = {}
    paging: Paging | None = None
    query: str = ""
    file: str = ""
    delimiter: str = ","
    listen: str = "127.0.0.1:8750"
    token_from: str = ""
