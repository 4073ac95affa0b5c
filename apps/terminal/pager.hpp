#pragma once

#include <string>

/// Writes a text to standard output; on a terminal through the program that PAGER names, or else less, as far as its
/// user reads it. Throws bulkmarc::Error (kOutputWrite).
void print_paged(const std::string& text);
