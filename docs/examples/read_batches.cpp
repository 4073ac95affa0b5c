#include <atomic>
#include <cstddef>
#include <iostream>
#include <thread>

#include <bulkmarc/bulkmarc.hpp>

int main() {
  bulkmarc::RecordStream records(bulkmarc::Source::file("catalogue.mrc"));
  std::atomic<std::size_t> subjects = 0;
  const auto count_subjects = [&] {
    for (bulkmarc::RecordBatch batch; records.next(batch);) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        for (const bulkmarc::FieldView field : batch[i].fields()) subjects += field.tag() == "650" ? 1 : 0;
        if (batch.number(i) == 500) std::cout << "record 500 is at offset " << batch.offset(i) << '\n';
      }
    }
  };
  std::thread other(count_subjects);
  count_subjects();
  other.join();
  std::cout << subjects << " subjects\n";
}
