#include "generator/bibliographic.hpp"

namespace generator {

void write_bibliographic(Draft& draft) {
  const Work work(draft);
  write_control_fields(draft, work);
  write_numbers(draft, work);
  write_description(draft, work);
  write_physical(draft, work);
  write_notes(draft, work);
  write_headings(draft, work);
  write_holdings(draft, work);
}

}  // namespace generator
