"""Reading `centre.toml`: a pleasant file in, a whole definition out, all faults at once."""

from __future__ import annotations

from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.adapters.files import check_centre_file, read_centre
from evenhand.adapters.files.centre_toml import read_leniently
from evenhand.adapters.files.starting_rows import fill_tables
from evenhand.adapters.services.records import ServiceRecords
from evenhand.centre.check import check_definition
from evenhand.errors import DefinitionFault
from evenhand.model.definition import (
    AgentDefinition,
    AgentStatus,
    CentreDefinition,
    FunctionDefinition,
    NumberDefinition,
    OpenPeriod,
    PredefinedAttribute,
    Proficiency,
    RoutingRow,
)

STARTER = Path(str(files("evenhand.adapters.files") / "starter"))
SMALL = '[centre]\ndefault_queue = "Sales"\n\n[queues.Sales]\n'

with_flow_check = pytest.mark.skipif(find_spec("evenhand.flow.check") is None, reason="no flow check here")


def written(folder: Path, text: str) -> Path:
    """Write a definition and give its path."""
    file = folder / "centre.toml"
    file.write_text(text, encoding="utf-8")
    return file


def read(folder: Path, text: str) -> CentreDefinition:
    """Read a definition from this text."""
    return read_centre(written(folder, text))


def faults(folder: Path, text: str) -> list[tuple[str, str]]:
    """Give code and field of each fault of reading this text."""
    with pytest.raises(DefinitionFault) as caught:
        read(folder, text)
    return [(finding.code, finding.field) for finding in caught.value.findings]


def test_a_folder_is_read_as_its_centre_toml() -> None:
    """The folder and the file in it are the same definition."""
    assert read_centre(STARTER) == read_centre(STARTER / "centre.toml")


def test_the_starter_centre_is_read_whole() -> None:
    """Names, order and the content of flow files arrive in the definition."""
    centre = read_centre(STARTER)
    assert centre.name == "Mortgage desk"
    assert [agent.name for agent in centre.agents] == ["anna", "ben", "chloe"]
    assert centre.agents[0].after_contact_work == 20.0
    assert centre.queues[0].policy == "least loaded"
    rows = (RoutingRow(queue="BasicQueue"), RoutingRow(queue="BasicQueue", channel="CHAT"))
    assert centre.routing_profiles[0].rows == rows
    own = [flow for flow in centre.flows if flow.file]
    assert {flow.name: flow.type for flow in own} == {
        "Offline workload routing": "CONTACT_FLOW",
        "QueueTimer": "CONTACT_FLOW",
        "EWTQueue": "CUSTOMER_QUEUE",
        "Least loaded with honest wait": "CONTACT_FLOW",
        "Honest wait queue": "CUSTOMER_QUEUE",
    }
    assert all(flow.content == (STARTER / flow.file).read_text() for flow in own)
    assert centre.table_files["AgentWorkload"] == "tables/AgentWorkload.csv"


def test_the_starter_centre_fits_together() -> None:
    """The example has no fault of its own, not even a warning."""
    assert check_definition(read_centre(STARTER)) == []


@with_flow_check
def test_the_starter_centre_passes_the_whole_check() -> None:
    """The definition and each of its flow files are without a finding."""
    assert check_centre_file(STARTER) == []


def test_a_definition_survives_a_round_trip_as_json() -> None:
    """What was read can be kept in a journal and read again."""
    centre = read_centre(STARTER)
    assert msgspec.json.decode(msgspec.json.encode(centre), type=CentreDefinition) == centre


def test_short_forms_mean_the_long_ones(tmp_path: Path) -> None:
    """Text alone is a number's flow, a function's source or a row's queue."""
    centre = read(
        tmp_path,
        SMALL + '[numbers]\n"+1" = "Welcome"\n"me" = { flow = "Welcome", channel = "CHAT" }\n'
        '[functions]\nask = "module:handler"\n[routing_profiles.All]\nqueues = ["Sales"]\n',
    )
    assert centre.numbers == (
        NumberDefinition(address="+1", flow="Welcome"),
        NumberDefinition(address="me", flow="Welcome", channel="CHAT"),
    )
    assert centre.functions == (FunctionDefinition(name="ask", source="module:handler"),)
    assert centre.routing_profiles[0].rows == (RoutingRow(queue="Sales"),)


def test_available_and_offline_stand_before_the_custom_statuses(tmp_path: Path) -> None:
    """The two statuses every centre has need not be written."""
    assert read(tmp_path, SMALL + '[statuses]\ncustom = ["Lunch"]\n').statuses == (
        AgentStatus(name="Available", type="ROUTABLE"),
        AgentStatus(name="Offline", type="OFFLINE"),
        AgentStatus(name="Lunch"),
    )


def test_after_contact_work_none_means_no_such_work(tmp_path: Path) -> None:
    """TOML has no null, so the word says it; 0 keeps Amazon Connect's meaning."""
    centre = read(
        tmp_path,
        SMALL
        + '[routing_profiles.All]\n[agents]\nanna = { routing_profile = "All", after_contact_work = "none" }\n'
        'ben = { routing_profile = "All", after_contact_work = 0 }\n',
    )
    assert centre.agents == (
        AgentDefinition(name="anna", routing_profile="All", after_contact_work=None),
        AgentDefinition(name="ben", routing_profile="All", after_contact_work=0),
    )


def test_days_are_written_alone_in_ranges_in_lists_or_daily(tmp_path: Path) -> None:
    """A range may pass the week's end, and periods come out in the week's order."""
    centre = read(
        tmp_path,
        SMALL + '[hours.A]\n"saturday-monday" = "22:00-24:00"\n"Tuesday, thursday" = ["09:00-12:00"]\n'
        '[hours.B]\ndaily = ["00:00-24:00"]\n',
    )
    first, second = centre.hours
    assert first.periods == (
        OpenPeriod(day="MONDAY", start_minute=1320, end_minute=1440),
        OpenPeriod(day="TUESDAY", start_minute=540, end_minute=720),
        OpenPeriod(day="THURSDAY", start_minute=540, end_minute=720),
        OpenPeriod(day="SATURDAY", start_minute=1320, end_minute=1440),
        OpenPeriod(day="SUNDAY", start_minute=1320, end_minute=1440),
    )
    assert [(p.start_minute, p.end_minute) for p in second.periods] == [(0, 1440)] * 7


def test_all_faults_of_reading_come_at_once(tmp_path: Path) -> None:
    """Unknown keys, wrong types, bad zones, bad times and missing files are told together."""
    text = (
        SMALL
        + 'polcy = "x"\nmax_contacts = "many"\n[hours.A]\ntime_zone = "Mars/Base"\nmonday = "09:00-25:00"\n'
        '[flows]\nWelcome = "welcome.json"\n[agents.anna]\n'
    )
    assert faults(tmp_path, text) == [
        ("no-file", "flows.Welcome.file"),
        ("bad-time", "hours.A.monday"),
        ("unknown-zone", "hours.A.time_zone"),
        ("unknown-key", "queues.Sales.polcy"),
        ("wrong-type", "queues.Sales.max_contacts"),
        ("missing", "agents.anna.routing_profile"),
    ]


def test_a_slip_in_the_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    """The place of a syntax error is where an editor would jump."""
    assert faults(tmp_path, "[centre]\nname = Desk\n") == [("not-toml", "line 2, column 8")]


def test_a_key_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    """TOML itself refuses a name given twice in one section."""
    assert faults(tmp_path, "[queues.A]\n[queues.A]\n")[0][0] == "not-toml"


def test_a_file_that_is_not_there_leads_to_init(tmp_path: Path) -> None:
    """Whoever has no definition yet is told how to get one."""
    with pytest.raises(DefinitionFault) as caught:
        read_centre(tmp_path)
    assert "evenhand init" in caught.value.findings[0].way_out


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    """Bytes of another encoding are a fault, never a traceback."""
    (tmp_path / "centre.toml").write_bytes(b'[centre]\nname = "B\xfcro"\n')
    with pytest.raises(DefinitionFault) as caught:
        read_centre(tmp_path)
    assert [finding.code for finding in caught.value.findings] == ["not-utf-8"]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """Some editors write one."""
    (tmp_path / "centre.toml").write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert read_centre(tmp_path).default_queue == "Sales"


@pytest.mark.parametrize(
    ("file", "code"), [("", "missing"), (".", "no-file"), ("a\\u0000b", "no-file"), ("latin.json", "no-file")]
)
def test_a_flow_file_that_cannot_be_read_is_told(tmp_path: Path, file: str, code: str) -> None:
    """An empty path, a folder, an impossible name, a wrong encoding: each is a fault of the flow's file."""
    (tmp_path / "latin.json").write_bytes(b'"\xfc"')
    assert faults(tmp_path, f'{SMALL}[flows]\nA = "{file}"\n') == [(code, "flows.A.file")]


STARTER_TEXT = (STARTER / "centre.toml").read_text()
PIECES = st.one_of(
    st.sampled_from(
        ["", "7", "true", "[]", "{}", '""', "1e400", "nan", "2025-01-01", "09:00:00", '"x"', "9" * 400]
    ),
    st.text(max_size=8),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_the_file_makes_reading_or_checking_stumble(data: st.DataObject) -> None:
    """Whatever a slip of the hand does to a definition, it ends in findings, never in another exception."""
    lines = STARTER_TEXT.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(lines) - 1))
        key, equals, _value = lines[index].partition("=")
        piece = data.draw(PIECES)
        lines[index] = f"{key}{equals} {piece}" if equals else piece
    folder = Path(STARTER)
    definition, _ = _read_text("\n".join(lines), folder)
    if definition is not None:
        check_definition(definition)


def _read_text(text: str, folder: Path) -> tuple[CentreDefinition | None, int]:
    """Read this text as if it stood in the folder."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "centre.toml"
        for part in ("flows", "tables"):
            (Path(place) / part).symlink_to(folder / part)
        file.write_bytes(text.encode("utf-8", "replace"))
        definition, findings = read_leniently(file)
        return definition, len(findings.all)


def test_a_service_names_a_function_of_a_file_that_is_there(tmp_path: Path) -> None:
    """A misspelt adapter is found before a call needs it."""
    (tmp_path / "services.py").write_text("def bot(operation, request):\n    return {}\n")
    file = tmp_path / "centre.toml"
    file.write_text(
        '[services]\nlex = "services.py:bot"\ncases = "service.py:cases"\nviews = "services.py"\n'
    )
    definition, findings = read_leniently(file)
    assert definition is not None
    assert definition.services == {"lex": "services.py:bot"}
    assert [(one.field, one.code) for one in findings.all] == [
        ("services.cases", "no-file"),
        ("services.views", "wrong-type"),
    ]


def test_proficiencies_and_overrides_are_read(tmp_path: Path) -> None:
    """Skills by attribute and value, holidays by date."""
    text = SMALL + (
        '[predefined_attributes]\nLanguage = ["German"]\n'
        '[hours.Office]\nparents = ["All"]\noverrides = { "2026-12-24" = ["09:00-12:00"], '
        '"2026-12-25..2026-12-26" = [] }\n'
        '[agents.ana]\nrouting_profile = "x"\nproficiencies = { Language = { German = 4.5 } }\n'
    )
    centre = read(tmp_path, text)
    assert centre.agents[0].proficiencies == (Proficiency("Language", "German", 4.5),)
    assert centre.predefined_attributes[0].values == ("German",)
    first, second = centre.hours[0].overrides
    assert (first.first, first.last, len(first.periods)) == ("2026-12-24", "2026-12-24", 7)
    assert (second.first, second.last, second.periods) == ("2026-12-25", "2026-12-26", ())
    assert centre.hours[0].parents == ("All",)


def test_bad_proficiencies_and_overrides_are_told(tmp_path: Path) -> None:
    """Each with its place."""
    text = SMALL + (
        '[predefined_attributes]\nLanguage = "German"\n'
        '[hours.Office.overrides]\n"Christmas" = []\n"2026-12-26..2026-12-25" = []\n'
        '[agents.ana]\nrouting_profile = "x"\nproficiencies = { Language = { German = "good" } }\n'
    )
    assert faults(tmp_path, text) == [
        ("bad-date", "hours.Office.overrides.Christmas"),
        ("bad-date", 'hours.Office.overrides."2026-12-26..2026-12-25"'),
        ("wrong-type", "agents.ana.proficiencies.Language.German"),
        ("wrong-type", "predefined_attributes.Language"),
    ]


def test_levels_and_attributes_are_checked() -> None:
    """A level from 1 to 5, of a value that is predefined where any is."""
    agent = AgentDefinition(
        name="ana",
        routing_profile="x",
        proficiencies=(Proficiency("Language", "German", 6.0), Proficiency("Languages", "French")),
    )
    definition = CentreDefinition(
        agents=(agent,),
        predefined_attributes=(PredefinedAttribute(name="Language", values=("Germany",)),),
    )
    codes = {one.code for one in check_definition(definition)}
    assert {"bad-level", "unknown-value", "unknown-attribute"} <= codes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def other(o, r): ...", "services.py has no function 'bot'."),
        ("def other():\n    bot = 1", "services.py has no function 'bot'."),
        ("async def bot(o, r): ...", "'bot' in services.py is async; it is called in a thread."),
        ("def bot(o, r:", "services.py is not Python (line 1): '(' was never closed."),
        ("raise SystemExit\ndef bot(o, r): ...", ""),
        ("try:\n    import bot\nexcept ImportError:\n    bot = None", ""),
        ("from elsewhere import answer as bot", ""),
        ("from elsewhere import *", ""),
        ("if True:\n    bot = lambda o, r: {}", ""),
    ],
)
def test_the_function_of_a_service_is_looked_for_without_running_it(
    tmp_path: Path, text: str, message: str
) -> None:
    """A misspelt function is found before a call needs it; the file may do anything when it runs."""
    (tmp_path / "services.py").write_text(text)
    file = tmp_path / "centre.toml"
    file.write_text('[services]\nlex = "services.py:bot"\n')
    _, findings = read_leniently(file)
    assert [one.message for one in findings.all if one.code == "no-function"] == (
        [message] if message else []
    )


def test_a_service_can_be_local_where_one_comes_with_evenhand(tmp_path: Path) -> None:
    """A bot does not."""
    file = tmp_path / "centre.toml"
    file.write_text('[services]\nprofiles = "local"\nlex = "local"\n')
    definition, findings = read_leniently(file)
    assert definition is not None
    assert definition.services["profiles"] == "local"
    assert [(one.field, one.code) for one in findings.all] == [("services.lex", "not-local")]


def test_a_new_database_starts_with_the_rows_of_local_services(tmp_path: Path) -> None:
    """As with the articles' tables."""
    (tmp_path / "people.csv").write_text("ProfileId,FirstName,LastName\np-1,Ann,\n")
    (tmp_path / "centre.toml").write_text('[table_files]\nprofiles = "people.csv"\n')
    fill_tables(tmp_path / "evenhand.db", read_centre(tmp_path), tmp_path)
    records = ServiceRecords(tmp_path / "evenhand.db")
    assert list(records.rows("profiles")) == [{"ProfileId": "p-1", "FirstName": "Ann"}]
    records.close()
