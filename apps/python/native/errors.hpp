#pragma once

#include <string>

#include <bulkmarc/error.hpp>

/// An argument of a call from Python can't be used.
inline bulkmarc::Error option_error(const std::string& what) {
  return {bulkmarc::ErrorCode::kInvalidOptions, {}, what};
}

/// Lets bulkmarc::Error reach Python as the exceptions of bulkmarc._errors.
void translate_errors();
