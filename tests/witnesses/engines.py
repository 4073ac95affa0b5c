"""The readers of each engine, called as its users call them, with the options that docs/destinations/ names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chdb
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


def with_lists(row: Row, table: Table) -> Row:
    """Of csv, where a list is the text of a JSON array."""
    return tuple(
        json.loads(value) if type_name in LISTS else value
        for value, type_name in zip(row, table.types.values(), strict=True)
    )


LISTS = {"texts"}


class Engine:
    """What a format of tables is read by. Rows are tuples of Python's own types, null is None."""

    types: dict[str, Any]
    """Its names of the types in `Table.types`."""
    losses: dict[str, Loss] = {}
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


class PyArrow(Engine):
    types = {
        "integer": pyarrow.int64(),
        "text": pyarrow.string(),
        "texts": pyarrow.list_(pyarrow.string()),
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
            schema = pyarrow.schema(self.schema(table))
            return pyarrow.json.read_json(path, parse_options=pyarrow.json.ParseOptions(explicit_schema=schema))
        if path.suffix == ".parquet":
            return pyarrow.parquet.read_table(path)
        return pyarrow.ipc.open_file(pyarrow.memory_map(str(path))).read_all()

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        read = self.table(path, table)
        rows = list(zip(*(column.to_pylist() for column in read.columns), strict=True))
        return read.column_names, [with_lists(row, table) for row in rows] if path.suffix == ".csv" else rows


class DuckDB(Engine):
    types = {"integer": "BIGINT", "text": "VARCHAR", "texts": "VARCHAR[]"}
    shapes = {"texts": '["VARCHAR"]'}

    def query(self, path: Path, table: Table) -> str:
        if path.suffix == ".csv":
            # Not by a cast, which the optimizer moves into the reader of csv, where it is no cast of JSON.
            columns = (
                f"from_json({name}, '{self.shapes[type_name]}') AS {name}" if type_name in LISTS else name
                for name, type_name in table.types.items()
            )
            schema = self.csv_schema(table)
            return f"SELECT {', '.join(columns)} FROM read_csv('{path}', columns = {schema}, allow_quoted_nulls = false)"
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


class Polars(Engine):
    types = {"integer": polars.Int64(), "text": polars.String(), "texts": polars.List(polars.String())}

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

    types = {"integer": "Int64", "text": "str", "texts": "object"}
    losses = {"csv": empty_becomes_null}

    def frame(self, path: Path, table: Table) -> pandas.DataFrame:
        if path.suffix == ".csv":
            frame = pandas.read_csv(path, dtype=self.csv_schema(table), keep_default_na=False, na_values=[""])
            for name, type_name in table.types.items():
                if type_name in LISTS:
                    frame[name] = frame[name].map(json.loads)
            return frame
        if path.suffix == ".ndjson":
            return pandas.read_json(path, lines=True, dtype=False)
        if path.suffix == ".parquet":
            return pandas.read_parquet(path, dtype_backend="pyarrow")
        return pandas.read_feather(path, dtype_backend="pyarrow")

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        frame = self.frame(path, table)
        columns = [[self.plain(value) for value in frame[name]] for name in frame.columns]
        return list(frame.columns), list(zip(*columns, strict=True))

    @staticmethod
    def plain(value: Any) -> Any:
        """As Python has it: no array of NumPy, none of the ways to say null."""
        if hasattr(value, "tolist"):
            value = value.tolist()
        return value if isinstance(value, list) or not pandas.isna(value) else None


class ClickHouse(Engine):
    types = {"integer": "Nullable(Int64)", "text": "Nullable(String)", "texts": "Array(String)", "json": "String"}

    def query(self, path: Path, table: Table) -> str:
        if path.suffix == ".csv":
            columns = (
                f"JSONExtract({name}, '{self.types[type_name]}') AS {name}" if type_name in LISTS else name
                for name, type_name in table.types.items()
            )
            schema = ", ".join(f"{name} {type_name}" for name, type_name in self.csv_schema(table).items())
            return (
                f"SELECT {', '.join(columns)} FROM file('{path}', CSVWithNames, '{schema}') "
                "SETTINGS format_csv_null_representation = '', input_format_csv_trim_whitespaces = 0"
            )
        if path.suffix == ".ndjson":
            schema = ", ".join(f"{name} {type_name}" for name, type_name in self.schema(table).items())
            return f"SELECT * FROM file('{path}', JSONEachRow, '{schema}')"
        return f"SELECT * FROM file('{path}')"

    def read(self, path: Path, table: Table) -> tuple[list[str], list[Row]]:
        answer = chdb.query(self.query(path, table), "Arrow").bytes()
        read = pyarrow.ipc.open_file(pyarrow.py_buffer(answer)).read_all()
        return read.column_names, list(zip(*(column.to_pylist() for column in read.columns), strict=True))


ENGINES = {
    "pyarrow": PyArrow(),
    "DuckDB": DuckDB(),
    "Polars": Polars(),
    "pandas": Pandas(),
    "ClickHouse": ClickHouse(),
}
