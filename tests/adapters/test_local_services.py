"""The services that come with Evenhand: profiles, cases and data tables in the centre's database."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.services.local import LocalServices
from evenhand.adapters.services.records import ServiceRecords
from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.centre.check_services import LOCAL_SERVICES
from evenhand.errors import TableFault
from evenhand.host.ports import ServiceAnswer

PEOPLE = [
    {
        "ProfileId": "p-1",
        "FirstName": "Ann",
        "LastName": "Lee",
        "PhoneNumber": "+12025550171",
        "Attributes.tier": "gold",
    },
    {"ProfileId": "p-2", "FirstName": "Bob", "MobilePhoneNumber": "+12025550172", "AccountNumber": "7"},
    {
        "ProfileId": "p-3",
        "FirstName": "Cy",
        "HomePhoneNumber": "+12025550172",
        "EmailAddress": "cy@example.com",
    },
]


class Local:
    """The local services of an empty folder; each request has an id of its own unless one is given."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "evenhand.db"
        self.services = LocalServices(self.database)
        self._asked = 0

    def fill(self, table: str, rows: list[dict[str, Any]]) -> None:
        records = ServiceRecords(self.database)
        records.import_rows(table, rows)
        records.close()

    def rows(self, table: str) -> list[dict[str, Any]]:
        records = ServiceRecords(self.database)
        try:
            return list(records.rows(table))
        finally:
            records.close()

    def full(self, service: str, operation: str, request: dict[str, Any], id_: str = "") -> ServiceAnswer:
        self._asked += 1
        return asyncio.run(
            self.services.ask(
                service, operation, request, request_id=id_ or f"c-1/{self._asked}", time_limit=8.0
            )
        )

    def __call__(self, service: str, operation: str, **request: Any) -> Any:
        """The result, or the outcome where there is one."""
        answer = self.full(service, operation, request)
        assert answer.ok, answer.detail
        return answer.outcome or answer.result

    def crash(self) -> None:
        """The process is another one from now on."""
        asyncio.run(self.services.close())
        self.services = LocalServices(self.database)

    def find(self, name: str, value: str) -> Any:
        found = self(
            "profiles",
            "get",
            ProfileRequestData={"IdentifierName": name, "IdentifierValue": value},
            ProfileResponseData=["FirstName"],
        )
        return found if isinstance(found, str) else found.get("FirstName")


@pytest.fixture
def local(tmp_path: Path) -> Local:
    return Local(tmp_path)


# --- profiles -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("_phone", "+12025550171", "Ann"),
        ("_phone", "+12025550172", "MultipleFound"),
        ("_phone", "+12025550173", "NoneFound"),
        ("_phone", "", "NoneFound"),
        ("_email", "cy@example.com", "Cy"),
        ("_account", "7", "Bob"),
        ("_profileId", "p-2", "Bob"),
        ("_fullName", "Ann Lee", "Ann"),
        ("FirstName", "Cy", "Cy"),
        ("Attributes.tier", "gold", "Ann"),
        ("_orderId", "o-1", "Bob"),
    ],
)
def test_a_profile_is_found_by_any_key(local: Local, name: str, value: str, found: str) -> None:
    """Standard keys mean several fields; a key of an object means whose it is; others are fields."""
    local.fill("profiles", PEOPLE)
    local.fill(
        "profile_objects",
        [{"ProfileId": "p-2", "ObjectType": "_order", "ObjectId": "1", "OrderId": "o-1"}],
    )
    assert local.find(name, value) == found


def test_a_profile_shows_what_was_asked_for(local: Local) -> None:
    """The id and the ARN are always there; all fields where the block does not say which."""
    local.fill("profiles", PEOPLE)
    one = {"IdentifierName": "_profileId", "IdentifierValue": "p-1"}
    about = {
        "ProfileId": "p-1",
        "ProfileARN": "arn:aws:profile:local:000000000000:domains/local/profiles/p-1",
    }
    assert local("profiles", "get", ProfileRequestData=one, ProfileResponseData=[]) == about
    wanted = {"Attributes.tier": True, "Nothing": True}
    assert local("profiles", "get", ProfileRequestData=one, ProfileResponseData=wanted) == {
        **about,
        "Attributes": {"tier": "gold"},
    }
    assert local("profiles", "get", ProfileRequestData=one)["LastName"] == "Lee"


def test_a_profile_is_made_and_changed(local: Local) -> None:
    """The new one is found by what it was made with; a change leaves the other fields."""
    made = local("profiles", "create", ProfileRequestData={"HomePhoneNumber": "+12025550190"})
    local(
        "profiles",
        "update",
        ProfileRequestData={"ProfileId": made["ProfileId"], "FirstName": "Di", "Attributes": {"tier": "new"}},
    )
    assert local.find("_phone", "+12025550190") == "Di"
    local(
        "profiles", "update", ProfileRequestData={"ProfileId": made["ProfileId"], "Attributes": {"age": "4"}}
    )
    assert local.rows("profiles")[0]["Attributes"] == {"tier": "new", "age": "4"}
    assert local("profiles", "update", ProfileRequestData={"ProfileId": "nobody"}) == "NoneFound"


def test_a_name_with_a_full_stop_is_a_field_of_an_object_in_a_request_too(local: Local) -> None:
    """Whichever way a flow writes it, it reads `$.Customer.Attributes.tier`."""
    made = local("profiles", "create", ProfileRequestData={"Attributes.tier": "gold", "Attributes": {}})
    assert made["Attributes"] == {"tier": "gold"}


def test_a_profile_that_changed_its_number_is_not_found_by_the_old_one(local: Local) -> None:
    """Nothing stale is left of what a record could be found by."""
    local.fill("profiles", PEOPLE)
    local("profiles", "update", ProfileRequestData={"ProfileId": "p-1", "PhoneNumber": "+12025550199"})
    assert local.find("_phone", "+12025550171") == "NoneFound"
    assert local.find("_phone", "+12025550199") == "Ann"


def test_the_object_of_a_profile_is_found(local: Local) -> None:
    """By its type and an identifier, or the newest; several without either are no answer."""
    local.fill("profiles", PEOPLE)
    local.fill(
        "profile_objects",
        [
            {"ProfileId": "p-1", "ObjectType": "_order", "ObjectId": str(n), "Status": f"s{n}"}
            for n in (1, 2, 3)
        ],
    )
    order = {"ProfileId": "p-1", "ObjectType": "_order"}
    latest = local("profiles", "get_object", ProfileRequestData={**order, "UseLatest": True})
    assert latest["Order"]["Status"] == "s3"
    second = {**order, "IdentifierName": "ObjectId", "IdentifierValue": "2"}
    assert local(
        "profiles", "get_object", ProfileRequestData=second, ProfileResponseData=["Order.Status"]
    ) == {"Order": {"Status": "s2"}}
    assert "3 objects are meant" in local.full("profiles", "get_object", {"ProfileRequestData": order}).detail
    asset = {"ProfileId": "p-1", "ObjectType": "_asset"}
    assert local("profiles", "get_object", ProfileRequestData=asset) == "NoneFound"


def test_calculated_attributes_are_those_of_the_row(local: Local) -> None:
    """Nothing is calculated here: the row says them."""
    local.fill("profiles", [{"ProfileId": "p", "CalculatedAttributes._calls": 3}])
    one = {"ProfileId": "p"}
    assert local("profiles", "calculated", ProfileRequestData=one) == {"_calls": 3}
    assert (
        local("profiles", "calculated", ProfileRequestData=one, ProfileResponseData=["_other"]) == "NoneFound"
    )


def test_a_contact_is_associated_with_a_profile(local: Local) -> None:
    """The link can be listed afterwards."""
    local.fill("profiles", PEOPLE)
    local("profiles", "associate", ProfileRequestData={"ProfileId": "p-1"}, ContactId="c-1")
    assert local.rows("contact_links") == [{"ContactId": "c-1", "Kind": "profile", "Id": "p-1"}]


# --- cases ----------------------------------------------------------------------------------------------


def test_a_case_is_made_found_and_changed(local: Local) -> None:
    """Its fields are plain; it is open until something else is said."""
    fields = {"title": "Broken", "customer_id": "p-1"}
    made = local(
        "cases",
        "create",
        CaseTemplateId="t",
        CaseRequestFields=fields,
        LinkContactToCase="true",
        ContactId="c-1",
    )
    assert made == {"template_id": "t", "status": "open", **fields, "case_id": made["case_id"]}
    assert local("cases", "get", CaseRequestFields={"status": "open"}, CustomerId="p-1") == made
    changed = local("cases", "update", CaseId=made["case_id"], CaseRequestFields={"status": "closed"})
    assert changed == {**made, "status": "closed"}
    assert local("cases", "get", CaseRequestFields={"status": "open"}) == "NoneFound"
    assert local("cases", "update", CaseId="none", CaseRequestFields={}) == "NoneFound"
    assert local.rows("contact_links") == [{"ContactId": "c-1", "Kind": "case", "Id": made["case_id"]}]


def test_several_cases_are_too_many_unless_the_newest_is_meant(local: Local) -> None:
    """Newest is the one that was changed last."""
    local.fill("cases", [{"case_id": name, "customer_id": "p"} for name in ("a", "b", "c")])
    wanted = {"customer_id": "p"}
    assert local("cases", "get", CaseRequestFields=wanted) == "MultipleFound"
    local("cases", "update", CaseId="b", CaseRequestFields={"status": "open"})
    assert local(
        "cases", "get", CaseRequestFields=wanted, GetLastUpdatedCase="true", CaseResponseFields=["status"]
    ) == {"status": "open", "case_id": "b"}


def test_a_case_that_cannot_be_linked_says_so_and_is_not_made(local: Local) -> None:
    """A request without its contact."""
    assert local("cases", "create", CaseRequestFields={}, LinkContactToCase="true") == "ContactNotLinked"
    assert local.rows("cases") == []


# --- data tables ----------------------------------------------------------------------------------------


def test_values_are_looked_up_by_query(local: Local) -> None:
    """Each query names its row by primary values; what is not there is empty."""
    local.fill(
        "data_tables",
        [
            {
                "DataTable": "t-1",
                "PrimaryValues.country": "DE",
                "Values.greeting": "Hallo",
                "Values.limit": 5,
            },
            {"DataTable": "t-1", "PrimaryValues.country": "FR", "Values.greeting": "Bonjour"},
        ],
    )

    def query(name: str, country: str, *attributes: str) -> dict[str, Any]:
        primary = [{"AttributeName": "country", "Value": country}]
        return {"QueryName": name, "Attributes": list(attributes), "PrimaryValues": primary}

    assert local(
        "data_tables",
        "evaluate",
        DataTableId="arn:aws:connect:x:1:instance/i/data-table/t-1:$LATEST",
        Queries=[
            query("a", "DE", "greeting", "limit"),
            query("b", "FR", "greeting", "limit"),
            query("c", "IT", "greeting"),
        ],
    ) == {"a": {"greeting": "Hallo", "limit": "5"}, "b": {"greeting": "Bonjour"}, "c": {}}


def test_rows_are_listed_by_group_and_all_without_one(local: Local) -> None:
    """In the shape that flows read with indices."""
    local.fill(
        "data_tables", [{"DataTable": "t", "PrimaryValues": {"k": k}, "Values": {"v": k * 2}} for k in "ab"]
    )
    row = {
        "primaryKeys": [{"attributeName": "k", "attributeValue": "b"}],
        "attributes": [{"attributeName": "v", "attributeValue": "bb"}],
    }
    group = {"PrimaryKeyGroupName": "g", "PrimaryValues": [{"Name": "k", "Value": "b"}]}
    listed = local("data_tables", "list", DataTableId="t", PrimaryKeyGroups=[group])["ResultData"]
    assert (listed["dataTableId"], listed["primaryKeyGroups"]) == ("t", {"g": [row]})
    everything = local("data_tables", "list", DataTableId="t")["ResultData"]["primaryKeyGroups"]
    assert [one["attributes"][0]["attributeValue"] for one in everything["default"]] == ["aa", "bb"]


def test_rows_are_written_or_changed(local: Local) -> None:
    """An attribute that takes its default is empty here; the others stay."""

    def upsert(lock: str = "LATEST", **values: str) -> ServiceAnswer:
        attributes = [
            {"Name": name, "Value": value, "UseDefaultValue": value == "default"}
            for name, value in values.items()
        ]
        group = {"PrimaryValues": [{"Name": "k", "Value": "1"}], "Attributes": attributes}
        request = {"DataTableId": "t", "LockVersion": lock, "DataTableUpsertAttributes": [group]}
        return local.full("data_tables", "upsert", request)

    assert upsert(a="1", b="2").ok
    version = local("data_tables", "list", DataTableId="t")["ResultData"]["lockVersion"]["dataTable"]
    assert upsert(version, a="default", c="3").ok
    assert "the table was changed" in upsert(version, a="9").detail
    assert local.rows("data_tables") == [
        {"DataTable": "t", "PrimaryValues": {"k": "1"}, "Values": {"b": "2", "c": "3"}}
    ]


def test_a_data_table_that_is_not_there_says_how_it_is_filled(local: Local) -> None:
    """Its name and the command."""
    answer = local.full("data_tables", "evaluate", {"DataTableId": "t"})
    assert answer.detail == "there is no data table 't'; fill it: evenhand tables import data_tables FILE"


@pytest.mark.parametrize("service", LOCAL_SERVICES)
def test_every_service_that_can_be_local_is(local: Local, service: str) -> None:
    """What the check of a centre allows has an adapter."""
    assert local.full(service, "get", {"ProfileRequestData": {}}).reason != "no_adapter"


# --- what is kept, and once -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "operation", "request_", "table"),
    [
        ("profiles", "create", {"ProfileRequestData": {"FirstName": "A"}}, "profiles"),
        ("cases", "create", {"CaseRequestFields": {"title": "A"}}, "cases"),
        (
            "data_tables",
            "upsert",
            {
                "DataTableId": "t",
                "LockVersion": "0",
                "DataTableUpsertAttributes": [{"Attributes": [{"Name": "a", "Value": "1"}]}],
            },
            "data_tables",
        ),
    ],
)
def test_what_is_asked_again_after_a_crash_is_done_once(
    local: Local, service: str, operation: str, request_: dict[str, Any], table: str
) -> None:
    """The same request gets the same answer from another process, and one record is there."""
    first = local.full(service, operation, request_, "c-1/7")
    local.crash()
    assert local.full(service, operation, request_, "c-1/7") == first
    assert first.ok
    assert len(local.rows(table)) == 1


def test_a_centre_that_dies_after_a_write_goes_on_with_its_answer(tmp_path: Path) -> None:
    """The process ends between the write and the journal; the next one asks again and there is one case."""
    action = {
        "Identifier": "case",
        "Type": "CreateCase",
        "Parameters": {"CaseRequestFields": {"title": "A call"}},
        "Transitions": {"NextAction": "say", "Errors": []},
    }
    say = {"Identifier": "say", "Type": "MessageParticipant", "Parameters": {"Text": "Case $.Case.title."}}
    flow = {"Version": "2019-10-30", "StartAction": "case", "Actions": [action, {**say, "Transitions": {}}]}
    (tmp_path / "flow.json").write_text(json.dumps(flow))
    (tmp_path / "centre.toml").write_text(
        '[services]\ncases = "local"\n[flows.f]\nfile = "flow.json"\n[queues.BasicQueue]\n'
    )
    (tmp_path / "centre.py").write_text(_CENTRE)

    def run(word: str) -> tuple[int, str]:
        command = [sys.executable, "centre.py", word]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        return ended.returncode, ended.stdout + ended.stderr

    assert run("dies") == (9, "")
    assert run("lives") == (0, "Case A call.\n")
    records = ServiceRecords(tmp_path / "evenhand.db")
    assert len(list(records.rows("cases"))) == 1
    records.close()


_CENTRE = """
import asyncio, os, sys
from pathlib import Path
from evenhand.adapters.services.local import LocalServices
from evenhand.cli.running import open_centre
from evenhand.model.effects import Speak
from evenhand.model.inputs import ContactArrived

dies = sys.argv[1] == "dies"
real = LocalServices.ask

async def ask(self, *given, **named):
    answer = await real(self, *given, **named)
    if dies:
        os._exit(9)
    return answer

LocalServices.ask = ask
spoken = asyncio.Event()

class Legs:
    def attach(self, send):
        pass

    def perform(self, effect, now):
        if isinstance(effect, Speak):
            print(effect.prompt.value)
            spoken.set()

async def main():
    async with open_centre(Path(), Path("data"), lambda clock: (Legs(), ())) as running:
        if dies:
            running.host.send(ContactArrived("c-9", flow="f"))
        await spoken.wait()

asyncio.run(main())
"""


def test_an_old_request_does_not_undo_a_newer_one(local: Local) -> None:
    """An update that is repeated after another one leaves that one's value."""
    local.fill("cases", [{"case_id": "a"}])
    old = {"CaseId": "a", "CaseRequestFields": {"status": "open"}}
    local.full("cases", "update", old, "c-1/1")
    local("cases", "update", CaseId="a", CaseRequestFields={"status": "closed"})
    local.crash()
    local.full("cases", "update", old, "c-1/1")
    assert local.rows("cases")[0]["status"] == "closed"


def test_an_answer_that_is_too_large_writes_nothing(local: Local) -> None:
    """What the flow is told has failed has not happened."""
    request = {"CaseRequestFields": {"text": "x" * 40_000}}
    assert local.full("cases", "create", request).reason == "too_large"
    assert local.rows("cases") == []


def test_a_file_that_is_gone_is_a_failure_with_words(local: Local) -> None:
    """A bad outside is told to the flow, never raised."""
    asyncio.run(local.services.close())
    answer = local.full("cases", "create", {"CaseRequestFields": {}})
    assert (answer.ok, answer.reason) == (False, "raised")
    assert str(local.database) in answer.detail


def test_an_operation_that_nobody_knows_is_a_failure(local: Local) -> None:
    """As an adapter that was written for another version would be asked."""
    for service in ("cases", "data_tables"):
        local.fill("data_tables", [{"DataTable": "t", "Values.a": "1"}])
        assert not local.full(service, "fly", {"DataTableId": "t"}).ok


def test_the_records_live_beside_the_tables_of_an_older_file(tmp_path: Path) -> None:
    """A file that was made before has them from now on, and what it held is untouched."""
    tables = SqliteTables(tmp_path / "evenhand.db")
    tables.bind_agent("+1", "anna")
    local = Local(tmp_path)
    local("profiles", "create", ProfileRequestData={"FirstName": "A"})
    assert tables.own_agent("+1") == "anna"
    tables.close()
    with sqlite3.connect(local.database) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_copy_knows_what_was_changed_last(local: Local, tmp_path: Path) -> None:
    """A test call on a copy finds the same newest case."""
    local.fill("cases", [{"case_id": name, "k": "1"} for name in "abc"])
    local("cases", "update", CaseId="a", CaseRequestFields={})
    source, copy = ServiceRecords(local.database), ServiceRecords(tmp_path / "copy.db")
    source.copy_to(copy)
    assert copy.find("cases", {"k": "1"})[-1].fields["case_id"] == "a"
    source.close()
    copy.close()


@pytest.mark.parametrize(
    ("table", "row", "code"),
    [
        ("profiles", {"FirstName": "A"}, "missing"),
        ("profiles", {"ProfileId": 7}, "not_text"),
        ("profiles", {"ProfileId": "7 "}, "space"),
        ("profiles", {"ProfileId": "7", "A": float("nan")}, "not_json"),
        ("profiles", {"ProfileId": "7", "A": "\ud800"}, "not_json"),
        ("profiles", {"ProfileId": "7", "A": "x" * 33_000}, "too_large"),
        ("profiles", {"ProfileId": "7", "A": "1", "A.b": "2"}, "column"),
        ("profiles", {"ProfileId": "7", "A.": "2"}, "column"),
        ("profiles", {"ProfileId": "7", None: ["x"]}, "unknown_column"),
        ("profiles", [1], "not_a_row"),
        ("data_tables", {"DataTable": "t", "PrimaryValues": {"a": "1"}}, "missing"),
        ("data_tables", {"DataTable": "t", "Values": "1"}, "not_an_object"),
        ("data_tables", {"DataTable": "t", "Values.a": "1", "b": "1"}, "unknown_column"),
        ("contact_links", {"ContactId": "c", "Kind": "case"}, "missing"),
    ],
)
def test_a_bad_row_is_named_and_none_is_written(local: Local, table: str, row: Any, code: str) -> None:
    """With the good ones before it."""
    good = {
        "profiles": {"ProfileId": "0"},
        "data_tables": {"DataTable": "t", "Values.a": "1"},
        "contact_links": {"ContactId": "0", "Kind": "case", "Id": "0"},
    }[table]
    with pytest.raises(TableFault) as fault:
        local.fill(table, [good, row])
    assert [(one.block, one.code) for one in fault.value.findings] == [("row 2", code)]
    assert local.rows(table) == []


def test_rows_of_one_key_in_a_file_are_named(local: Local) -> None:
    """Which of them would stand is nobody's guess; in data tables the primary values are part of the key."""
    with pytest.raises(TableFault) as fault:
        local.fill("profiles", [{"ProfileId": "p"}, {"ProfileId": "p"}])
    assert fault.value.findings[0].message == "ProfileId 'p' is already in row 1."
    local.fill(
        "data_tables", [{"DataTable": "t", "PrimaryValues": {"k": k}, "Values": {"v": 1}} for k in "ab"]
    )
    assert len(local.rows("data_tables")) == 2
