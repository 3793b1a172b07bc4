// Any text is either a study or a list of faults, never both, and never a crash.
#include <cstddef>
#include <cstdint>
#include <string>

#include "analysis/scenario/load_study.hpp"
#include "models/base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const vqlab::StudyOrFaults result = vqlab::parse_study(text, "fuzz.json");
  vqlab::ensure(result.study.has_value() == result.faults.empty(), "either a study or faults");
  return 0;
}
