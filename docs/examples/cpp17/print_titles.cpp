#include <cstdint>
#include <cstring>
#include <iostream>
#include <string_view>

#include "catalogue_stream.h"

static_assert(__cplusplus == 201703L, "this one is C++17");

namespace {

std::int64_t find_column(const ArrowSchema& schema, std::string_view name) {
  std::int64_t column = 0;
  while (schema.children[column]->name != name) ++column;
  return column;
}

std::string_view text(const ArrowArray& column, std::int64_t row) {
  const auto* validity = static_cast<const std::uint8_t*>(column.buffers[0]);
  if (validity != nullptr && (validity[row / 8] >> row % 8 & 1) == 0) return "(none)";
  const auto* offsets = static_cast<const std::int32_t*>(column.buffers[1]);
  const auto* characters = static_cast<const char*>(column.buffers[2]);
  return {characters + offsets[row], static_cast<std::size_t>(offsets[row + 1] - offsets[row])};
}

}  // namespace

int main(int, char** arguments) {
  ArrowArrayStream stream;
  if (const int error = open_catalogue(arguments[1], &stream)) {
    std::cerr << arguments[1] << ": " << std::strerror(error) << '\n';
    return 1;
  }
  ArrowSchema schema;
  int failed = stream.get_schema(&stream, &schema);
  if (failed != 0) return 1;
  const std::int64_t title = find_column(schema, "title");
  schema.release(&schema);

  ArrowArray batch;
  while ((failed = stream.get_next(&stream, &batch)) == 0 && batch.release != nullptr) {
    for (std::int64_t row = 0; row < batch.length; ++row) std::cout << text(*batch.children[title], row) << '\n';
    batch.release(&batch);
  }
  if (failed != 0) std::cerr << stream.get_last_error(&stream) << '\n';
  stream.release(&stream);
  return failed == 0 ? 0 : 1;
}
