// Any text is a QEMU command line or has faults, and every option has its line; never a crash.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/formats/qemu_import.hpp"
#include "analysis/words/qemu_tables.hpp"
#include "models/base/ensure.hpp"
#include "tests/fuzz/word_mutator.hpp"

namespace {

const std::vector<std::string>& words_of_lines() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all{" ",
                                 " \\\n",
                                 "\n",
                                 "'",
                                 "\"",
                                 ",",
                                 ",,",
                                 "=",
                                 "$",
                                 "#",
                                 "'{\"driver\":\"scsi-hd\"}'",
                                 "id=a",
                                 "drive=a",
                                 "bus=a.0",
                                 "scsi-hd",
                                 "scsi-block",
                                 "scsi-generic",
                                 "virtio-scsi-pci",
                                 "vhost-scsi-pci",
                                 "iothread,",
                                 "throttle-group,",
                                 "if=none",
                                 "driver=",
                                 "raw",
                                 "qcow2",
                                 "file",
                                 "throttle",
                                 "pc-i440fx-4.1",
                                 "q35",
                                 "on",
                                 "off",
                                 "auto",
                                 "none",
                                 "18446744073709551615",
                                 "-1",
                                 "0x7fffffff",
                                 "4k",
                                 "null",
                                 "true",
                                 "[",
                                 "]",
                                 "{",
                                 "}",
                                 ":",
                                 "iothread-vq-mapping.0.iothread="};
    for (const std::string& name : vqlab::qemu_option_names()) all.push_back(" " + name + " ");
    for (const vqlab::QemuPropertyTable* const table :
         {&vqlab::qemu_controller_table(), &vqlab::qemu_vhost_table(), &vqlab::qemu_disk_table(),
          &vqlab::qemu_iothread_table(), &vqlab::qemu_smp_table(), &vqlab::qemu_drive_table()})
      for (const std::string& name : vqlab::qemu_property_names(*table)) all.push_back("," + name + "=");
    return all;
  }();
  return words;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return vqlab::fuzz::mutate_with_words(data, size, max_size, seed, words_of_lines());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const vqlab::ImportedPart part = vqlab::import_qemu(text, "fuzz.txt");
  for (const vqlab::ClassedOption& one : part.options)
    vqlab::ensure(one.line >= 1 && !one.words.empty(), "every option has a line and words");
  return 0;
}
