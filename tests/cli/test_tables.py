"""`evenhand tables` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from evenhand.cli.app import run


class Told(NamedTuple):
    code: int | str | None
    out: str
    err: str


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tables:
    monkeypatch.chdir(tmp_path)
    return Tables(capsys)


class Tables:
    """The command, run in an empty folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Told:
        with pytest.raises(SystemExit) as left:
            run(["tables", *arguments])
        out, err = self._capsys.readouterr()
        return Told(left.value.code, out, err)


GOOD = [
    {"callType": "loans", "agentName": "ana", "workload": 2.5},
    {"callType": "loans", "agentName": "bo", "workload": 1},
]
CSV = "callType,agentName,workload\nloans,bo,1\n\nloans,ana,2.5\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.csv", CSV),
        ("excel.csv", "\ufeff" + CSV.replace("\n", "\r\n")),
        ("rows.json", json.dumps(GOOD)),
        ("rows.jsonl", "\n".join(map(json.dumps, GOOD)) + "\n"),
        ("rows.txt", json.dumps(GOOD, indent=2)),
    ],
)
def test_a_file_is_imported_and_listed(tables: Tables, name: str, text: str) -> None:
    """CSV, a JSON list and JSON lines all fill a table, and list shows the rows in key order."""
    Path(name).write_text(text, newline="")
    assert tables("import", "AgentWorkload", name) == (
        0,
        "2 rows written to AgentWorkload in evenhand.db\n",
        "",
    )
    listed = tables("list", "agentworkload", "--json")
    assert json.loads(listed.out) == GOOD
    assert tables("list", "AgentWorkload").out.splitlines() == [
        "callType  agentName  workload",
        "loans     ana        2.5",
        "loans     bo         1",
    ]


def test_what_list_writes_import_takes(tables: Tables) -> None:
    """The JSON of list is a file for import."""
    tables("set", "queues", "callId=c1", "times=2026-03-01T09:00:00Z", "--db", "a.db")
    listed = tables("list", "queues", "--json", "--db", "a.db").out
    Path("copy.json").write_text(listed)
    assert tables("import", "queues", "copy.json", "--db", "b.db").code == 0
    assert tables("list", "queues", "--json", "--db", "b.db").out == listed


def test_every_bad_line_is_named(tables: Tables) -> None:
    """Every bad row of a CSV file is named by file and line, the code is 2, and the table stays as it was."""
    tables("set", "AgentWorkload", "callType=loans", "agentName=zoe", "workload=9")
    Path("rows.csv").write_text(
        'callType,agentName,workload\nloans,bo,1\nloans,,2\n"lo\nans",ana,x\nloans,cy,-1,more\nloans,bo,3\n'
    )
    told = tables("import", "AgentWorkload", "rows.csv", "--replace")
    assert (told.code, told.out) == (2, "")
    lines = [line.strip() for line in told.err.splitlines()]
    assert lines[0] == "evenhand: rows.csv for AgentWorkload: 4 lines cannot be taken; nothing was written."
    assert lines[1].startswith("way out: ")
    assert lines[2:] == [
        "rows.csv:3: agentName: It is missing. Give the agentName.",
        "rows.csv:4: workload: 'x' is not a number. Give a number from 0 up.",
        "rows.csv:6: There are more cells than columns. Remove them.",
        "rows.csv:6: workload: '-1' is below 0. Give a number from 0 up.",
        "rows.csv:7: agentName: callType 'loans', agentName 'bo' is already in line 2. Keep one of the two.",
    ]
    assert [row["agentName"] for row in json.loads(tables("list", "AgentWorkload", "--json").out)] == ["zoe"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["f:1: There is no column 'customerId'", "f:1: There is no column 'agentName'"]),
        ("\ncustomerId;agentName\n1;ana\n", ["f:2: There is no column 'customerId'"]),
        ("customerId,agentName,agentName\n1,a,b\n", ["f:1: The column 'agentName' comes twice"]),
        ("customerId,agent\n1,a\n", ["f:1: CustomerAgentMap has no column 'agent'"]),
        ('customerId,agentName\n1,"a"b\n', ["f:2: This is no CSV"]),
        ('[{"customerId": "1", "agentName": "a"},\n {]', ["f:2: This is no JSON"]),
        ('[{"customerId": "1",\n "agentName": "a"},\n 7, {}]', ["f:3: 7 is not a row", "f:3: customerId"]),
        ('\n{"customerId": "1"}', ["f:2: agentName: It is missing"]),
        (
            '{"customerId": "1"}\n{"cust\n{"customerId": 2, "agentName": "a"}\n"x"\n',
            [
                "f:1: agentName",
                "f:2: This is no JSON",
                "f:3: customerId: 2 is not text",
                "f:4: 'x' is not a row",
            ],
        ),
    ],
)
def test_a_fault_of_the_file_is_shown_where_it_is(tables: Tables, text: str, said: list[str]) -> None:
    """Whatever is wrong in a file is told with its line, and nothing is written."""
    Path("f").write_text(text)
    told = tables("import", "CustomerAgentMap", "f")
    assert told.code == 2
    for line in said:
        assert line in told.err
    assert not Path("evenhand.db").exists()


def test_replace_empties_the_table_first(tables: Tables) -> None:
    """Without --replace rows are added, with it only the file's rows are left."""
    Path("rows.csv").write_text(CSV)
    tables("set", "AgentWorkload", "callType=loans", "agentName=zoe", "workload=9")
    tables("import", "AgentWorkload", "rows.csv")
    assert len(json.loads(tables("list", "AgentWorkload", "--json").out)) == 3
    assert tables("import", "AgentWorkload", "rows.csv", "--replace").code == 0
    assert len(json.loads(tables("list", "AgentWorkload", "--json").out)) == 2


def test_set_writes_one_row(tables: Tables) -> None:
    """set makes a row or replaces the one of the same key; a value may hold an equals sign."""
    assert tables("set", "CustomerAgentMap", "customerId=+1", "agentName=ana").code == 0
    assert tables("set", "CustomerAgentMap", "customerId=+1", "agentName=b=o").code == 0
    assert json.loads(tables("list", "CustomerAgentMap", "--json").out) == [
        {"customerId": "+1", "agentName": "b=o"}
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["set", "AgentWorkload", "callType=loans", "agentName=ana", "workload=NaN"], 2, "workload: 'NaN'"),
        (
            ["set", "AgentWorkload", "callType=loans", "callType=x"],
            2,
            "'callType=x' is not a field of its own",
        ),
        (["set", "CustomerAgentMap", "ana"], 2, "write each field once, as key=value"),
        (["set", "Agents", "a=b"], 2, "use one of CustomerAgentMap, AgentWorkload, queues"),
        (["import", "queues", "absent.csv"], 2, "absent.csv: the file cannot be read: No such file"),
        (["list", "queues"], 2, "make it with `evenhand tables import`"),
        (["list", "queues", "--db", "damaged.db"], 3, "damaged.db: the file is damaged"),
        (["set", "CustomerAgentMap", "customerId=1", "agentName=a", "--db", "no/x.db"], 3, "the folder"),
    ],
)
def test_an_error_has_a_way_out_and_a_code(
    tables: Tables, arguments: list[str], code: int, said: str
) -> None:
    """Each error is one clear message with the way out: 2 for what was written, 3 for what is outside."""
    Path("damaged.db").write_text("this is not a database, but it is long enough\n" * 50)
    told = tables(*arguments)
    assert (told.code, told.out) == (code, "")
    assert said in told.err
    assert "way out: " in told.err
    assert "Traceback" not in told.err


def test_a_file_in_another_encoding_is_told(tables: Tables) -> None:
    """A file that is not UTF-8 is refused with the way out."""
    Path("latin.csv").write_bytes("customerId,agentName\n1,jürgen\n".encode("latin-1"))
    told = tables("import", "CustomerAgentMap", "latin.csv")
    assert told.code == 2
    assert "save it as UTF-8" in told.err


PEOPLE = "ProfileId,FirstName,PhoneNumber,Attributes.tier\np-1,Ann,+12025550171,gold\np-2,Bob,+12025550172,\n"


def test_tables_of_the_local_services_are_filled_and_shown(tables: Tables) -> None:
    """A name with a full stop is a field of an inner object; what list writes, import takes again."""
    Path("people.csv").write_text(PEOPLE)
    assert tables("import", "profiles", "people.csv").out == "2 rows written to profiles in evenhand.db\n"
    assert tables("list", "profiles").out == (
        "ProfileId  FirstName  PhoneNumber   Attributes.tier\n"
        "p-1        Ann        +12025550171  gold\n"
        "p-2        Bob        +12025550172\n"
    )
    shown = tables("list", "profiles", "--json").out
    assert json.loads(shown)[0]["Attributes"] == {"tier": "gold"}
    Path("again.json").write_text(shown)
    assert tables("import", "profiles", "again.json", "--replace").code == 0
    assert tables("list", "profiles", "--json").out == shown


def test_one_row_of_a_local_service_is_set(tables: Tables) -> None:
    """A data table's row is replaced where its primary values are the same."""
    tables("set", "data_tables", "DataTable=greetings", "PrimaryValues.country=DE", "Values.text=Hallo")
    tables("set", "data_tables", "DataTable=greetings", "PrimaryValues.country=DE", "Values.text=Servus")
    assert tables("list", "data_tables").out == (
        "DataTable  PrimaryValues.country  Values.text\ngreetings  DE                     Servus\n"
    )


def test_bad_rows_of_a_local_service_are_named_with_their_lines(tables: Tables) -> None:
    """All of them at once, and nothing is written."""
    Path("people.csv").write_text("ProfileId,FirstName\np-1,Ann\n,Bob\np-1,Cy\n")
    told = tables("import", "profiles", "people.csv")
    assert told.code == 2
    assert "people.csv:3: ProfileId: It is missing. Give the ProfileId." in told.err
    assert "people.csv:4: ProfileId: ProfileId 'p-1' is already in line 2." in told.err
    assert tables("list", "profiles", "--json").code == 2
    told = tables("set", "profiles", "FirstName=Ann")
    assert (told.code, "ProfileId: It is missing." in told.err) == (2, True)


def test_a_header_without_the_key_is_told_once(tables: Tables) -> None:
    """Not for each row again."""
    Path("cases.csv").write_text("title,title\na,b\nc,d\n")
    told = tables("import", "cases", "cases.csv")
    assert told.err.count("cases.csv:1:") == 2
    assert "There is no column 'case_id' in the header." in told.err
