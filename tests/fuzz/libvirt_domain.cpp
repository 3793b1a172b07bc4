// Any text is a libvirt domain or has faults, and every option has its line; never a crash.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/formats/libvirt_import.hpp"
#include "analysis/words/libvirt_elements.hpp"
#include "analysis/words/libvirt_values.hpp"
#include "models/base/ensure.hpp"
#include "tests/fuzz/word_mutator.hpp"

namespace {

// Elements and attributes, each as it stands in a domain.
const std::vector<std::string>& words_of_domains() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all{"<domain>",
                                 "</domain>",
                                 "<devices>",
                                 "<disk device='disk'>",
                                 "</disk>",
                                 "<",
                                 "/>",
                                 ">",
                                 "'",
                                 "&amp;",
                                 "&#0;",
                                 "<!--",
                                 "-->",
                                 "<![CDATA[",
                                 "]]>",
                                 "<controller type='scsi' model='virtio-scsi'",
                                 "bus='scsi'",
                                 "0-3,^2",
                                 "18446744073709551615",
                                 "-1",
                                 "on",
                                 "off",
                                 "<?xml",
                                 "\n"};
    const auto add = [&all](const std::string& path) {
      const std::size_t last = path.find_last_of("/@");
      const std::string name = last == std::string::npos ? path : path.substr(last + 1);
      all.push_back(last != std::string::npos && path[last] == '@' ? " " + name + "='" : "<" + name + ">");
    };
    for (const auto& [path, here] : vqlab::libvirt_values()) add(path);
    for (const vqlab::LibvirtElement& one : vqlab::libvirt_elements()) add(one.path);
    return all;
  }();
  return words;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return vqlab::fuzz::mutate_with_words(data, size, max_size, seed, words_of_domains());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const vqlab::ImportedPart part = vqlab::import_libvirt(text, "fuzz.xml");
  for (const vqlab::ClassedOption& one : part.options)
    vqlab::ensure(one.line >= 1 && !one.words.empty(), "every option has a line and words");
  return 0;
}
