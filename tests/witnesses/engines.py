"""The readers of each engine, called as its users call them, with the options that docs/destinations/ names."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import chdb
import chdb.session
import duckdb
import pandas
import polars
import pyarrow
import pyarrow.csv
import pyarrow.ipc
import pyarrow.json
import pyarrow.parquet
from reference import Row, Table

Loss = Callable[[Any], Any]


def empty_becomes_null(value: Any) -> Any:
    return None if value == "" else value


def null_list_becomes_empty(value: Any) -> Any:
    """Of the subfields of a control field."""
    if not isinstance(value, list):
        return value
    return [{**item, "subfields": item["subfields"] or []} if isinstance(item, dict) else item for item in value]


def with_lists(row: Row, table: Table) -> Row:
    """Of csv, where a list is the text of a JSON array."""
    return tuple(
        json.loads(value) if type_name in LISTS else value
        for value, type_name in zip(row, table.types.values(), strict=True)
    )


LISTS = {"texts", "fields"}


class Engine:
    """What a format of tables is read by. Rows are tuples of Python's own types, null is None."""

    types: ClassVar[dict[str, Any]]
    """Its names of the types in `Table.types`."""
    losses: ClassVar[dict[str, Loss]] = {}
    """What the reader of a format can't tell apart."""

    def schema(self, table: Table) -> dict[str, Any]:
        return {name: self.types[type_name] for name, type_name in table.types.items()}

    def csv_schema(self, table: Table) -> dict[str, Any]:
        """The same, with the texts that lists are there."""
        json_type = self.types.get("json", self.types["text"])
        return {name: json_type if t in LISTS else self.types[t] for name, t in table.types.items()}

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        """The names of the columns, and the rows."""
        raise NotImplementedError


SUBFIELD = pyarrow.struct([("code", pyarrow.string()), ("value", pyarrow.string())])
FIELD = pyarrow.struct(
    [*((name, pyarrow.string()) for name in ("tag", "ind1", "ind2", "value")), ("subfields", pyarrow.list_(SUBFIELD))]
)


class PyArrow(Engine):
    types: ClassVar[dict[str, Any]] = {
        "integer": pyarrow.int64(),
        "text": pyarrow.string(),
        "texts": pyarrow.list_(pyarrow.string()),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "timestamp": pyarrow.timestamp("s"),
        "fields": pyarrow.list_(FIELD),
    }

    def table(self, path: Path, table: Table) -> pyarrow.Table:
        if path.suffix == ".csv":
            return pyarrow.csv.read_csv(
                path,
                parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=self.csv_schema(table),
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )
        if path.suffix == ".ndjson":
            # Dates are numbers to its reader of JSON, unless they are read as texts.
            schema = pyarrow.schema(self.schema(table))
            read = [pyarrow.string() if pyarrow.types.is_date(type_name) else type_name for type_name in schema.types]
            options = pyarrow.json.ParseOptions(explicit_schema=pyarrow.schema(zip(schema.names, read, strict=True)))
            return pyarrow.json.read_json(path, parse_options=options).cast(schema)
        if path.suffix == ".parquet":
            return pyarrow.parquet.read_table(path)
        return pyarrow.ipc.open_file(pyarrow.memory_map(str(path))).read_all()

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        read = self.table(path, table)
        rows = list(zip(*(column.to_pylist() for column in read.columns), strict=True))
        return read.column_names, [with_lists(row, table) for row in rows] if path.suffix == ".csv" else rows


class DuckDB(Engine):
    types: ClassVar[dict[str, Any]] = {
        "integer": "BIGINT",
        "text": "VARCHAR",
        "texts": "VARCHAR[]",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "fields": "STRUCT(tag VARCHAR, ind1 VARCHAR, ind2 VARCHAR, value VARCHAR, "
        "subfields STRUCT(code VARCHAR, value VARCHAR)[])[]",
    }
    shapes: ClassVar[dict[str, str]] = {
        "texts": '["VARCHAR"]',
        "fields": '[{"tag":"VARCHAR","ind1":"VARCHAR","ind2":"VARCHAR","value":"VARCHAR",'
        '"subfields":[{"code":"VARCHAR","value":"VARCHAR"}]}]',
    }

    def query(self, path: Path, table: Table) -> str:
        if path.suffix == ".csv":
            # Not by a cast, which the optimizer moves into the reader of csv, where it is no cast of JSON.
            columns = (
                f"from_json({name}, '{self.shapes[type_name]}') AS {name}" if type_name in LISTS else name
                for name, type_name in table.types.items()
            )
            schema = self.csv_schema(table)
            return (
                f"SELECT {', '.join(columns)} FROM read_csv('{path}', columns = {schema}, allow_quoted_nulls = false)"
            )
        if path.suffix == ".ndjson":
            return f"FROM read_json('{path}', columns = {self.schema(table)})"
        return f"FROM '{path}'"

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        connection = duckdb.connect()
        if path.suffix == ".arrow":
            relation = connection.from_arrow(pyarrow.ipc.open_file(path).read_all())
        else:
            relation = connection.sql(self.query(path, table))
        return relation.columns, relation.fetchall()

    def load(self, schema: str, path: Path) -> list[Row]:
        """The rows of a table with that schema, into which a file of Parquet was loaded."""
        connection = duckdb.connect()
        connection.execute(schema)
        connection.execute(f"INSERT INTO loaded FROM '{path}'")
        rows: list[Row] = connection.execute("FROM loaded").fetchall()
        return rows


class Polars(Engine):
    types: ClassVar[dict[str, Any]] = {
        "integer": polars.Int64(),
        "text": polars.String(),
        "texts": polars.List(polars.String()),
        "boolean": polars.Boolean(),
        "date": polars.Date(),
        "timestamp": polars.Datetime("us"),
        "fields": polars.Schema(pyarrow.schema([("fields", pyarrow.list_(FIELD))]))["fields"],
    }

    def frame(self, path: Path, table: Table) -> polars.DataFrame:
        if path.suffix == ".csv":
            lists = [
                polars.col(name).str.json_decode(self.types[type_name])
                for name, type_name in table.types.items()
                if type_name in LISTS
            ]
            return polars.read_csv(path, schema=self.csv_schema(table)).with_columns(lists)
        if path.suffix == ".ndjson":
            return polars.read_ndjson(path, schema=self.schema(table))
        return polars.read_parquet(path) if path.suffix == ".parquet" else polars.read_ipc(path)

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        frame = self.frame(path, table)
        return frame.columns, frame.rows()


class Pandas(Engine):
    """Its reader of csv has one value for null and empty text, and no option that tells them apart."""

    types: ClassVar[dict[str, Any]] = {
        "integer": "Int64",
        "text": "str",
        "boolean": "bool",
        "date": "str",
        "timestamp": "str",
    }
    losses: ClassVar[dict[str, Loss]] = {"csv": empty_becomes_null}

    def frame(self, path: Path, table: Table) -> pandas.DataFrame:
        if path.suffix == ".csv":
            types = self.csv_schema(table)
            frame = pandas.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
            for name, type_name in table.types.items():
                if type_name in LISTS:
                    frame[name] = frame[name].map(json.loads)
        elif path.suffix == ".ndjson":
            frame = pandas.read_json(path, lines=True, dtype=False)
        elif path.suffix == ".parquet":
            return pandas.read_parquet(path, dtype_backend="pyarrow")
        else:
            return pandas.read_feather(path, dtype_backend="pyarrow")
        for name, type_name in table.types.items():
            if type_name in ("date", "timestamp"):
                frame[name] = pandas.to_datetime(frame[name], format="ISO8601")
        return frame

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        frame = self.frame(path, table)
        columns = [[self.plain(value, table.types[name]) for value in frame[name]] for name in frame.columns]
        return list(frame.columns), list(zip(*columns, strict=True))

    @classmethod
    def plain(cls, value: Any, type_name: str) -> Any:
        """As Python has it: no array of NumPy, no time of pandas, none of the ways to say null."""
        if isinstance(value, pandas.Timestamp):
            return value.date() if type_name == "date" else value.to_pydatetime()
        if hasattr(value, "tolist"):
            value = value.tolist()
        if isinstance(value, list):
            return [cls.plain(item, "") for item in value]
        if isinstance(value, dict):
            return {name: cls.plain(item, "") for name, item in value.items()}
        return None if pandas.isna(value) else value


class ClickHouse(Engine):
    """It has no null in place of a list, and no timestamp without a zone."""

    losses: ClassVar[dict[str, Loss]] = dict.fromkeys(("csv", "ndjson", "parquet", "arrow"), null_list_becomes_empty)
    types: ClassVar[dict[str, Any]] = {
        "integer": "Nullable(Int64)",
        "text": "Nullable(String)",
        "texts": "Array(String)",
        "json": "String",
        "boolean": "Bool",
        "date": "Nullable(Date32)",
        "timestamp": "Nullable(DateTime64(0, 'UTC'))",
        "fields": "Array(Tuple(tag String, ind1 Nullable(String), ind2 Nullable(String), value Nullable(String), "
        "subfields Array(Tuple(code String, value String))))",
    }

    @staticmethod
    def quoted(schema: dict[str, str]) -> str:
        columns = ", ".join(f"{name} {type_name}" for name, type_name in schema.items())
        return "'" + columns.replace("'", "\\'") + "'"

    def query(self, path: Path, table: Table) -> str:
        if path.suffix == ".csv":
            columns = (
                f"JSONExtract({name}, '{self.types[type_name]}') AS {name}" if type_name in LISTS else name
                for name, type_name in table.types.items()
            )
            schema = self.quoted(self.csv_schema(table))
            return (
                f"SELECT {', '.join(columns)} FROM file('{path}', CSVWithNames, {schema}) "
                "SETTINGS format_csv_null_representation = '', input_format_csv_trim_whitespaces = 0"
            )
        if path.suffix == ".ndjson":
            return f"SELECT * FROM file('{path}', JSONEachRow, {self.quoted(self.schema(table))})"
        return f"SELECT * FROM file('{path}')"

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        return self.rows_of(chdb.query(self.query(path, table), "Arrow"))

    def load(self, schema: str, path: Path) -> list[Row]:
        """The rows of a table with that schema, into which a file of Parquet was loaded."""
        with chdb.session.Session() as session:
            session.query(schema)
            session.query(f"INSERT INTO loaded SELECT * FROM file('{path}')")
            return self.rows_of(session.query("SELECT * FROM loaded", "Arrow"))[1]

    def rows_of(self, answer: Any) -> tuple[list[str], list[Row]]:
        read = pyarrow.ipc.open_file(pyarrow.py_buffer(answer.bytes())).read_all()
        columns = [[self.without_zone(value) for value in column.to_pylist()] for column in read.columns]
        return read.column_names, list(zip(*columns, strict=True))

    @staticmethod
    def without_zone(value: Any) -> Any:
        return value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value


ENGINES = {
    "pyarrow": PyArrow(),
    "DuckDB": DuckDB(),
    "Polars": Polars(),
    "pandas": Pandas(),
    "ClickHouse": ClickHouse(),
}
