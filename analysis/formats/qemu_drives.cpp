#include "analysis/formats/qemu_drives.hpp"

#include <algorithm>
#include <set>

#include "analysis/words/qemu_tables.hpp"

namespace vqlab {
namespace {

constexpr int kDeepestNode = 32;

const std::set<std::string> kOfFiles = {"file", "host_device", "host_cdrom"};
const std::set<std::string> kOfNull = {"null-co", "null-aio"};
const std::set<std::string> kOfFormats = {"qcow2",       "qcow",           "qed", "vmdk",      "vdi",
                                          "vpc",         "vhdx",           "cow", "parallels", "copy-on-read",
                                          "luks",        "bochs",          "dmg", "cloop",     "replication",
                                          "preallocate", "snapshot-access"};
const std::set<std::string> kOfNetworkDrives = {"nbd", "rbd",  "iscsi",   "ssh", "http",     "https",
                                                "ftp", "ftps", "gluster", "nfs", "sheepdog", "vxhs"};
const std::set<std::string> kOfOtherDrives = {
    "nvme", "io_uring", "nvme-io_uring", "virtio-blk-vhost-user", "virtio-blk-vhost-vdpa", "virtio-blk-vfio-pci"};
const std::set<std::string> kOfTests = {"blkdebug", "blklogwrites", "blkverify", "blkreplay", "quorum",
                                        "compress", "raw",          "throttle",  "vvfat",     "copy-before-write"};

std::vector<std::string> qemu_block_drivers() {
  std::vector<std::string> all;
  for (const auto* const some : {&kOfFiles, &kOfNull, &kOfFormats, &kOfNetworkDrives, &kOfOtherDrives, &kOfTests})
    all.insert(all.end(), some->begin(), some->end());
  return all;
}

bool begins_with(const std::string& text, const std::string& with) { return text.compare(0, with.size(), with) == 0; }

}  // namespace

std::vector<std::string> QemuDrives::names() const {
  std::vector<std::string> all;
  for (const auto& [name, at] : by_name_) all.push_back(name);
  return all;
}

void QemuDrives::read_limit(const std::string& limit, const QemuProperty& property, const std::string& where,
                            std::size_t at, Json& limits) {
  const auto number = qemu_integer(property.value);
  if (!number || *number < 0) {
    record_.fault(property.line, where + " " + property.key, property.value, "a number, in full");
    return;
  }
  if (*number == 0) {
    record_.reclass(at, OptionClass::kHarmless, "no limit");
    return;
  }
  limits[limit] = *number;
}

void QemuDrives::add_throttle_group(const QemuArgument& argument) {
  const std::string id = argument.value("id");
  Json& limits = groups_[id];
  limits = Json::object();
  for (const QemuProperty& property : argument.properties) {
    const std::string where = argument.option + " throttle-group";
    std::string name = property.key;
    for (const char* const before : {"x-", "limits."})
      if (begins_with(name, before)) name = name.substr(std::string(before).size());
    const std::string limit = name == property.key ? "" : qemu_limit(name);
    const bool named = property.key == "id" || property.key == "qom-type";
    if (limit.empty() && !named) {
      record_.fault(property.line, where, "an unknown property " + OptionRecord::shown(property.key),
                    "limits, such as x-iops-total or limits.iops-total",
                    record_.nearest(property.key, {"x-iops-total"}));
      continue;
    }
    const std::size_t at = record_.add(property.line, where, property.key, property.value, OptionClass::kModelled,
                                       named ? "throttling in disks" : limit_of_disks(limit));
    group_options_[id].push_back(at);
    if (!named) read_limit(limit, property, where, at, limits);
  }
}

int QemuDrives::add_drive(const QemuArgument& argument) { return add_node(argument, "", 0); }

int QemuDrives::add_node(const QemuArgument& argument, const std::string& prefix, int depth) {
  const int place = static_cast<int>(nodes_.size());
  nodes_.emplace_back();
  const bool blockdev = argument.option == "-blockdev";
  const std::string child = prefix + "file.";
  bool has_child = false;
  for (const QemuProperty& property : argument.properties) {
    if (!begins_with(property.key, prefix)) continue;
    if (begins_with(property.key, child)) {
      has_child = true;
      continue;
    }
    read_property(argument, property, property.key.substr(prefix.size()), nodes_[static_cast<std::size_t>(place)]);
  }
  if (depth >= kDeepestNode) {
    record_.fault(argument.line, argument.option, "nodes that are nested too deeply", "at most 32 of them");
    return place;
  }
  if (has_child) {
    const int below = add_node(argument, child, depth + 1);
    Node& node = nodes_[static_cast<std::size_t>(place)];
    node.below_at = below;
    // A node in another one has its way of caching, unless it says otherwise.
    if (node.says_direct && !nodes_[static_cast<std::size_t>(below)].says_direct) {
      nodes_[static_cast<std::size_t>(below)].direct = node.direct;
      nodes_[static_cast<std::size_t>(below)].says_direct = true;
    }
    if (!blockdev) {
      if (node.aio.option) nodes_[static_cast<std::size_t>(below)].aio = node.aio;
      nodes_[static_cast<std::size_t>(below)].cache = node.cache;
    }
  } else if (blockdev) {
    nodes_[static_cast<std::size_t>(place)].below = argument.value(prefix + "file");
  }
  const std::string name = argument.value(prefix + "node-name");
  const std::string id = blockdev ? "" : argument.value(prefix + "id");
  for (const std::string& one : {name, id}) {
    if (one.empty()) continue;
    if (!by_name_.emplace(one, place).second)
      record_.fault(argument.line, argument.option, "a second drive \"" + one + '"', "a name for each");
  }
  if (blockdev && depth == 0 && name.empty())
    record_.fault(argument.line, argument.option, "no node-name", "a node-name, by which a device names it");
  return place;
}

void QemuDrives::read_property(const QemuArgument& argument, const QemuProperty& property, const std::string& key,
                               Node& node) {
  const bool blockdev = argument.option == "-blockdev";
  const std::string limit = blockdev ? "" : qemu_drive_limit(key);
  const QemuPropertyRow* const row = qemu_property(qemu_drive_table(), key);
  if (limit.empty() && row == nullptr) {
    const bool of_network = kOfNetworkDrives.count(node.driver) != 0 || kOfOtherDrives.count(node.driver) != 0;
    if (of_network) {
      node.options.push_back(record_.add(property.line, argument.option, property.key, property.value,
                                         OptionClass::kHarmless, "how the storage is reached"));
      return;
    }
    std::vector<std::string> known = qemu_property_names(qemu_drive_table());
    if (!blockdev) known.insert(known.end(), {"iops", "bps", "throttling.iops-total", "throttling.bps-total"});
    record_.fault(property.line, argument.option, "an unknown property " + OptionRecord::shown(property.key),
                  "what QEMU knows of a drive", record_.nearest(key, known));
    return;
  }
  const std::size_t at = record_.add(property.line, argument.option, property.key, property.value,
                                     limit.empty() ? row->kind : OptionClass::kModelled,
                                     limit.empty() ? row->words : limit_of_disks(limit));
  node.options.push_back(at);
  if (limit.empty() && row->harmless != nullptr && property.value == row->harmless)
    record_.reclass(at, OptionClass::kHarmless, "QEMU's default");
  if (!limit.empty()) {
    read_limit(limit, property, argument.option, at, node.limits);
    return;
  }
  if (key == "driver" || key == "format") {
    node.driver = property.value;
    read_driver(property.value, at);
    if (kOfNull.count(property.value) == 0 && kOfTests.count(property.value) == 0 &&
        kOfFormats.count(property.value) == 0 && kOfFiles.count(property.value) == 0 &&
        kOfNetworkDrives.count(property.value) == 0 && kOfOtherDrives.count(property.value) == 0)
      record_.fault(property.line, argument.option + " " + property.key, property.value, "a block driver of QEMU",
                    record_.nearest(property.value, qemu_block_drivers()));
    return;
  }
  if (key == "file") {
    const std::string protocol = property.value.substr(0, property.value.find(':'));
    if (!blockdev && protocol != property.value && kOfNetworkDrives.count(protocol) != 0)
      record_.reclass(at, OptionClass::kApproximated, "storage over a network is as the machine's (host.backend)");
    if (!blockdev && protocol != property.value && kOfNull.count(protocol) != 0) {
      node.driver = protocol;
      record_.reclass(at, OptionClass::kModelled, "backend \"null\" in host, if all disks are so");
    }
    return;
  }
  read_value(key, property, at, node);
}

void QemuDrives::read_driver(const std::string& driver, std::size_t at) {
  if (kOfFormats.count(driver) != 0)
    record_.reclass(at, OptionClass::kApproximated, "as raw: the metadata of this format costs nothing here");
  else if (kOfNetworkDrives.count(driver) != 0)
    record_.reclass(at, OptionClass::kApproximated, "storage over a network is as the machine's (host.backend)");
  else if (kOfOtherDrives.count(driver) != 0)
    record_.reclass(at, OptionClass::kApproximated,
                    "as a file of the host: this driver passes by its block layer; nearest: aio \"io_uring\"");
  else if (kOfNull.count(driver) != 0)
    record_.reclass(at, OptionClass::kModelled, "backend \"null\" in host, if all disks are so");
  else if (driver == "throttle")
    record_.reclass(at, OptionClass::kModelled, "throttling in disks");
  else if (kOfTests.count(driver) != 0 && driver != "raw")
    record_.reclass(at, OptionClass::kApproximated, "this filter costs nothing here");
}

void QemuDrives::set_direct(Node& node, bool value, std::size_t at) {
  node.direct = {value, at};
  node.says_direct = true;
  node.cache.option = at;
}

void QemuDrives::read_value(const std::string& key, const QemuProperty& property, std::size_t at, Node& node) {
  const auto wrong = [&](const std::string& accepted, const std::string& nearest) {
    record_.fault(property.line, property.key, OptionRecord::shown(property.value), accepted, nearest);
  };
  const std::string& value = property.value;
  if (key == "cache") {
    const std::vector<std::string> modes = {"none", "off", "writeback", "writethrough", "directsync", "unsafe"};
    if (std::find(modes.begin(), modes.end(), value) == modes.end())
      return wrong(one_of(modes), record_.nearest(value, modes));
    set_direct(node, value == "none" || value == "off" || value == "directsync", at);
    node.writeback = {value != "writethrough" && value != "directsync", at};
    if (value == "unsafe") record_.reclass(at, OptionClass::kApproximated, "as writeback: a flush takes time here");
  } else if (key == "cache.direct" || key == "cache.writeback" || key == "cache.no-flush") {
    const auto on = qemu_bool(value);
    if (!on) return wrong("on or off", "");
    if (key == "cache.direct") set_direct(node, *on, at);
    if (key == "cache.writeback") {
      node.writeback = {*on, at};
      node.cache.option = at;
    }
  } else if (key == "aio") {
    const std::vector<std::string> ways = {"threads", "native", "io_uring"};
    if (std::find(ways.begin(), ways.end(), value) == ways.end())
      return wrong(one_of(ways), record_.nearest(value, ways));
    node.aio = {value, at};
  } else if (key == "discard") {
    if (value != "unmap" && value != "on" && value != "ignore" && value != "off")
      return wrong("ignore, off, unmap or on", "");
    node.discard = {value, at};
    if (value == "ignore" || value == "off")
      record_.reclass(at, OptionClass::kApproximated,
                      "a trim of a job takes the storage's time here; only jobs that trim differ");
  } else if (key == "throttling.group" || key == "group" || key == "throttle-group") {
    node.group = {value, at};
  }
}

int QemuDrives::place_of(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? -1 : found->second;
}

std::vector<QemuDrives::Node*> QemuDrives::chain(int place) {
  std::vector<Node*> all;
  while (place >= 0 && all.size() < kDeepestNode) {
    Node& node = nodes_[static_cast<std::size_t>(place)];
    all.push_back(&node);
    place = node.below_at >= 0 ? node.below_at : place_of(node.below);
  }
  return all;
}

void QemuDrives::give(const std::string& name, const Said<std::string>& write_cache, VmDisk& disk) {
  const std::vector<Node*> nodes = chain(place_of(name));
  for (Node* const node : nodes) {
    node->used = true;
    if (!node->group.value.empty()) {
      disk.group = node->group;
      const auto of_group = groups_.find(node->group.value);
      if (of_group != groups_.end() && node->limits.empty()) disk.limits = of_group->second;
    }
    if (!node->limits.empty()) disk.limits = node->limits;
  }
  const Node& top = *nodes.front();
  const Node& last = *nodes.back();
  disk.null = {kOfNull.count(last.driver) != 0, std::nullopt};
  disk.aio = last.aio.option ? last.aio : top.aio;
  const bool direct = last.direct.value;
  const bool writeback = write_cache.value == "auto" ? top.writeback.value : write_cache.value == "on";
  disk.cache.value = direct ? (writeback ? "none" : "directsync") : (writeback ? "writeback" : "writethrough");
  disk.cache.option = last.direct.option ? last.direct.option : last.cache.option;
  if (!disk.cache.option) disk.cache.option = top.cache.option ? top.cache.option : write_cache.option;
  if (disk.aio.value == "native" && !direct && !disk.null.value) {
    const ClassedOption& option = record_.part().options[disk.aio.option.value_or(0)];
    record_.fault(option.line, option.where + " aio", "native, with the host's page cache",
                  "cache=none or cache=directsync (cache.direct=on) with aio=native");
  }
}

void QemuDrives::set_aside(const std::string& name, OptionClass kind, const std::string& words) {
  set_aside(place_of(name), kind, words);
}

void QemuDrives::set_aside(int place, OptionClass kind, const std::string& words) {
  for (Node* const node : chain(place)) {
    node->used = true;
    for (const std::size_t at : node->options) record_.reclass(at, kind, words);
  }
}

void QemuDrives::finish() {
  std::set<std::string> in_use;
  for (const Node& node : nodes_) {
    if (node.used) {
      in_use.insert(node.group.value);
      continue;
    }
    for (const std::size_t at : node.options)
      record_.reclass(at, OptionClass::kHarmless, "no disk of the guest is on this drive");
  }
  for (const auto& [id, options] : group_options_)
    if (in_use.count(id) == 0)
      for (const std::size_t at : options)
        record_.reclass(at, OptionClass::kHarmless, "no disk of the guest is in this group");
}

}  // namespace vqlab
