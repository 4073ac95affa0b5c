"""What records are pickled by."""

from . import _native


def unpack(record: bytes, directory: bytes, number: int, offset: int, name: str) -> _native.Record:
    """The record that was pickled as these. Raises ValueError where it is none."""
    return _native.unpack_record(record, directory, number, offset, name)
