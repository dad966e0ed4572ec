"""Customer profiles on this machine: found by any key, made, changed, with their objects."""

from __future__ import annotations

import uuid
from typing import Any

from evenhand.adapters.services.records import Found, ServiceRecords
from evenhand.adapters.services.rows import nested
from evenhand.flow.references import text_of
from evenhand.host.ports import ServiceAnswer

__all__ = ["answer_profiles", "picked", "true", "unknown_operation"]

_ARN = "arn:aws:profile:local:000000000000:domains/local/profiles/"
_SHORT = {"_order": "Order", "_asset": "Asset", "_case": "Case"}
"""The standard types of objects, as `$.Customer` names them."""


def answer_profiles(
    records: ServiceRecords, operation: str, request: dict[str, Any], request_id: str
) -> ServiceAnswer:
    """Answer a request of the blocks of customer profiles."""
    given = request.get("ProfileRequestData")
    data = nested(given)[0] if isinstance(given, dict) else {}
    wanted = request.get("ProfileResponseData")
    match operation:
        case "create":
            made = {**data, "ProfileId": uuid.uuid5(uuid.NAMESPACE_OID, request_id).hex}
            records.put("profiles", made)
            return _profile(made, wanted)
        case "get":
            return _get(records, data, wanted)
    profile = records.get("profiles", {"ProfileId": text_of(data.get("ProfileId"))})
    if profile is None:
        return ServiceAnswer(True, "NoneFound")
    match operation:
        case "update":
            changed = _merged(profile.fields, data)
            records.put("profiles", changed)
            return _profile(changed, wanted)
        case "get_object":
            return _object(records, data, request, wanted)
        case "calculated":
            values = profile.fields.get("CalculatedAttributes")
            found = picked(values, wanted) if isinstance(values, dict) else {}
            return ServiceAnswer(True, "" if found else "NoneFound", found)
        case "associate":
            link = {"ContactId": text_of(request.get("ContactId")), "Kind": "profile"}
            records.put("contact_links", {**link, "Id": text_of(data["ProfileId"])})
            return ServiceAnswer(True)
    return unknown_operation("profiles", operation)


def unknown_operation(service: str, operation: str) -> ServiceAnswer:
    """The answer to what no block asks."""
    return ServiceAnswer(False, reason="missing", detail=f"the local {service} know no {operation!r}")


def true(value: Any) -> bool:
    """Whether a setting of a block is on."""
    return text_of(value).lower() == "true"


def picked(fields: dict[str, Any], wanted: Any) -> dict[str, Any]:
    """The wanted fields (a list of names, or an object with a name for each); all where nothing is said."""
    if not isinstance(wanted, list | dict):
        return fields
    found: dict[str, Any] = {}
    for name in map(text_of, wanted):
        source: Any = fields
        for step in name.split("."):
            source = source.get(step) if isinstance(source, dict) else None
        if source is not None:
            inner = found
            *way, last = name.split(".")
            for step in way:
                inner = inner.setdefault(step, {})
            inner[last] = source
    return found


def _profile(fields: dict[str, Any], wanted: Any) -> ServiceAnswer:
    about = {"ProfileId": fields["ProfileId"], "ProfileARN": _ARN + fields["ProfileId"]}
    return ServiceAnswer(True, result={**picked(fields, wanted), **about})


def _get(records: ServiceRecords, data: dict[str, Any], wanted: Any) -> ServiceAnswer:
    name, value = text_of(data.get("IdentifierName")), text_of(data.get("IdentifierValue"))
    if not name:
        detail = "the request names no identifier (ProfileRequestData.IdentifierName)"
        return ServiceAnswer(False, reason="missing", detail=detail)
    found = records.find("profiles", {name: value}) if value else []
    if not found and value:
        # `_orderId` and its like are keys of objects: whose object it is, that profile is meant.
        short = name.removeprefix("_")
        owners = {
            text_of(one.fields["ProfileId"])
            for key in {name, short, short[:1].upper() + short[1:]}
            for one in records.find("profile_objects", {key: value})
        }
        known = (records.get("profiles", {"ProfileId": owner}) for owner in sorted(owners))
        found = [one for one in known if one is not None]
    if len(found) != 1:
        return ServiceAnswer(True, "MultipleFound" if found else "NoneFound")
    return _profile(found[0].fields, wanted)


def _object(
    records: ServiceRecords, data: dict[str, Any], request: dict[str, Any], wanted: Any
) -> ServiceAnswer:
    type_ = text_of(data.get("ObjectType"))
    keys = {"ProfileId": text_of(data["ProfileId"])}
    if type_:
        keys["ObjectType"] = type_
    if text_of(data.get("IdentifierName")):
        keys[text_of(data["IdentifierName"])] = text_of(data.get("IdentifierValue"))
    found: list[Found] = records.find("profile_objects", keys)
    if not found:
        return ServiceAnswer(True, "NoneFound")
    if len(found) > 1 and not true(data.get("UseLatest", request.get("UseLatest"))):
        detail = f"{len(found)} objects are meant; set UseLatest or name one by an identifier"
        return ServiceAnswer(False, reason="missing", detail=detail)
    fields = found[-1].fields
    name = _SHORT.get(fields["ObjectType"], fields["ObjectType"])
    if isinstance(wanted, list | dict):
        wanted = [text_of(one).removeprefix(f"{name}.") for one in wanted]
    return ServiceAnswer(True, result={name: picked(fields, wanted)})


def _merged(before: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The new fields over the old; of objects inside, field by field."""
    merged = dict(before)
    for name, value in new.items():
        old = merged.get(name)
        merged[name] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
