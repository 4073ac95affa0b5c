#pragma once

#include <cstdint>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/rows.hpp>

/// \file
/// Rows for whatever speaks Apache Arrow, without a copy and without its libraries: the structures of the Arrow C data
/// interface and C stream interface, as their specifications give them.

// The guards are those of the specifications: whoever has them from elsewhere, keeps those.
extern "C" {

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#endif  // ARROW_C_STREAM_INTERFACE
}

namespace bulkmarc {

/// Gives `out` the rows of `rows` as an Arrow C stream: a struct array for each RowBatch, with a child for each column.
/// Whoever has `out` releases it, and may release its arrays before or after. Errors become the stream's: errno is
/// ECANCELED for kCancelled, and EIO for all else, with the message in get_last_error().
BULKMARC_API void export_arrow(RowStream rows, ArrowArrayStream* out);

}  // namespace bulkmarc
