#include "analysis/formats/libvirt_drives.hpp"

#include <algorithm>

namespace vqlab {

void LibvirtDrives::read_driver(const pugi::xml_node& driver, VmDisk& disk) {
  const std::string path = "devices/disk/driver";
  const std::string cache = driver.attribute("cache").value();
  const auto at = option(path + "@cache");
  if (!cache.empty() && cache != "default") {
    disk.cache = {cache == "unsafe" ? "writeback" : cache, at};
    const std::vector<std::string> known = {"default", "none", "writethrough", "writeback", "directsync", "unsafe"};
    if (std::find(known.begin(), known.end(), cache) == known.end())
      record_.fault(line_of(driver), "<driver>", "cache " + OptionRecord::shown(cache), one_of(known),
                    record_.nearest(cache, known));
    if (cache == "unsafe" && at)
      record_.reclass(*at, OptionClass::kApproximated, "as writeback: a flush takes time here");
  }
  const std::string io = driver.attribute("io").value();
  if (!io.empty()) {
    disk.aio = {io, option(path + "@io")};
    if (io != "threads" && io != "native" && io != "io_uring")
      record_.fault(line_of(driver), "<driver>", "io " + OptionRecord::shown(io), "threads, native or io_uring",
                    record_.nearest(io, {"threads", "native", "io_uring"}));
    if (io == "native" && disk.cache.value != "none" && disk.cache.value != "directsync")
      record_.fault(line_of(driver), "<driver>", "io='native' with cache " + OptionRecord::shown(cache),
                    "cache='none' or cache='directsync' with io='native'");
  }
  const std::string type = driver.attribute("type").value();
  const auto of_type = option(path + "@type");
  if (!type.empty() && type != "raw" && of_type)
    record_.reclass(*of_type, OptionClass::kApproximated, "as raw: the metadata of this format costs nothing here");
  const std::string discard = driver.attribute("discard").value();
  const auto of_discard = option(path + "@discard");
  if (discard == "ignore" && of_discard)
    record_.reclass(*of_discard, OptionClass::kApproximated,
                    "a trim of a job takes the storage's time here; only jobs that trim differ");
  for (const char* const name : {"iothread", "queues", "packed", "queue_size"})
    if (driver.attribute(name))
      record_.fault(line_of(driver), "<driver>", std::string(name) + " on a SCSI disk",
                    "it in <driver> of the controller, or none");
}

void LibvirtDrives::read_iotune(const pugi::xml_node& tune, VmDisk& disk) {
  for (const pugi::xml_node node : tune.children()) {
    if (node.type() != pugi::node_element) continue;
    const std::string name = node.name();
    const std::string path = "devices/disk/iotune/" + name;
    if (name == "group_name") {
      disk.group = {node.text().get(), option(path)};
      continue;
    }
    const std::string words = modelled_words(path);
    if (words.empty()) continue;  // a fault, which the walk has told
    const auto value = number(node, name, node.text().get(), 0, 1000000000000000);
    if (value && *value > 0) disk.limits[words.substr(0, words.find(' '))] = *value;
    if (value && *value == 0 && option(path)) record_.reclass(*option(path), OptionClass::kHarmless, "no limit");
  }
}

}  // namespace vqlab
