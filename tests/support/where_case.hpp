#pragma once

#include <functional>
#include <string>

#include <bulkmarc/record_view.hpp>

#include "support/draw.hpp"

/// A condition as the command takes it, and what it means, by an implementation of the tests' own.
struct WhereCase {
  std::string text;
  std::function<bool(const bulkmarc::RecordView&)> holds;
};

/// Any condition of the grammar in docs/selection.md, about what the records of the tests hold.
WhereCase draw_where(const Draw& draw);
