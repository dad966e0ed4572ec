"""Data tables on this machine: rows of values by their primary values."""

from __future__ import annotations

from typing import Any

from evenhand.adapters.services.profiles import unknown_operation
from evenhand.adapters.services.records import Found, ServiceRecords
from evenhand.flow.references import text_of
from evenhand.host.ports import ServiceAnswer
from evenhand.model.names import last_part

__all__ = ["answer_data_tables"]


def answer_data_tables(
    records: ServiceRecords, operation: str, request: dict[str, Any], request_id: str
) -> ServiceAnswer:
    """Answer a request of the blocks of data tables."""
    named = text_of(request.get("DataTableId"))
    table = named if records.find("data_tables", {"DataTable": named}) else last_part(named).partition(":")[0]
    if operation == "upsert":
        return _upsert(records, table or named, request)
    rows = records.find("data_tables", {"DataTable": table}) if table else []
    if not rows:
        detail = f"there is no data table {named!r}; fill it: evenhand tables import data_tables FILE"
        return ServiceAnswer(False, reason="missing", detail=detail)
    match operation:
        case "evaluate":
            return ServiceAnswer(True, result=_evaluated(records, table, request))
        case "list":
            return ServiceAnswer(True, result={"ResultData": _listed(records, table, named, rows, request)})
    return unknown_operation("data tables", operation)


def _evaluated(records: ServiceRecords, table: str, request: dict[str, Any]) -> dict[str, Any]:
    """The wanted attributes of each query's row, as text; nothing where there is no such row or value."""
    answers: dict[str, Any] = {}
    for query in _objects(request.get("Queries")):
        found = _rows(records, table, query)
        values = found[-1].fields["Values"] if found else {}
        names = query.get("Attributes")
        wanted = [text_of(name) for name in names] if isinstance(names, list) else list(values)
        answers[text_of(query.get("QueryName"))] = {
            name: text_of(values[name]) for name in wanted if name in values
        }
    return answers


def _listed(
    records: ServiceRecords, table: str, named: str, rows: list[Found], request: dict[str, Any]
) -> dict[str, Any]:
    groups = _objects(request.get("PrimaryKeyGroups"))
    found = {text_of(group.get("PrimaryKeyGroupName")): _rows(records, table, group) for group in groups}
    return {
        "dataTableId": named,
        "lockVersion": {"dataTable": _version(rows)},
        "primaryKeyGroups": {
            name: [_row(one) for one in some] for name, some in (found or {"default": rows}).items()
        },
    }


def _row(found: Found) -> dict[str, Any]:
    def pairs(values: dict[str, Any]) -> list[dict[str, str]]:
        return [{"attributeName": name, "attributeValue": text_of(value)} for name, value in values.items()]

    return {
        "primaryKeys": pairs(found.fields["PrimaryValues"]),
        "attributes": pairs(found.fields["Values"]),
    }


def _upsert(records: ServiceRecords, table: str, request: dict[str, Any]) -> ServiceAnswer:
    """Write each group's attributes into its row, which is made where there is none."""
    if not table:
        return ServiceAnswer(False, reason="missing", detail="the request names no data table")
    lock = text_of(request.get("LockVersion"))
    version = _version(records.find("data_tables", {"DataTable": table}))
    if lock not in ("", "LATEST", version):
        detail = f"the table was changed: it has version {version}, the request was made for {lock}"
        return ServiceAnswer(False, reason="raised", detail=detail)
    for group in _objects(request.get("DataTableUpsertAttributes")):
        row: dict[str, Any] = {"DataTable": table, "PrimaryValues": _primary(group), "Values": {}}
        known = records.get("data_tables", row)
        values = dict(known.fields["Values"]) if known is not None else {}
        for attribute in _objects(group.get("Attributes")):
            name = text_of(attribute.get("Name"))
            if text_of(attribute.get("UseDefaultValue")).lower() == "true":
                values.pop(name, None)
            else:
                values[name] = text_of(attribute.get("Value"))
        records.put("data_tables", {**row, "Values": values})
    return ServiceAnswer(True)


def _rows(records: ServiceRecords, table: str, group: dict[str, Any]) -> list[Found]:
    """The rows with the primary values that a query or group names."""
    primary = {f"PrimaryValues.{name}": value for name, value in _primary(group).items()}
    return records.find("data_tables", {"DataTable": table, **primary})


def _primary(group: dict[str, Any]) -> dict[str, str]:
    """Primary values by their attribute; queries call it `AttributeName`, groups `Name`."""
    return {
        text_of(one.get("AttributeName") or one.get("Name")): text_of(one.get("Value"))
        for one in _objects(group.get("PrimaryValues"))
    }


def _version(rows: list[Found]) -> str:
    return str(max((row.changed for row in rows), default=0))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
