"""The check of workload sources: does each have what its kind needs, and do its numbers make sense?"""

from __future__ import annotations

import re
from collections import Counter

from evenhand.centre.findings import Findings, place, ways
from evenhand.model.definition import CentreDefinition, WorkloadContract
from evenhand.model.workload_sources import Paging, WorkloadSource

__all__ = ["check_sources"]

_URL = re.compile(
    r"https?://(?P<user>[^/@\s]*@)?(?P<host>\[[0-9a-fA-F:]+\]|[^/:?#@\s]+)(:\d{1,5})?([/?#]\S*)?"
)
_DATABASE = re.compile(r"[a-z][a-z0-9_+]*://(?P<password>[^/@:]*:[^/@]+@)?\S*")
_LISTEN = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[^\s:]+):(?P<port>\d{1,5})")
_LOOPBACK = re.compile(r"localhost|127(\.\d+){3}|\[::1\]")
_FIELDS = ("agent", "call_type", "kind", "state", "amount", "id")
_SECRET = ("authorization", "proxy-authorization", "cookie", "x-api-key")


def check_sources(definition: CentreDefinition, findings: Findings) -> None:
    """Note every fault of every source."""
    contract = definition.workload
    names = Counter(source.name for source in contract.sources)
    for at, source in enumerate(contract.sources):
        where = f"workload.sources[{at}]"
        if not source.name or names[source.name] > 1:
            problem = (
                f"There are several sources '{source.name}'." if source.name else "A source needs a name."
            )
            findings.error(
                f"{where}.name", "duplicate" if source.name else "missing", problem, "Name each once."
            )
        _check_numbers(contract, source, where, findings)
        for field in source.fields:
            if field not in _FIELDS:
                findings.error(
                    f"{where}.fields.{field}",
                    "unknown-key",
                    f"A row says nothing called '{field}'.",
                    ways(field, _FIELDS, "Drop it."),
                )
        if source.kind == "http":
            _check_http(source, where, findings)
        elif source.kind == "sql":
            _check_sql(source, where, findings)
        elif source.kind == "csv":
            _check_csv(source, where, findings)
        elif source.kind == "push":
            _check_push(source, where, findings)
    _check_spoken_for(definition, findings)


def _check_numbers(
    contract: WorkloadContract, source: WorkloadSource, where: str, findings: Findings
) -> None:
    if not source.weights:
        findings.error(
            f"{where}.weights", "no-weights", "No kind of work counts.", "Write weights = { workload = 1.0 }."
        )
    for field in ("freshness", "poll", "time_limit"):
        value = getattr(source, field)
        if value is not None and value <= 0:
            findings.error(
                f"{where}.{field}",
                "bad-seconds",
                f"{field} must be more than 0 seconds.",
                "Leave it out to take the default.",
            )
    for field in ("catch_up", "provisional"):
        value = getattr(source, field)
        if value is not None and value < 0:
            findings.error(
                f"{where}.{field}", "negative", f"{field} cannot be negative.", "Write 0 to do without it."
            )
    freshness = contract.freshness if source.freshness is None else source.freshness
    poll = contract.poll if source.poll is None else source.poll
    if 0 < freshness < poll and source.kind != "push":
        findings.warn(
            f"{where}.freshness",
            "stale-between-polls",
            f"What is read every {poll:g} s is stale after {freshness:g} s, before it is read again.",
            "Make freshness at least as long as poll.",
        )


def _check_http(source: WorkloadSource, where: str, findings: Findings) -> None:
    found = _URL.fullmatch(source.url)
    if not source.url_from:
        if not source.url:
            _needs(f"{where}.url", 'url = "https://…"', findings)
        elif found is None:
            findings.error(
                f"{where}.url",
                "bad-url",
                f"'{source.url}' is not an address that can be asked.",
                "Write it whole: https://host/path.",
            )
    if found is not None and found["user"]:
        _secret_in_file(f"{where}.url", "Put it in a variable and name that under secret_headers.", findings)
    if (
        found is not None
        and source.secret_headers
        and source.url.startswith("http:")
        and not _LOOPBACK.fullmatch(found["host"])
    ):
        findings.warn(
            f"{where}.url",
            "in-clear",
            "Secret headers would travel where everybody on the way can read them.",
            "Ask by https://.",
        )
    for name in source.headers:
        if name.lower() in _SECRET:
            way_out = f'Write secret_headers = {{ {name} = "NAME_OF_A_VARIABLE" }}.'
            _secret_in_file(f"{where}.headers.{name}", way_out, findings)
    if source.paging is not None:
        _check_paging(source.paging, f"{where}.paging", findings)


def _check_paging(paging: Paging, where: str, findings: Findings) -> None:
    if paging.by in ("path", "token") and not paging.path:
        _needs(f"{where}.path", 'path = "…", where an answer leads to the next page', findings)
    if paging.by in ("token", "offset") and not paging.parameter:
        _needs(f"{where}.parameter", 'parameter = "…", by which the next page is asked for', findings)
    for field in ("size", "most"):
        if getattr(paging, field) < 1:
            findings.error(
                f"{where}.{field}", "bad-limit", f"{field} must be at least 1.", "Leave it out for 100."
            )


def _check_sql(source: WorkloadSource, where: str, findings: Findings) -> None:
    if not source.query:
        _needs(f"{where}.query", 'query = "SELECT …"', findings)
    elif not re.match(r"\s*(select|with)\b", source.query, re.IGNORECASE):
        findings.error(
            f"{where}.query", "not-a-question", "This does not only read.", "Begin with SELECT or WITH."
        )
    found = _DATABASE.fullmatch(source.url)
    if not source.url_from:
        if not source.url:
            _needs(f"{where}.url", 'url = "postgresql+psycopg://…", or url_from', findings)
        elif found is None:
            findings.error(
                f"{where}.url",
                "bad-url",
                f"'{source.url}' is not a database's address.",
                "Write it as SQLAlchemy does: sqlite:///cases.db.",
            )
    if found is not None and found["password"]:
        _secret_in_file(f"{where}.url", "Put the address in a variable and name that as url_from.", findings)


def _check_csv(source: WorkloadSource, where: str, findings: Findings) -> None:
    if not source.file:
        _needs(f"{where}.file", 'file = "….csv"', findings)
    if len(source.delimiter) != 1 or source.delimiter in '"\r\n':
        findings.error(
            f"{where}.delimiter", "bad-delimiter", "Cells are parted by one character.", 'Write "," or ";".'
        )


def _check_push(source: WorkloadSource, where: str, findings: Findings) -> None:
    if not source.token_from:
        _needs(f"{where}.token_from", 'token_from = "NAME_OF_A_VARIABLE"', findings)
    found = _LISTEN.fullmatch(source.listen)
    if found is None or int(found["port"]) > 65_535:
        findings.error(
            f"{where}.listen",
            "bad-address",
            f"'{source.listen}' is not an address and a port.",
            'Write listen = "127.0.0.1:8750".',
        )
    elif not _LOOPBACK.fullmatch(found["host"]):
        findings.warn(
            f"{where}.listen",
            "in-clear",
            "Tokens and work would travel where everybody on the way can read them.",
            "Listen on 127.0.0.1 and put a web server with TLS before it.",
        )


def _check_spoken_for(definition: CentreDefinition, findings: Findings) -> None:
    """Find policies that rank by work which no source tells of."""
    sources = definition.workload.sources
    if not sources or any(not source.call_types for source in sources):
        return
    spoken = {call_type for source in sources for call_type in source.call_types}
    for policy in definition.policies:
        if policy.ranks_by_work and policy.call_type and policy.call_type not in spoken:
            findings.warn(
                place("policies", policy.name, "call_type"),
                "nobody-tells",
                f"No workload source speaks for the call type '{policy.call_type}'.",
                ways(policy.call_type, spoken, "Add it to the call_types of a source."),
            )


def _needs(where: str, example: str, findings: Findings) -> None:
    key = where.rpartition(".")[2]
    findings.error(where, "missing", f"{key} is missing.", f"Write {example}.")


def _secret_in_file(where: str, way_out: str, findings: Findings) -> None:
    findings.warn(where, "secret-in-file", "A secret stands in the definition.", way_out)
