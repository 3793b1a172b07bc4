// Any text is a job file whose lines are all classed, or has faults that say where and what; never a crash.
#include <cstddef>
#include <cstdint>
#include <string>

#include "analysis/formats/fio_import.hpp"
#include "models/base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  vqlab::FioSetting setting;
  // Whatever is included is the file itself, which is a fault, or a line.
  setting.around.file = [&text](const std::string& path) {
    return path == "job.fio" ? std::optional<std::string>(text) : std::optional<std::string>("bs=4k\n");
  };
  setting.around.variable = [](const std::string& name) {
    return name.empty() ? std::nullopt : std::optional<std::string>("4k");
  };
  const vqlab::ImportedPart part = vqlab::import_fio(text, "job.fio", setting);
  for (const vqlab::ClassedOption& one : part.options)
    vqlab::ensure(!one.words.empty() && one.line > 0, "it is classed");
  for (const vqlab::Fault& fault : part.faults)
    vqlab::ensure(!fault.path.empty() && !fault.found.empty(), "a fault says where and what");
  return 0;
}
