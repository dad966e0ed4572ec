"""A query to any database that SQLAlchemy speaks to, as a source of offline workload."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.errors import SourceUnavailable
from evenhand.host.ports import Reading
from evenhand.host.source_rows import SourceRow, cells, field_names, gather, row_of
from evenhand.model.workload_sources import WorkloadSource

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

__all__ = ["SqlReader"]

_MOST_ROWS = 1_000_000


class SqlReader:
    """Asks the query, and only reads: on SQLite and PostgreSQL the connection can do nothing else, on others
    whatever the query did is rolled back. A user that may only read is the better guard.
    """

    def __init__(self, source: WorkloadSource, folder: Path, environment: Mapping[str, str]) -> None:
        self._source = source
        self._folder = folder
        self._environment = environment
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def read(self) -> Reading:
        """All rows of the query. Raises SourceUnavailable, TableFault."""
        try:
            import sqlalchemy
        except ImportError as error:
            raise SourceUnavailable(
                "SQLAlchemy is not installed",
                way_out="pip install 'evenhand[sql]', and the database's driver.",
            ) from error
        try:
            with self._lock:
                engine = self._engine = self._engine or self._open()
            with engine.connect() as connection:
                if engine.dialect.name == "sqlite":
                    # Its driver begins no transaction for some statements that write.
                    connection.exec_driver_sql("PRAGMA query_only = ON")
                elif engine.dialect.name == "postgresql":
                    connection.execution_options(postgresql_readonly=True)
                result = connection.execute(sqlalchemy.text(self._source.query))
                if not result.returns_rows:
                    raise SourceUnavailable("the query answers no rows", way_out="write a SELECT.")
                names = list(result.keys())
                rows = result.fetchmany(_MOST_ROWS + 1)
                connection.rollback()
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise SourceUnavailable(_reason(error)) from error
        except ImportError as error:
            raise SourceUnavailable(
                f"the database's driver is not installed: {error.name}", way_out="install it."
            ) from error
        if len(rows) > _MOST_ROWS:
            raise SourceUnavailable(f"the query answers more than {_MOST_ROWS:,} rows")
        return gather(self._rows(names, rows), self._source)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _open(self) -> Engine:
        import sqlalchemy

        source = self._source
        written = self._environment.get(source.url_from, "") if source.url_from else source.url
        if not written:
            raise SourceUnavailable(f"the environment variable {source.url_from} is not set")
        try:
            url = sqlalchemy.make_url(written)
        except sqlalchemy.exc.ArgumentError as error:
            # The error would show the address, and with it a password.
            raise SourceUnavailable("the database's address is not one of SQLAlchemy's") from error
        if (
            url.get_backend_name() == "sqlite"
            and url.database
            and not url.database.startswith((":", "file:"))
        ):
            path = self._folder / url.database
            if not path.is_file():
                # To connect would make an empty one.
                raise SourceUnavailable(f"there is no file {path}")
            url = url.set(database=str(path))
        return sqlalchemy.create_engine(url, pool_pre_ping=True)

    def _rows(self, columns: list[str], rows: Iterable[Any]) -> Iterator[SourceRow]:
        names = field_names(self._source)
        missing = [
            (field, names[field]) for field in ("agent", *self._source.fields) if names[field] not in columns
        ]
        if missing:
            field, name = missing[0]
            raise SourceUnavailable(
                f"the query answers no column {name!r} for the {field}; it has {', '.join(columns)}",
                way_out="name the column in the query with AS, or under fields.",
            )
        for number, row in enumerate(rows, start=1):
            values = dict(zip(columns, row, strict=True))
            yield row_of(f"row {number}", names, cells(values))


def _reason(error: Exception) -> str:
    """What the database said, in one line, without the query and its address."""
    original = getattr(error, "orig", None) or error
    return f"the database: {str(original).splitlines()[0] if str(original) else type(original).__name__}"
