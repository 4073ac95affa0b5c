#include <iostream>

#include <bulkmarc/bulkmarc.hpp>

namespace {

void print(const bulkmarc::RowBatch& batch) {
  const auto& numbers = batch.columns()[0];
  const auto& titles = batch.columns()[1];
  const auto& names = batch.columns()[2];
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    std::cout << numbers.integers[row] << ": " << (titles.is_null(row) ? "no title" : titles.text(row)) << '\n';
    for (auto item = names.offsets[row]; item < names.offsets[row + 1]; ++item) {
      std::cout << "   " << names.item(static_cast<std::size_t>(item)) << '\n';
    }
  }
}

}  // namespace

int main() {
  const auto table = bulkmarc::Table::of_columns("title=245$a$b,names[]=100$a");
  bulkmarc::RowStream rows(bulkmarc::Source::file("books.mrc"), table);
  bulkmarc::RowBatch batch;
  while (rows.next(batch)) print(batch);
  std::cout << rows.report().records_exported << " records\n";
}
