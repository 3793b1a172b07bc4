// Any bytes are a table of published values or have faults that name a place; never a crash. Values are finite and
// above 0.
#include "analysis/scenario/published_table.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "analysis/scenario/load_study.hpp"
#include "models/base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const vqlab::Study study =
      *vqlab::parse_study(
           R"({"study": "s", "curves": [{"name": "a"}, {"name": "b"}], "sweep": {"targets": [1, 2, 8]}})", "s.json")
           .study;
  std::vector<vqlab::Fault> faults;
  const vqlab::Reference table =
      vqlab::parse_published_table(std::string(reinterpret_cast<const char*>(data), size), "fuzz", study, faults);
  for (const vqlab::Fault& fault : faults)
    vqlab::ensure(!fault.path.empty() && !fault.found.empty(), "a fault says where and what");
  for (const auto& column : table.columns)
    for (const auto& cell : column.values)
      vqlab::ensure(std::isfinite(cell.value) && cell.value > 0, "only numbers are values");
  return 0;
}
