// Any text is a job file whose lines are all classed, or has faults that say where and what; never a crash.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/formats/fio_import.hpp"
#include "analysis/words/fio_options.hpp"
#include "models/base/ensure.hpp"
#include "tests/fuzz/word_mutator.hpp"

namespace {

// Options, what they may be, and what stands between them.
const std::vector<std::string>& words_of_jobs() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all{"\n",
                                 "\n[",
                                 "]\n",
                                 "[global]\n",
                                 "include x\n",
                                 "${V}",
                                 "$jobname",
                                 ":",
                                 ",",
                                 "/",
                                 "%",
                                 "4k",
                                 "1g/30:",
                                 "1-2",
                                 "0x10",
                                 "100ms",
                                 "z",
                                 "-1",
                                 ";",
                                 "#",
                                 "1e9",
                                 "\r\n",
                                 "\\",
                                 "zipf:1.1",
                                 "1000",
                                 "/dev/sdb:/dev/sdc",
                                 "99999999999999999999",
                                 "kb_base=1000\n"};
    for (const vqlab::FioOption& one : vqlab::fio_options()) {
      all.push_back("\n" + one.name + "=");
      if (!one.alias.empty()) all.push_back("\n" + one.alias + "=");
      std::istringstream choices(one.choices);
      for (std::string choice; std::getline(choices, choice, ',');) all.push_back(choice);
    }
    return all;
  }();
  return words;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return vqlab::fuzz::mutate_with_words(data, size, max_size, seed, words_of_jobs());
}

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
