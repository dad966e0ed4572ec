"""Cases on this machine: plain fields by their ids, found by any of them."""

from __future__ import annotations

import uuid
from typing import Any

from evenhand.adapters.services.profiles import picked, true, unknown_operation
from evenhand.adapters.services.records import ServiceRecords
from evenhand.flow.references import text_of
from evenhand.host.ports import ServiceAnswer

__all__ = ["answer_cases"]


def answer_cases(
    records: ServiceRecords, operation: str, request: dict[str, Any], request_id: str
) -> ServiceAnswer:
    """Answer a request of CreateCase, GetCase or UpdateCase."""
    given = request.get("CaseRequestFields")
    fields: dict[str, Any] = given if isinstance(given, dict) else {}
    match operation:
        case "create":
            template = {"template_id": text_of(request.get("CaseTemplateId")), "status": "open"}
            case = {**template, **fields, "case_id": str(uuid.uuid5(uuid.NAMESPACE_OID, request_id))}
        case "get":
            wanted = dict(fields)
            if text_of(request.get("CustomerId")):
                wanted["customer_id"] = request["CustomerId"]
            if not wanted:
                detail = "the request names no field to find a case by"
                return ServiceAnswer(False, reason="missing", detail=detail)
            found = records.find("cases", wanted)
            if not found:
                return ServiceAnswer(True, "NoneFound")
            if len(found) > 1 and not true(request.get("GetLastUpdatedCase")):
                return ServiceAnswer(True, "MultipleFound")
            case = found[-1].fields
        case "update":
            known = records.get("cases", {"case_id": text_of(request.get("CaseId"))})
            if known is None:
                return ServiceAnswer(True, "NoneFound")
            case = {**known.fields, **fields, "case_id": known.fields["case_id"]}
        case _:
            return unknown_operation("cases", operation)
    if true(request.get("LinkContactToCase")):
        contact = text_of(request.get("ContactId"))
        if not contact:
            return ServiceAnswer(True, "ContactNotLinked")
        records.put("contact_links", {"ContactId": contact, "Kind": "case", "Id": case["case_id"]})
    if operation != "get":
        records.put("cases", case)
    result = picked(case, request.get("CaseResponseFields") if operation == "get" else None)
    return ServiceAnswer(True, result={**result, "case_id": case["case_id"]})
