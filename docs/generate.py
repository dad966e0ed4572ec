"""Writes the pages that are made from the code: python docs/generate.py (with --check: only say what is old).

The commands come from the command line itself, blocks and nouns from their docstrings, the map from the
imports. `tests/test_docs.py` fails when a page is not current.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import sys
import types
import typing
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer

from evenhand import errors
from evenhand.cli import app as cli_app
from evenhand.flow import namespaces
from evenhand.model import decision, definition, effects, facts, inputs, models, workload_sources
from evenhand.records.metric_definitions import METRICS
from evenhand.records.metrics_now import NOW_METRICS

__all__ = ["DOCS", "commands", "pages"]

DOCS = Path(__file__).resolve().parent
SOURCE = DOCS.parent / "src" / "evenhand"
sys.path.append(str(DOCS.parent))  # as a script it stands beside the package of which it is a part
NOTE = "<!-- Written by docs/generate.py; change the code or the script, not this page. -->\n\n"

LAYERS = (
    ("cli",),
    ("adapters", "simulation"),
    ("host",),
    ("records",),
    ("centre",),
    ("flow", "distributor", "assessment", "waits"),
    ("model",),
    ("errors",),
)
"""The rooms from top to bottom, as .importlinter keeps them."""


@functools.cache
def pages() -> dict[Path, str]:
    """Every page that is written here, by its path."""
    return {
        DOCS / "reference" / "commands.md": _commands_page(),
        DOCS / "reference" / "centre-toml.md": _centre_page(),
        **importlib.import_module("docs.block_pages").block_pages(NOTE),
        DOCS / "reference" / "inputs-facts-effects.md": _nouns_page(),
        DOCS / "reference" / "attributes.md": _attributes_page(),
        DOCS / "reference" / "errors.md": _errors_page(),
        DOCS / "reference" / "metrics.md": _metrics_page(),
        DOCS / "reference" / "http-api.md": importlib.import_module("docs.api_page").api_page(NOTE),
        DOCS / "map.md": _between_marks(DOCS / "map.md", _picture()),
    }


# --- commands ---------------------------------------------------------------------------------------------


def commands() -> dict[str, Any]:
    """Every command by its whole name, the groups before what is in them."""
    found: dict[str, Any] = {}

    def walk(name: str, command: Any) -> None:
        found[name] = command
        for word, below in getattr(command, "commands", {}).items():
            walk(f"{name} {word}", below)

    walk("evenhand", typer.main.get_command(cli_app.app))
    return found


def _commands_page() -> str:
    lines = ["# Commands", ""]
    for name, command in commands().items():
        lines += [f"## {name}", "", *_help(command.help or ""), ""]
        below = getattr(command, "commands", {})
        if below:
            lines += ["| command | |", "|---|---|"]
            for word, one in below.items():
                first = _one_line((one.help or "").split("\n\n")[0])
                lines.append(f"| [`{name} {word}`](#{f'{name} {word}'.replace(' ', '-')}) | {first} |")
            lines.append("")
        arguments = [one for one in command.params if one.param_type_name == "argument"]
        options = [one for one in command.params if one.param_type_name == "option"]
        words = [f"[{_shown(one)}]" if not one.required else _shown(one) for one in arguments]
        usage = " ".join([name, *(["[OPTIONS]"] if options else []), *words])
        if not below:
            lines += ["```text", usage, "```", ""]
        if arguments or options:
            lines += ["| | | default |", "|---|---|---|"]
            for one in arguments + options:
                lines.append(f"| `{_written(one)}` | {_one_line(one.help or '')} | {_default(one)} |")
            lines.append("")
    return NOTE + "\n".join(lines).rstrip() + "\n"


def _help(text: str) -> list[str]:
    """Paragraphs as text; those that keep their lines (after a \\b) in a block of their own."""
    lines: list[str] = []
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):
            lines += ["```text", *(line for line in paragraph.split("\n")[1:]), "```", ""]
        else:
            lines += [_one_line(paragraph), ""]
    return lines[:-1]


def _shown(parameter: Any) -> str:
    word = str(parameter.metavar or parameter.name.upper())
    many = getattr(parameter, "nargs", 1) == -1 and not word.endswith("...")
    return f"{word}..." if many else word


def _written(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _cell(_shown(parameter))
    word = ", ".join(parameter.opts)
    return _cell(word if getattr(parameter, "is_flag", False) else f"{word} {_shown(parameter)}")


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.required:
        return "must be given"
    if value is None or value == "" or getattr(parameter, "is_flag", False):
        return ""
    return f"`{value}`"


# --- metrics ----------------------------------------------------------------------------------------------


def _metrics_page() -> str:
    lines = [
        "# Metrics",
        "",
        "`evenhand metrics` computes them from the facts in a journal; names and meanings are Amazon Connect's.",
        "Each is tested against two stories whose numbers were worked out by hand, `tests/records/metrics_story.txt` and "
        "`metrics_story_of_turns.txt`; none is nothing in both.",
        "",
        "## Historical",
        "",
        "As in the service, a contact counts in the interval in which it disconnected, and here once its record is "
        "complete; what says otherwise (`_BY_ENQUEUE`, `_BY_CONNECTED_TO_AGENT`, offers) counts when it happened. "
        "Agents' time counts in the interval in which it passed. A contact that went from queue to queue counts "
        "in each. An empty value means: nothing to compute it from. Agents' own queues stand under "
        "`queue/agent/<name>`; the service's API leaves them out.",
        "",
        "X is `--threshold`, *less than* X seconds (`LT`; the code also knows `LTE`).",
        "",
        "| metric | unit | meaning | by | from |",
        "|---|---|---|---|---|",
    ]
    for one in METRICS:
        by = ", ".join(word.lower().replace("_", " ") for word in one.by)
        lines.append(f"| `{one.name}` | {one.unit.lower()} | {_cell(one.meaning)} | {by} | {one.source} |")
    lines += [
        "",
        "`--by agent` also tells the seconds in each status.",
        "",
        "## Real time",
        "",
        "`evenhand metrics --now`, by queue, channel, routing profile or agent status, from `GetCurrentMetricData`. "
        "An agent counts for a queue that stands in their routing profile. Agents' own queues are in none of "
        "these. Inside Evenhand `OLDEST_CONTACT_AGE` is seconds; the service answers milliseconds when nothing "
        "is grouped, and `api_value` keeps that for the API.",
        "",
        "| metric | unit | meaning |",
        "|---|---|---|",
    ]
    lines += [f"| `{one.name}` | {one.unit.lower()} | {_cell(one.meaning)} |" for one in NOW_METRICS]
    return NOTE + "\n".join(lines) + "\n"


# --- the definition ---------------------------------------------------------------------------------------

_SECTIONS: tuple[tuple[str, str, type[Any], str], ...] = (
    (
        "[centre]",
        "centre",
        definition.CentreDefinition,
        "The whole centre. `default_flows = false`, in this section, leaves out the [default flows]"
        "(default-flows.md); without it the eight events have one each that `default_hooks` does not name.",
    ),
    (
        "[numbers]",
        "numbers",
        definition.NumberDefinition,
        'The key is the number. Short form: `"+12025550100" = "name of the flow"`.',
    ),
    (
        "[flows.NAME]",
        "flows",
        definition.FlowDefinition,
        '`file` is the flow\'s document, relative to this file. Short form, under `[flows]`: `NAME = "file.json"`.',
    ),
    (
        "[functions.NAME]",
        "functions",
        definition.FunctionDefinition,
        "`source` may also be a module: `package.module:handler`. Short form, under `[functions]`: "
        '`NAME = "file.py:handler"`.',
    ),
    (
        "[hours.NAME]",
        "hours",
        definition.HoursOfOperation,
        "Every other key is a weekday (`friday`), a range (`monday-thursday`) or `daily`; its value is a list of "
        'periods: `["08:00-12:30", "13:00-18:00"]`. A night is split at midnight. '
        '`overrides = { "2026-12-24" = ["09:00-12:00"], "2026-12-25..2026-12-26" = [] }` holds on these dates '
        "instead; an empty list is closed.",
    ),
    ("[queues.NAME]", "queues", definition.QueueDefinition, ""),
    ("[policies.NAME]", "policies", definition.Policy, ""),
    (
        "[models.NAME]",
        "models",
        models.ModelDefinition,
        "Relative to this file. See [route by a learned model](../how-to/route-by-a-learned-model.md).",
    ),
    (
        "[routing_profiles.NAME]",
        "routing_profiles",
        definition.RoutingProfile,
        "`queues` is the list of rows; a row is a table, or a queue's name alone.",
    ),
    ("queues = [{ … }] in a routing profile", "", definition.RoutingRow, ""),
    (
        "[agents.NAME]",
        "agents",
        definition.AgentDefinition,
        'The key is the login name. `after_contact_work = "none"` is the None of the text above. '
        "`proficiencies` is a table of attributes, each a table of values and levels: "
        "`proficiencies = { Language = { German = 5, English = 3 } }`.",
    ),
    ("[workload]", "workload", definition.WorkloadContract, ""),
    (
        "[[workload.sources]]",
        "workload.sources",
        workload_sources.WorkloadSource,
        "Guides: [several sources](../how-to/workload-from-several-sources.md), "
        "[Jira](../how-to/workload-from-jira.md), [ServiceNow](../how-to/workload-from-servicenow.md), "
        "[Salesforce](../how-to/workload-from-salesforce.md).",
    ),
    ("paging = { … } in a source", "", workload_sources.Paging, ""),
)

_NOT_WRITTEN = {
    "centre": {
        "numbers", "flows", "functions", "hours", "queues", "routing_profiles", "statuses", "agents", "policies",
        "predefined_attributes",
        "workload", "table_files", "services", "models", "rule_sets",
    },
    "flows": {"name", "content"},
    "models": {"name", "digest"},
    "numbers": {"address"},
    "hours": {"name", "periods", "overrides"},
    "agents": {"name", "proficiencies"},
    "workload": {"sources"},
    "workload.sources": set(),
    "routing_profiles": {"name", "rows"},
}  # fmt: skip
"""Fields that stand elsewhere in the file, or nowhere."""


def _centre_page() -> str:
    lines = [
        "# centre.toml",
        "",
        "A centre is one file, `centre.toml`, and the files it names.",
        "`evenhand init DIR` writes a working one; `evenhand check DIR/centre.toml` tells every fault of it.",
        "Names are keys: what one section calls by name another section defines under that name.",
        "A key that nobody knows is a fault, with the nearest one as the way out.",
        "",
    ]
    for title, section, struct, more in _SECTIONS:
        lines += [f"## {title}", "", inspect.cleandoc(struct.__doc__ or ""), ""]
        if more:
            lines += [more, ""]
        lines += ["| key | type | default |", "|---|---|---|"]
        hidden = _NOT_WRITTEN.get(section, {"name"} if section else set())
        hints = typing.get_type_hints(struct)
        for field in msgspec.structs.fields(struct):
            if field.name not in hidden:
                default = _field_default(field)
                lines.append(f"| `{field.name}` | {_cell(_type(hints[field.name]))} | {default} |")
        lines.append("")
    lines += [
        "## [statuses]",
        "",
        '`custom = ["Lunch", "Training"]`: the statuses that agents can choose beside `Available` and `Offline`, '
        "which are always there.",
        "",
        "## [services]",
        "",
        'Adapters by the service\'s name: `lex = "services.py:answer"`, or `profiles = "local"`. '
        "See [services](services.md).",
        "",
        "## [predefined_attributes]",
        "",
        '`Language = ["English", "German"]`: an attribute of proficiencies and the values that it may have. Where '
        "none are written down, proficiencies may be of anything.",
        "",
        "## [table_files]",
        "",
        "CSV files by the table's name (`CustomerAgentMap`, `AgentWorkload`, `queues`, and [those of the local "
        "services](services.md#local-services)): the rows a new database starts with.",
        "Once the database of `tables` exists these files are not read again; "
        "use [`evenhand tables`](commands.md#evenhand-tables).",
    ]
    return NOTE + "\n".join(lines) + "\n"


def _type(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type(one) for one in arguments)
    if origin is dict:
        return f"table of {_type(arguments[1])} by {_type(arguments[0])}"
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    return {
        str: "text",
        float: "number",
        int: "whole number",
        bool: "true or false",
        type(None): "nothing",
    }.get(hint, getattr(hint, "__name__", str(hint)))


def _field_default(field: Any) -> str:
    value = field.default
    if value is msgspec.NODEFAULT:
        if field.default_factory is msgspec.NODEFAULT:
            return "must be given"
        value = field.default_factory()
    if value is None or value == "" or value == {} or value == ():
        return "none" if value is None else ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict):
        return "`{ " + ", ".join(f"{key} = {one:g}" for key, one in value.items()) + " }`"
    return f"`{value:g}`" if isinstance(value, float) and value < 1_000_000 else f"`{value}`"


# --- inputs, facts, effects -------------------------------------------------------------------------------


def _nouns_page() -> str:
    lines = [
        "# Inputs, facts and effects",
        "",
        "All that can happen to the machine, all that it decides, and all that it wants done.",
        "The journal holds inputs and facts as JSON objects with these fields and the tag `type`.",
        "",
    ]
    groups = (
        ("Inputs", inputs, inputs.Input, "Time is not in them; the journal and `handle` carry it."),
        ("Facts", facts, facts.Fact, "Each has `at`, the instant when it became true."),
        ("Effects", effects, effects.Effect, "Each has `id` (the same in every replay) and `contact_id`."),
    )
    for title, _, union, more in groups:
        lines += [f"## {title}", "", more, ""]
        for struct in typing.get_args(union):
            lines += _noun(
                struct, hidden={"at"} if title == "Facts" else {"id", "contact_id"} & _fields(struct, title)
            )
    lines += ["## Parts of them", ""]
    for struct in (
        decision.Decision,
        decision.Candidate,
        decision.WorkloadPart,
        inputs.WorkloadObservation,
        effects.Prompt,
    ):
        lines += _noun(struct, hidden=set())
    outcomes = ", ".join(f"`{one}`" for one in typing.get_args(decision.CandidateOutcome))
    lines += [f"A candidate's outcome is one of {outcomes}."]
    return NOTE + "\n".join(lines) + "\n"


def _fields(struct: type[Any], title: str) -> set[str]:
    return {field.name for field in msgspec.structs.fields(struct)} if title == "Effects" else set()


def _noun(struct: type[Any], hidden: set[str]) -> list[str]:
    lines = [f"### {struct.__name__}", ""]
    if "__doc__" in vars(struct) and struct.__doc__ and not struct.__doc__.startswith("Common settings"):
        lines += [inspect.cleandoc(struct.__doc__), ""]
    names = [field.name for field in msgspec.structs.fields(struct) if field.name not in hidden]
    if names:
        lines += ["Fields: " + ", ".join(f"`{name}`" for name in names) + ".", ""]
    return lines


# --- attributes -------------------------------------------------------------------------------------------

_TREE_TEXT = {
    "Lex": "what the bot understood last: `IntentName`, `Slots`, `SessionAttributes` …",
    "Customer": "the customer profile found, made or changed last",
    "Case": "the case found, made or changed last",
    "Views": "`Action` and `ViewResultData` of the view shown last",
    "DataTables": "values looked up in data tables, by query",
    "DataTableList": "rows listed from a data table",
    "Wisdom": "`SessionArn` of the assistant's session",
    "Email": "the stored content of an e-mail",
    "Attributes": "user-defined attributes of the contact; keys are flat, a dot belongs to the key",
    "FlowAttributes": "attributes that live only while this flow runs",
    "External": "the last function's answer; `$.LambdaInvocation.ResultData.<key>` is the same",
    "Metrics": "what Get queue metrics read last",
    "References": "references of the contact",
    "Agent": "facts about the agent",
    "Tags": "tags of the contact",
    "Modules": "`Input` of the module that runs; `Result` and `ResultData` of the one that returned last",
}


def _attributes_page() -> str:
    lines = [
        "# Attribute namespaces",
        "",
        "A parameter of a block may refer to a value of the contact with a path that begins with `$.`.",
        inspect.cleandoc(namespaces.__doc__ or ""),
        "A path that gives nothing is the empty text.",
        "",
        "## Trees",
        "",
        "| path | |",
        "|---|---|",
    ]
    lines += [f"| `$.{name}.<key>` | {_TREE_TEXT[name]} |" for name in namespaces._TREES]
    lines += ["", "## System attributes", ""]
    lines += [f"* `$.{'.'.join(path)}`" for path in namespaces._SYSTEM]
    references = importlib.import_module("evenhand.flow.references").__doc__ or ""
    lines += ["", "## References", "", inspect.cleandoc(references)]
    return NOTE + "\n".join(lines) + "\n"


# --- errors -----------------------------------------------------------------------------------------------


def _errors_page() -> str:
    title, _, tree = inspect.cleandoc(errors.__doc__ or "").partition("\n\n")
    codes = inspect.cleandoc(cli_app.__doc__ or "").partition("Exit codes: ")[2]
    lines = ["# Exit codes and errors", "", "## Exit codes", "", "| code | meaning |", "|---|---|"]
    for part in _one_line(codes).rstrip(".").split("; "):
        code, _, meaning = part.partition(" ")
        lines.append(f"| {code} | {meaning} |")
    lines += [
        "",
        "`evenhand check` says in its help when it answers 1 and when 2.",
        "",
        "## The error tree",
        "",
    ]
    lines += [title, "", "```text", tree, "```", "", "## What a finding holds", ""]
    lines += [inspect.cleandoc(errors.Finding.__doc__ or "")]
    return NOTE + "\n".join(lines) + "\n"


# --- the map ----------------------------------------------------------------------------------------------


def _imports() -> dict[str, set[str]]:
    """room → the rooms it imports."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted(SOURCE.rglob("*.py")):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        room = parts[0]
        for name in _named(ast.parse(file.read_text(encoding="utf-8"))):
            words = name.split(".")
            if words[0] == "evenhand" and len(words) > 1 and words[1] != room:
                found[room].add(words[1])
    return found


def _named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _picture() -> str:
    rooms = [room for layer in LAYERS for room in layer]
    found = _imports()
    imports = {room: found[room] & set(rooms) for room in rooms}
    lines = ["```mermaid", "flowchart TD"]
    for room in rooms:
        for to in rooms:
            if to in imports[room] and not _leads(imports, room, to):
                lines.append(f"    {room} --> {to}")
    lines += [
        "```",
        "",
        "The same as text, with every import from room to room:",
        "",
    ]
    lines += ["```text"]
    for layer in LAYERS:
        for room in layer:
            to = ", ".join(one for one in rooms if one in imports[room])
            lines.append(f"{room:<11} -> {to or 'nobody'}")
    lines.append("```")
    return "\n".join(lines)


def _leads(imports: dict[str, set[str]], start: str, end: str) -> bool:
    """Whether a longer way leads there too; then the picture leaves the arrow out."""
    beyond = [one for one in imports[start] if one != end]
    seen: set[str] = set()
    while beyond:
        room = beyond.pop()
        if end in imports.get(room, ()):
            return True
        if room not in seen:
            seen.add(room)
            beyond.extend(imports.get(room, ()))
    return False


def _between_marks(file: Path, text: str) -> str:
    before, begin, rest = file.read_text(encoding="utf-8").partition("<!-- picture -->\n")
    _, end, after = rest.partition("<!-- end of picture -->")
    return f"{before}{begin}\n{text}\n\n{end}{after}"


# --- words ------------------------------------------------------------------------------------------------


def _one_line(text: str) -> str:
    return _cell(" ".join(text.split()))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the pages, or say which are old."""
    old = [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in old:
        print(f"{'old' if '--check' in sys.argv else 'wrote'} {path.relative_to(DOCS.parent)}")
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages()[path], encoding="utf-8")
    sys.exit(1 if old and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
