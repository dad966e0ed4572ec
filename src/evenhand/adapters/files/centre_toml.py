"""The readable definition of a centre: `centre.toml` and the files it names.

Reading notes every fault and goes on, so that an author sees all of them at once.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from evenhand.adapters.files.defaults import with_default_flows
from evenhand.adapters.files.models_toml import read_model
from evenhand.adapters.files.named_files import (
    CENTRE_FILE,
    check_sources,
    file_way_out,
    read_services,
    read_table_files,
)
from evenhand.adapters.files.opening_times import read_overrides, read_periods
from evenhand.adapters.files.rules_toml import read_rules
from evenhand.adapters.files.table_reading import as_table, as_tables, fill
from evenhand.adapters.files.workload_sources import read_workload
from evenhand.centre.check_people import STATUSES_ALWAYS_THERE
from evenhand.centre.findings import Findings, place, ways
from evenhand.distributor.hours import known_zone
from evenhand.errors import DefinitionFault
from evenhand.model.definition import (
    AgentDefinition,
    AgentStatus,
    CentreDefinition,
    FlowDefinition,
    FunctionDefinition,
    HoursOfOperation,
    NumberDefinition,
    Policy,
    PredefinedAttribute,
    Proficiency,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)

__all__ = ["CENTRE_FILE", "centre_file", "read_centre", "read_leniently"]

_SECTIONS = (
    "centre",
    "numbers",
    "flows",
    "functions",
    "hours",
    "queues",
    "routing_profiles",
    "statuses",
    "agents",
    "predefined_attributes",
    "policies",
    "rules",
    "models",
    "workload",
    "table_files",
    "services",
)
_PLACE_IN_TEXT = re.compile(r"\s*\(at (line \d+, column \d+|end of document)\)$")


def centre_file(path: Path) -> Path:
    """Give the definition's file: `path` itself, or `centre.toml` in it if it is a folder."""
    return path / CENTRE_FILE if path.is_dir() else path


def read_centre(path: Path) -> CentreDefinition:
    """Read a definition and the flow files it names. `path` is a `centre.toml` or a folder that holds one.

    Raises DefinitionFault with every fault of reading. Whether the parts fit together is `check_definition`'s
    matter.
    """
    definition, findings = read_leniently(path)
    errors = [finding for finding in findings.all if finding.severity == "error"]
    if definition is None or errors:
        count = "one fault" if len(errors) == 1 else f"{len(errors)} faults"
        raise DefinitionFault(
            f"The definition cannot be read: {count}.",
            where=str(centre_file(path)),
            way_out="Correct what is listed, then run: evenhand check " + str(path),
            findings=errors,
        )
    return definition


def read_leniently(path: Path) -> tuple[CentreDefinition | None, Findings]:
    """Read what can be read. None comes back where the file itself is missing or is not TOML."""
    file = centre_file(path)
    findings = Findings(str(file))
    document = _document(file, findings)
    if document is None:
        return None, findings
    for section in document:
        if section not in _SECTIONS:
            findings.error(
                place(section),
                "unknown-key",
                f"There is no section '{section}'.",
                ways(section, _SECTIONS, "Drop it."),
            )
    return _definition(document, file.parent, findings), findings


def _document(file: Path, findings: Findings) -> dict[str, Any] | None:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        findings.error(
            "",
            "no-file",
            "There is no such file.",
            "evenhand init DIR writes a working example into a folder.",
        )
    except OSError as error:
        findings.error("", "no-file", f"The file cannot be read: {error.strerror}.", "Check its permissions.")
    except UnicodeDecodeError as error:
        findings.error("", "not-utf-8", f"Byte {error.start} is not UTF-8.", "Save the file as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        found = _PLACE_IN_TEXT.search(text)
        message = text[: found.start()] if found else text
        findings.error(
            found.group(1) if found else "",
            "not-toml",
            f"This is not TOML: {message}.",
            "Text stands in quotes; a name with spaces too; each key stands once in its section.",
        )
    return None


def _definition(document: dict[str, Any], folder: Path, findings: Findings) -> CentreDefinition:
    """Read the sections in order."""

    def tables(section: str, short: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Give name and table of each part; plain text stands for the key `short`."""
        return [
            (name, {short: value})
            if short and isinstance(value, str)
            else (name, as_table(value, (section, name), findings))
            for name, value in as_tables(document, section, findings).items()
        ]

    def named(struct: type[Any], section: str, short: str = "") -> tuple[Any, ...]:
        return tuple(
            fill(struct, table, (section, name), findings, given={"name": name})
            for name, table in tables(section, short)
        )

    given: dict[str, Any] = {
        "numbers": tuple(
            fill(NumberDefinition, table, ("numbers", address), findings, given={"address": address})
            for address, table in tables("numbers", "flow")
        ),
        "flows": tuple(_flow(name, table, folder, findings) for name, table in tables("flows", "file")),
        "functions": named(FunctionDefinition, "functions", "source"),
        "hours": tuple(_hours(name, table, findings) for name, table in tables("hours")),
        "queues": named(QueueDefinition, "queues"),
        "routing_profiles": tuple(_profile(name, t, findings) for name, t in tables("routing_profiles")),
        "statuses": _statuses(as_tables(document, "statuses", findings), findings),
        "agents": tuple(_agent(name, table, findings) for name, table in tables("agents")),
        "predefined_attributes": _attributes(
            as_tables(document, "predefined_attributes", findings), findings
        ),
        "policies": named(Policy, "policies"),
        "rule_sets": tuple(
            read_rules(name, file, folder, findings)
            for name, file in as_tables(document, "rules", findings).items()
        ),
        "models": tuple(
            read_model(name, table, folder, findings)
            for name, table in as_tables(document, "models", findings).items()
        ),
        "workload": read_workload(as_tables(document, "workload", findings), findings),
        "services": read_services(as_tables(document, "services", findings), folder, findings),
        "table_files": read_table_files(as_tables(document, "table_files", findings), folder, findings),
    }
    check_sources(given["functions"], folder, findings)
    centre = dict(as_tables(document, "centre", findings))
    _drop_bad_zone(centre, ("centre",), findings)
    wanted = centre.get("default_flows", True)
    if not isinstance(wanted, bool):
        findings.error(
            "centre.default_flows", "wrong-type", "This must be true or false.", "Write true or false."
        )
    definition = fill(CentreDefinition, centre, ("centre",), findings, given=given, also=("default_flows",))
    return with_default_flows(definition) if wanted else definition


def _drop_bad_zone(table: dict[str, Any], where: tuple[str, ...], findings: Findings) -> None:
    """Note a time zone that nobody knows and go on without it."""
    zone = table.get("time_zone")
    if isinstance(zone, str) and not known_zone(zone):
        del table["time_zone"]
        findings.error(
            place(*where, "time_zone"),
            "unknown-zone",
            f"'{zone}' is not a time zone of the IANA database.",
            _zone_way_out(zone),
        )


def _zone_way_out(zone: str) -> str:
    """Suggest a zone; the list of all is read only here, for that takes a while."""
    import zoneinfo

    known = zoneinfo.available_timezones()
    by_city = {name.rsplit("/", 1)[-1]: name for name in sorted(known, reverse=True) if "/" in name}
    city = zone.rsplit("/", 1)[-1].replace(" ", "_")
    if city in by_city:
        return f"Did you mean '{by_city[city]}'?"
    return ways(zone, known, "Write a name such as Europe/Berlin.")


def _flow(name: str, table: dict[str, Any], folder: Path, findings: Findings) -> FlowDefinition:
    where = ("flows", name)
    flow = fill(FlowDefinition, table, where, findings, given={"name": name, "content": ""})
    if not table.get("file"):
        findings.error(
            place(*where, "file"),
            "missing",
            "file is missing.",
            'Write file = "flows/….json", a flow document.',
        )
    if not flow.file:
        return flow
    try:
        content = (folder / flow.file).read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else "cannot be read"
        findings.error(
            place(*where, "file"),
            "no-file",
            f"There is no file {flow.file}."
            if isinstance(error, FileNotFoundError)
            else f"The file {flow.file} {reason}.",
            file_way_out(flow.file, folder),
        )
        return flow
    return msgspec.structs.replace(flow, content=content)


def _hours(name: str, table: dict[str, Any], findings: Findings) -> HoursOfOperation:
    periods = read_periods(name, table, findings, skip=("time_zone", "overrides", "parents"))
    rest: dict[str, Any] = {key: table[key] for key in ("time_zone", "parents") if key in table}
    overrides = read_overrides(name, table.get("overrides", {}), findings)
    _drop_bad_zone(rest, ("hours", name), findings)
    given = {"name": name, "periods": periods, "overrides": overrides}
    return fill(HoursOfOperation, rest, ("hours", name), findings, given=given)


def _profile(name: str, table: dict[str, Any], findings: Findings) -> RoutingProfile:
    where = ("routing_profiles", name)
    rows = table.get("queues", [])
    if not isinstance(rows, list):
        findings.error(
            place(*where, "queues"),
            "wrong-type",
            "This must be a list of queues.",
            'Write queues = [ { queue = "…", channel = "VOICE", priority = 1, delay = 0 } ].',
        )
        rows = []
    read = []
    for index, row in enumerate(rows):
        at: tuple[str | int, ...] = (*where, "queues", index)
        row = {"queue": row} if isinstance(row, str) else as_table(row, at, findings)
        read.append(fill(RoutingRow, row, at, findings))
    given = {"name": name, "rows": tuple(read)}
    return fill(RoutingProfile, table, where, findings, given=given, also=("queues",))


def _agent(name: str, table: dict[str, Any], findings: Findings) -> AgentDefinition:
    given: dict[str, Any] = {"name": name}
    if table.get("after_contact_work") == "none":
        table = {key: value for key, value in table.items() if key != "after_contact_work"}
        given["after_contact_work"] = None
    given["proficiencies"] = _proficiencies(name, table.get("proficiencies", {}), findings)
    return fill(AgentDefinition, table, ("agents", name), findings, given=given, also=("proficiencies",))


def _proficiencies(agent: str, value: Any, findings: Findings) -> tuple[Proficiency, ...]:
    """Read `proficiencies = { Language = { German = 5 } }`: attribute, value, level."""
    where = ("agents", agent, "proficiencies")
    read = []
    for attribute, levels in as_table(value, where, findings).items():
        for named, level in as_table(levels, (*where, attribute), findings).items():
            if isinstance(level, bool) or not isinstance(level, int | float):
                findings.error(
                    place(*where, attribute, named),
                    "wrong-type",
                    "The level of a proficiency is a number.",
                    "Write 1 to 5.",
                )
            else:
                read.append(Proficiency(attribute, named, float(level)))
    return tuple(read)


def _attributes(table: dict[str, Any], findings: Findings) -> tuple[PredefinedAttribute, ...]:
    """Read `Language = ["English", "German"]`: an attribute and the values that it may have."""
    read = []
    for name, values in table.items():
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            read.append(PredefinedAttribute(name=name, values=tuple(values)))
        else:
            findings.error(
                place("predefined_attributes", name),
                "wrong-type",
                "This must be a list of values.",
                'Write Language = ["English", "German"].',
            )
    return tuple(read)


def _statuses(table: dict[str, Any], findings: Findings) -> tuple[AgentStatus, ...]:
    """Give the two statuses that are always there, then the author's own."""
    statuses = [AgentStatus(name="Available", type="ROUTABLE"), AgentStatus(name="Offline", type="OFFLINE")]
    for key in table:
        if key != "custom":
            findings.error(
                place("statuses", key),
                "unknown-key",
                f"Nothing here is called '{key}'.",
                'Write custom = ["Lunch", "Training"].',
            )
    custom = table.get("custom", [])
    if not isinstance(custom, list) or not all(isinstance(name, str) for name in custom):
        findings.error(
            "statuses.custom",
            "wrong-type",
            "This must be a list of names.",
            'Write custom = ["Lunch", "Training"].',
        )
        custom = []
    for name in custom:
        if name in STATUSES_ALWAYS_THERE:
            findings.error(
                "statuses.custom",
                "duplicate",
                f"The status '{name}' is always there.",
                "Drop it from the list.",
            )
        else:
            statuses.append(AgentStatus(name=name))
    return tuple(statuses)
