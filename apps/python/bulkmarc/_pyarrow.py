"""Parquet and Arrow files by pyarrow, which is imported when the first one is written.

They are what bulkmarc::arrow makes of the same rows in C++, as far as pyarrow has its settings; docs/formats.md
describes them.
"""

from __future__ import annotations

import io
from functools import partial

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_OLDEST_PYARROW = 24  # As in pyproject.toml.

_ROWS_OF_MESSAGE = 65_536
_ROWS_OF_GROUP = 122_880
_SUBFIELDS_OF_GROUP = 1_048_576
_MOST_BYTES_OF_GROUP = 256 << 20
# A row group is made of blocks, so that what its rows come in need not be kept until it is full.
_ROWS_OF_BLOCK = 15_360
_SUBFIELDS_OF_BLOCK = 65_536

_ROWS_OF_SAMPLE = 4096
_USUAL_LEVEL = 1
_SORTED_COLUMN = "record_number"
_COLUMN_OF_KEYS = "control_number"


def file_of(format: str, is_read_in_order: bool) -> Callable[..., _File]:
    """What opens a file of this format, with the arguments of _File. Raises ImportError where pyarrow is too old."""
    if int(pyarrow.__version__.split(".")[0]) < _OLDEST_PYARROW:
        raise ImportError(f"pyarrow {pyarrow.__version__} is too old: expected {_OLDEST_PYARROW} or newer")
    if format == "parquet":
        return _ParquetFile
    return partial(_ArrowFile, is_read_in_order)


class _Sink(io.RawIOBase):
    """What pyarrow takes for a file."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._write(bytes(data))
        return len(data)


class _Rows:
    """A schema, or rows with theirs, as pyarrow takes them from anyone."""

    def __init__(self, schema: object, array: object = None) -> None:
        self._schema = schema
        self._array = array

    def __arrow_c_schema__(self) -> object:
        return self._schema

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self._schema, self._array


class _File:
    """Takes rows in pieces. Those between two ends of blocks belong together, however many pieces they came in."""

    rows_of_block: int

    def __init__(
        self, schema: object, definition: str, inputs: list[str], level: int | None, write: Callable[[bytes], None]
    ) -> None:
        metadata = {
            "bulkmarc.version": _native.__version__,
            "bulkmarc.table": definition,
            "bulkmarc.inputs": "\n".join(inputs),
        }
        self._schema = pyarrow.schema(_Rows(schema)).with_metadata(metadata)
        self._sink = _Sink(write)
        self._pieces: list[Any] = []

    def add(self, pieces: Iterable[tuple[object, object, int, int]]) -> None:
        for schema, array, begin, end in pieces:
            rows = pyarrow.record_batch(_Rows(schema, array)).replace_schema_metadata(self._schema.metadata)
            self._pieces.append(rows.slice(begin, end - begin))
        self._pieces = [self._joined()]

    def end_block(self, size: int) -> None:
        """The rows since the last block, of `size` bytes, are one."""
        block = self._joined()
        self._pieces.clear()
        self._write(block, size)

    def finish(self) -> None:
        raise NotImplementedError

    def _write(self, block: Any, size: int) -> None:
        raise NotImplementedError

    def _joined(self) -> Any:
        return pyarrow.concat_batches(self._pieces)


class _ArrowFile(_File):
    rows_of_block = _ROWS_OF_MESSAGE

    def __init__(self, is_read_in_order: bool, *arguments: Any) -> None:
        super().__init__(*arguments)
        new = pyarrow.ipc.new_stream if is_read_in_order else pyarrow.ipc.new_file
        self._writer = new(self._sink, self._schema)

    def _write(self, block: Any, size: int) -> None:
        self._writer.write_batch(block)

    def finish(self) -> None:
        self._writer.close()


class _ParquetFile(_File):
    def __init__(self, schema: object, definition: str, inputs: list[str], level: int | None, write: Any) -> None:
        super().__init__(schema, definition, inputs, level, write)
        is_long = definition == "subfields"
        self.rows_of_block = _SUBFIELDS_OF_BLOCK if is_long else _ROWS_OF_BLOCK
        self._rows_of_group = _SUBFIELDS_OF_GROUP if is_long else _ROWS_OF_GROUP
        self._level = _USUAL_LEVEL if level is None else level
        self._writer: Any = None  # From the first row group on.
        self._group: list[Any] = []
        self._rows = 0
        self._size = 0

    def _write(self, block: Any, size: int) -> None:
        is_full = self._rows + block.num_rows > self._rows_of_group or self._size + size > _MOST_BYTES_OF_GROUP
        if self._group and is_full:
            self._end_group()
        self._group.append(block)
        self._rows += block.num_rows
        self._size += size

    def finish(self) -> None:
        if self._group:
            self._end_group()
        writer = self._writer or self._opened(self._schema.empty_table())
        writer.close()

    def _end_group(self) -> None:
        group = pyarrow.Table.from_batches(self._group)
        self._group.clear()
        self._rows = self._size = 0
        self._writer = self._writer or self._opened(group)
        self._writer.write_table(group, self._rows_of_group)

    def _opened(self, first: Any) -> Any:
        return pyarrow.parquet.ParquetWriter(
            self._sink,
            self._schema,
            compression="zstd",
            compression_level=self._level,
            write_page_index=True,
            **_encodings(first.slice(0, _ROWS_OF_SAMPLE).combine_chunks(), self._rows_of_group),
        )


def _encodings(sample: Any, rows_of_group: int) -> dict[str, Any]:
    """How the columns are encoded, as ParquetWriter takes it."""
    columns = [leaf for name in sample.column_names for leaf in _leaves(name, _array_of(sample[name]))]
    dictionaries: list[str] = []
    statistics: list[str] = []
    chosen: dict[str, Any] = {"use_dictionary": dictionaries, "column_encoding": {}, "write_statistics": statistics}
    for index, (path, values) in enumerate(columns):
        is_text = pyarrow.types.is_string(values.type)
        is_sorted = path == _SORTED_COLUMN and pyarrow.types.is_int64(values.type)
        is_key = path == _COLUMN_OF_KEYS
        if is_sorted:
            chosen["sorting_columns"] = [pyarrow.parquet.SortingColumn(index)]
        if is_key:
            # Without a number, pyarrow takes 64 MiB for the filter of each row group, and keeps them until the end.
            chosen["bloom_filter_options"] = {path: {"ndv": rows_of_group}}
        has_dictionary = not is_sorted and _dictionary_pays(values)
        if has_dictionary:
            dictionaries.append(path)
        elif not is_text and not pyarrow.types.is_boolean(values.type):
            chosen["column_encoding"][path] = "DELTA_BINARY_PACKED"
        # The least and the greatest of many texts say nothing of a group of rows, and take long to find. Every group of
        # subfields has all tags and codes, too.
        are_many = not has_dictionary or rows_of_group == _SUBFIELDS_OF_GROUP
        if not (is_text and are_many) or is_key or _is_in_order(values):
            statistics.append(path)
    return chosen


def _array_of(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks else pyarrow.array([], column.type)


def _leaves(path: str, array: Any) -> Iterable[tuple[str, Any]]:
    """The columns of Parquet that an array becomes, and their values without nulls."""
    if pyarrow.types.is_list(array.type):
        yield from _leaves(f"{path}.list.element", array.flatten())
    elif pyarrow.types.is_struct(array.type):
        for index in range(array.type.num_fields):
            yield from _leaves(f"{path}.{array.type.field(index).name}", array.field(index))
    else:
        yield path, array.drop_null()


def _dictionary_pays(values: Any) -> bool:
    """True when a dictionary of the values and their numbers there take less than the values themselves."""
    if pyarrow.types.is_boolean(values.type):
        return False
    return 2 * _size(values.unique()) <= _size(values)


def _size(values: Any) -> int:
    is_text = pyarrow.types.is_string(values.type)
    size: int = sum(_call("binary_length", values).to_pylist()) if is_text else len(values) * values.type.bit_width // 8
    return 4 * len(values) + size


def _is_in_order(values: Any) -> bool:
    """True when no value is less than one before it."""
    return len(values) < 2 or bool(_call("all", _call("less_equal", values[:-1], values[1:])).as_py())


def _call(function: str, *arrays: Any) -> Any:
    return pyarrow.compute.call_function(function, list(arrays))
