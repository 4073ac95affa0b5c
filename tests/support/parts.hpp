#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "support/output_form.hpp"

/// The files of a folder and their bytes, but for those whose name begins with "in".
std::map<std::string, std::string> files_of(const std::filesystem::path& folder);

/// The names of the parts that a manifest lists.
std::vector<std::string> parts_of_manifest(const std::string& manifest);

/// What the parts hold between prologue and epilogue, one after the other, as one file of that format would.
std::string joined(const OutputForm& form, const std::vector<std::string>& parts);
