#pragma once

#include <libpq-fe.h>

#include <optional>
#include <string>
#include <string_view>

/// Says why `conninfo` can't be used, or nothing: it can't be read, or it holds a password, which every user of the
/// machine could see in the list of processes. Quotes nothing that may be a password.
std::optional<std::string> find_fault_with_conninfo(const std::string& conninfo);

/// Says which part of a connection seems to hold a whole URI, and so perhaps a password, which libpq and the server
/// would quote in their messages; or nothing.
std::optional<std::string> find_misplaced_uri(const PQconninfoOption* options);

/// The message with `***` in the place of what may be a password: in `password=...` and in `user:...@host`.
std::string without_passwords(std::string_view message);
