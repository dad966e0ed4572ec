"""The blocks of data tables."""

from __future__ import annotations

from typing import ClassVar

from evenhand.flow.service_block import ServiceBlock

__all__ = [
    "EvaluateDataTableValues",
    "ListDataTableValues",
    "UpsertDataTableValues",
]


class EvaluateDataTableValues(ServiceBlock):
    """Has the service `data_tables` look values up; they are `$.DataTables.<query>.<attribute>`.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError. (Administrator guide,
    "Data table".)
    """

    type = "EvaluateDataTableValues"
    log_name = "EvaluateDataTableValues"
    service = "data_tables"
    operation = "evaluate"
    namespace = "DataTables"
    failures: ClassVar[dict[str, str]] = {"NoneFound": "NoMatchingError"}


class ListDataTableValues(ServiceBlock):
    """Has the service `data_tables` list rows; they are `$.DataTableList`.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError. (Administrator guide,
    "Data table".)
    """

    type = "ListDataTableValues"
    log_name = "ListDataTableValues"
    service = "data_tables"
    operation = "list"
    namespace = "DataTableList"
    failures: ClassVar[dict[str, str]] = {"NoneFound": "NoMatchingError"}


class UpsertDataTableValues(ServiceBlock):
    """Has the service `data_tables` write rows.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError. (Administrator guide,
    "Data table".)
    """

    type = "UpsertDataTableValues"
    log_name = "UpsertDataTableValues"
    service = "data_tables"
    operation = "upsert"
