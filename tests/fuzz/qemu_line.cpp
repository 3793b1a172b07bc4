// Any text is a QEMU command line or has faults, and every option has its line; never a crash.
#include <cstddef>
#include <cstdint>
#include <string>

#include "analysis/formats/qemu_import.hpp"
#include "models/base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const vqlab::ImportedPart part = vqlab::import_qemu(text, "fuzz.txt");
  for (const vqlab::ClassedOption& one : part.options)
    vqlab::ensure(one.line >= 1 && !one.words.empty(), "every option has a line and words");
  return 0;
}
