#pragma once

#include <string>
#include <vector>

#include <bulkmarc/arrow_abi.h>

/// An Arrow consumer of the tests' own, which knows nothing but the specifications. Its functions expect what these
/// say of every structure.
namespace arrow {

/// A schema that a table of ours can have.
void check_schema(const ArrowSchema& schema);

/// An array of this schema. Reads every value.
void check_array(const ArrowSchema& schema, const ArrowArray& array);

/// The rows of a struct array, each as a JSON object.
std::vector<std::string> lines_of(const ArrowSchema& schema, const ArrowArray& array);

}  // namespace arrow
