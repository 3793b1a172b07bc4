#include "analysis/words/foreign_words.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "analysis/words/fio_options.hpp"
#include "analysis/words/libvirt_elements.hpp"
#include "analysis/words/libvirt_values.hpp"
#include "analysis/words/qemu_tables.hpp"

namespace vqlab {
namespace {

// Of other programs than those whose files are imported, or of whole groups of properties.
struct OtherWord {
  const char* key;
  const char* here;
};
constexpr OtherWord kOtherWords[] = {
    {"vq_size", "virtqueue_size in controller"},
    {"num_vqs", "num_queues in controller"},
    {"smp", "vcpus in guest"},
    {"write_cache", kCacheOfDisks},
    {"throttle", kThrottlingOfDisks},
    {"throttling", kThrottlingOfDisks},
    {"iotune", kThrottlingOfDisks},
    {"iops", kThrottlingOfDisks},
    {"bps", kThrottlingOfDisks},
};

// Attributes so common that they say nothing without their element.
constexpr const char* kNoWords[] = {"id", "type"};

std::string answer(OptionClass kind, const std::string& words, const std::string& here) {
  if (!here.empty()) return here;
  switch (kind) {
    case OptionClass::kModelled: return words;
    case OptionClass::kHarmless: return "nothing: " + (words.empty() ? "it has no effect in fio either" : words);
    case OptionClass::kApproximated: return "nothing: " + words;
    case OptionClass::kRefused: return "nothing: it is not modelled: " + words;
  }
  return "";
}

std::string of_qemu(const std::string& word) {
  for (const QemuPropertyTable* const table : {&qemu_controller_table(), &qemu_vhost_table(), &qemu_iothread_table(),
                                               &qemu_smp_table(), &qemu_disk_table(), &qemu_drive_table()})
    for (const QemuPropertyRow& row : *table)
      if (is_named_by(with_underscores(row.name), word))
        return answer(row.kind, row.words, row.here == nullptr ? "" : row.here);
  return "";
}

std::string of_limits(const std::string& word) {
  std::string with_dashes = word;
  std::replace(with_dashes.begin(), with_dashes.end(), '_', '-');
  for (const std::string& spelt : {word, with_dashes})
    for (const std::string& limit : {qemu_limit(spelt), qemu_drive_limit(spelt)})
      if (!limit.empty()) return limit_of_disks(limit);
  return word.rfind("throttling.", 0) == 0 ? kThrottlingOfDisks : "";
}

std::string last_of_path(const std::string& path) { return with_underscores(path.substr(path.find_last_of("/@") + 1)); }

std::string of_libvirt(const std::string& word) {
  // The shortest path comes first: <vcpu> before the vcpu of a pin.
  const std::pair<const std::string, std::string>* found = nullptr;
  for (const auto& one : libvirt_values())
    if (last_of_path(one.first) == word && one.second.find(" in ") != std::string::npos &&
        (found == nullptr || one.first.size() < found->first.size()))
      found = &one;
  if (found != nullptr) return found->second;
  for (const LibvirtElement& one : libvirt_elements())
    if (last_of_path(one.path) == word && one.kind != OptionClass::kModelled) return answer(one.kind, one.words, "");
  return "";
}

}  // namespace

std::string with_underscores(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string fio_word(const std::string& key) {
  const std::string word = with_underscores(key);
  for (const FioOption& one : fio_options())
    if (with_underscores(one.name) == word || (!one.alias.empty() && one.alias == word))
      return answer(one.kind, one.words, one.answer);
  return "";
}

std::string qemu_word(const std::string& key) {
  const std::string word = with_underscores(key);
  if (std::find(std::begin(kNoWords), std::end(kNoWords), word) != std::end(kNoWords)) return "";
  for (const OtherWord& one : kOtherWords)
    if (word == one.key) return one.here;
  for (const auto& of : {of_limits, of_qemu, of_libvirt})
    if (const std::string found = of(word); !found.empty()) return found;
  return "";
}

}  // namespace vqlab
