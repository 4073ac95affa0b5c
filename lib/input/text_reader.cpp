#include "input/text_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace bulkmarc {

namespace {

constexpr std::size_t kLeastRead = 16 * 1024;

/// Records that are longer than this are parsed one at a time, and the memory that it takes is not kept.
constexpr std::size_t kMuch = std::size_t{4} << 20;

}  // namespace

std::size_t TextReader::split(Batch& batch, std::size_t limit) {
  if (batch.bytes.size() < limit) read_all(batch, limit - batch.bytes.size());
  std::size_t end = 0;
  while (end < limit && end < batch.bytes.size()) {
    set_split(end);
    end = take(batch, end);
  }
  batch.bytes.reserve(batch.bytes.size() + kReadableBeyondPiece);
  return end;
}

std::size_t TextReader::take(Batch& batch, std::size_t position) {
  // Never more than the longest piece, so that nothing depends on how much was read ahead.
  const std::string_view bytes = batch.bytes.view().substr(position, kLongestPiece);
  const TextPiece piece = split_piece(bytes, ended() && position + bytes.size() == batch.bytes.size());
  switch (piece.kind) {
    case TextPiece::Kind::kMore:
      return take_endless(batch, position);
    case TextPiece::Kind::kRecord:
      if (!first_record_) first_record_ = offset() + position;
      batch.add_unparsed(position, piece.length);
      break;
    case TextPiece::Kind::kStray:
      batch.add_skipped(position, piece.length);
      break;
    case TextPiece::Kind::kOther:
      batch.add_rejected(position, piece.length,
                         {Reason::kSyntax, fmt::format("another format begins here: {}", piece.format)});
      break;
    case TextPiece::Kind::kBetween:
      break;
  }
  return position + piece.length;
}

TextPiece TextReader::split_piece(std::string_view bytes, bool is_end) {
  if (bytes.front() == kUtf8Mark.front()) {
    if (bytes.starts_with(kUtf8Mark)) return {TextPiece::Kind::kBetween, kUtf8Mark.size()};
    if (kUtf8Mark.starts_with(bytes) && !is_end) return {TextPiece::Kind::kMore, 0};
  }
  return format_->split(bytes, is_end);
}

std::size_t TextReader::take_endless(Batch& batch, std::size_t position) {
  const std::size_t length = std::min(batch.bytes.size() - position, kLongestPiece);
  if (length == kLongestPiece) {
    batch.add_rejected(position, length, {Reason::kSyntax, fmt::format("no end of the record in {} bytes", length)});
    return position + length;
  }
  if (ended()) {
    batch.add_rejected(position, length,
                       {Reason::kTruncated, fmt::format("the input ends {} bytes into the record", length)});
    return position + length;
  }
  read_all(batch, std::max(kLeastRead, length));
  return position;
}

void TextReader::read_all(Batch& batch, std::size_t length) {
  const std::size_t size = batch.bytes.size() + length;
  while (batch.bytes.size() < size && read_more(batch, size - batch.bytes.size())) {
  }
}

void TextReader::load(Batch& batch) {
  std::unique_ptr<TextParser> parser = take_parser();
  RecordBuilder builder;
  for (Record& record : batch.records) {
    if (record.view().bytes().size() > kMuch) record = Record();
  }
  if (batch.records.size() < batch.items().size()) batch.records.resize(batch.items().size());
  for (std::size_t i = 0; i < batch.items().size(); ++i) {
    if (batch.items()[i].rejected) continue;
    if (batch.items()[i].raw.size() > kMuch) [[unlikely]] {
      load_much(batch, i);
    } else {
      load_record(batch, i, *parser, builder);
    }
  }
  give_back(std::move(parser));
}

void TextReader::load_record(Batch& batch, std::size_t index, TextParser& parser, RecordBuilder& builder) {
  builder.begin(batch.records[index]);
  if (batch.items()[index].offset == first_record_) [[unlikely]] {
    if (const auto note = format_->note()) builder.repair(note->reason, note->detail);
  }
  auto problem = parser.parse(batch.items()[index].raw, builder);
  if (!problem) problem = builder.end();
  if (problem) {
    batch.set_rejected(index, batch.records[index].view(), std::move(*problem));
  } else {
    batch.set_parsed(index, batch.records[index].view(), builder.repairs());
  }
}

void TextReader::load_much(Batch& batch, std::size_t index) {
  const std::scoped_lock lock(much_);
  RecordBuilder builder;
  load_record(batch, index, *format_->make_parser(), builder);
}

std::unique_ptr<TextParser> TextReader::take_parser() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return format_->make_parser();
  std::unique_ptr<TextParser> parser = std::move(idle_.back());
  idle_.pop_back();
  return parser;
}

void TextReader::give_back(std::unique_ptr<TextParser> parser) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(parser));
}

}  // namespace bulkmarc
