// Any bytes are a journal, none, or one with faults that name a line; never a crash.
#include "analysis/runs/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/runs/point_line.hpp"
#include "models/base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)vqlab::point_from_line(text);  // what a checksum would keep from it
  std::vector<vqlab::Fault> faults;
  const auto journal = vqlab::parse_journal(text, "fuzz", faults);
  vqlab::ensure(!journal || faults.empty(), "a journal or faults");
  for (const vqlab::Fault& fault : faults)
    vqlab::ensure(fault.path.compare(0, 5, "line ") == 0, "a fault names its line");
  if (journal) {
    vqlab::ensure(journal->rows().size() == journal->places.size(), "each row has its place");
    for (std::size_t i = 0; i < journal->places.size(); ++i)
      vqlab::ensure(journal->row(i).point == journal->places[i].point, "a row stands where it was met");
    vqlab::ensure(journal->intact_bytes <= size, "nothing is read beyond the end");
    vqlab::check_rows(*journal, {}, "fuzz", faults);
    vqlab::ensure(faults.empty() == journal->places.empty(), "no study has these rows");
  }
  return 0;
}
