#include "analysis/formats/libvirt_import.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <pugixml.hpp>
#include <optional>
#include <set>
#include <tuple>

#include "analysis/formats/libvirt_elements.hpp"
#include "analysis/formats/lower_machine.hpp"
#include "analysis/formats/option_record.hpp"
#include "analysis/formats/qemu_arguments.hpp"
#include "analysis/formats/qemu_machine_type.hpp"
#include "analysis/formats/qemu_topology.hpp"
#include "models/base/index_ranges.hpp"

namespace vqlab {
namespace {

constexpr int kDeepestXml = 64;
constexpr std::uint32_t kMostCpu = 1024;
constexpr std::int64_t kMostVmThreads = 1024;
constexpr std::size_t kMostVmDisks = 4096;
constexpr std::uint32_t kDisksOfController = 7;  // that have no address
constexpr const char* kOtherBus = "a disk that is not on virtio-scsi: its I/O would take CPU time; nearest: bus \"scsi\" "
                                  "on a controller of model virtio-scsi";
constexpr const char* kOtherModel = "an emulated HBA, which libvirt makes if no model is named; nearest: virtio-scsi";

class LibvirtImport {
 public:
  LibvirtImport(ImportedPart& part, const std::string& text, const std::string& file)
      : record_(part, file), text_(text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) line_ends_.push_back(at);
  }

  void read() {
    pugi::xml_document document;
    const pugi::xml_parse_result result =
        document.load_buffer(text_.data(), text_.size(), pugi::parse_default | pugi::parse_doctype);
    if (!result)
      return record_.fault(line_at(result.offset), "", result.description(), "XML, as virsh dumpxml prints it");
    const pugi::xml_node domain = document.document_element();
    for (const pugi::xml_node node : document.children())
      if (node.type() == pugi::node_doctype)
        return record_.fault(line_of(node), "", "a DOCTYPE", "a domain without one");
    if (std::strcmp(domain.name(), "domain") != 0)
      return record_.fault(line_of(domain), "", '<' + std::string(domain.name()) + '>', "<domain>");
    machine_.shared_cache.value = false;  // libvirt says so to QEMU where a domain says nothing
    version_ = QemuMachineType{}.version;
    if (const auto type = qemu_machine_type(domain.child("os").child("type").attribute("machine").value()))
      version_ = type->version;
    for (const pugi::xml_node node : domain.child("devices").children("controller")) add_controller(node);
    walk(domain, "", 0);
    finish();
    lower_machine(machine_, record_.part());
  }

 private:
  using Options = std::map<std::string, std::size_t>;  // by path, of one element and all below it
  struct Address {
    std::uint32_t controller = 0;
    std::uint32_t target = 0;
    std::uint32_t unit = 0;
  };

  [[nodiscard]] int line_at(std::ptrdiff_t offset) const {
    return 1 + static_cast<int>(std::lower_bound(line_ends_.begin(), line_ends_.end(), static_cast<std::size_t>(offset)) -
                                line_ends_.begin());
  }
  [[nodiscard]] int line_of(const pugi::xml_node& node) const {
    return line_at(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
  }

  // Everything below `node`, each attribute and each text once. Elements whose values are read have a reader.
  void walk(const pugi::xml_node& node, const std::string& path, int depth) {
    if (depth > kDeepestXml) return record_.fault(line_of(node), "", "elements nested too deeply", "at most 64 levels");
    const int line = line_of(node);
    bool says = false;
    for (const pugi::xml_attribute attribute : node.attributes()) {
      class_one(line, path, attribute.name(), attribute.value(), path + '@' + attribute.name());
      says = true;
    }
    std::string text;
    bool has_elements = false;
    for (const pugi::xml_node child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
      if (child.type() != pugi::node_element) continue;
      has_elements = true;
      const std::string below = path.empty() ? child.name() : path + '/' + child.name();
      if (below == "devices/disk") {
        add_disk(child);
      } else if (below == "devices/controller") {
        walk_controller(child, depth + 1);
      } else {
        walk(child, below, depth + 1);
      }
    }
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (!path.empty() && (!blank || (!says && !has_elements))) class_one(line, path, "", blank ? "" : text, path);
    read_element(node, path);
  }

  void class_one(int line, const std::string& path, const std::string& attribute, const std::string& value,
                 const std::string& key) {
    const std::string where = '<' + path.substr(path.find_last_of('/') + 1) + '>';
    const std::string option = attribute.empty() ? where : attribute;
    const auto modelled = modelled_words(key);
    const LibvirtElement* const element = modelled.empty() ? libvirt_element(key) : nullptr;
    if (modelled.empty() && element == nullptr) {
      const std::size_t slash = path.find_last_of('/');
      const std::string parent = !attribute.empty() ? path : slash == std::string::npos ? "" : path.substr(0, slash);
      std::vector<std::string> known = libvirt_children(parent);
      for (const auto& [one, words] : modelled_)
        known.push_back(one.substr(one.find_last_of("/@") == std::string::npos ? 0 : one.find_last_of("/@") + 1));
      const std::string name = attribute.empty() ? path.substr(path.find_last_of('/') + 1) : attribute;
      record_.fault(line, path.empty() ? "<domain>" : '<' + path + '>',
                    (attribute.empty() ? "an unknown element " : "an unknown attribute ") + OptionRecord::shown(name),
                    "what libvirt knows of a domain", record_.nearest(name, known));
      return;
    }
    options_[key] = record_.add(line, path.empty() ? "<domain>" : where, option, value,
                                modelled.empty() ? element->kind : OptionClass::kModelled,
                                modelled.empty() ? element->words : modelled);
  }

  [[nodiscard]] std::string modelled_words(const std::string& key) const {
    const auto found = modelled_.find(key);
    return found == modelled_.end() ? "" : found->second;
  }

  [[nodiscard]] std::optional<std::size_t> option(const std::string& key) const {
    const auto found = options_.find(key);
    return found == options_.end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<std::int64_t> number(const pugi::xml_node& node, const std::string& what, const std::string& text,
                                     std::int64_t least, std::int64_t most) {
    std::string trimmed = text;
    trimmed.erase(0, trimmed.find_first_not_of(" \t\r\n"));
    trimmed.erase(trimmed.find_last_not_of(" \t\r\n") + 1);
    const bool plain = !trimmed.empty() && trimmed.find_first_not_of("-0123456789") == std::string::npos;
    const auto value = plain ? qemu_integer(trimmed.size() > 1 && trimmed[0] == '0' ? "0" : trimmed) : std::nullopt;
    if (value && *value >= least && *value <= most) return value;
    record_.fault(line_of(node), '<' + std::string(node.name()) + '>', what + ' ' + OptionRecord::shown(text),
                  "an integer from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }

  void read_number(const pugi::xml_node& node, const std::string& path, const char* attribute, std::int64_t least,
                   std::int64_t most, Said<std::int64_t>& into) {
    if (!node.attribute(attribute)) return;
    if (const auto value = number(node, attribute, node.attribute(attribute).value(), least, most))
      into = {*value, option(path + '@' + attribute)};
  }

  void read_element(const pugi::xml_node& node, const std::string& path) {
    if (path == "vcpu") {
      if (const auto most = number(node, "vCPUs", node.text().get(), 1, 100000)) machine_.vcpus = {*most, option(path)};
      read_number(node, path, "current", 1, 100000, machine_.vcpus);
    } else if (path == "iothreads") {
      if (const auto count = number(node, "iothreads", node.text().get(), 0, kMostVmThreads)) declared_iothreads_ = *count;
      iothreads_option_ = option(path);
    } else if (path == "iothreadids/iothread") {
      add_iothread(node, path);
    } else if (path == "cpu/topology") {
      read_topology(node, path);
    } else if (path == "os/type") {
      read_type(node, path);
    } else if (path == "cputune/vcpupin" || path == "cputune/iothreadpin" || path == "cputune/emulatorpin") {
      read_pin(node, path);
    } else if (path.compare(0, 8, "cputune/") == 0) {
      read_quota(node, path);
    }
  }

  void read_type(const pugi::xml_node& node, const std::string& path) {
    const std::string name = node.attribute("machine").value();
    const auto at = option(path + "@machine");
    const auto type = qemu_machine_type(name);
    if (!at) return;
    if (!type)
      record_.reclass(*at, OptionClass::kApproximated,
                      "a board that is not known here: its defaults are those of the newest QEMU");
    else if (type->of_distribution)
      record_.reclass(*at, OptionClass::kApproximated, "its defaults are those of QEMU " + type->version.text());
  }

  void read_topology(const pugi::xml_node& node, const std::string& path) {
    std::map<std::string, Said<std::int64_t>> said;
    for (const char* const name : {"sockets", "dies", "clusters", "cores", "threads"}) {
      said[name].value = 1;
      read_number(node, path, name, 1, 100000, said[name]);
    }
    const SharedCaches caches = shared_caches(said["sockets"].value, said["dies"].value, said["cores"].value,
                                              said["threads"].value);
    machine_.shared_cache.value = caches.shared;
    topology_ = said["sockets"].value * said["dies"].value * said["clusters"].value * said["cores"].value *
                said["threads"].value;
    topology_line_ = line_of(node);
    if (caches.approximately.empty()) return;
    for (const auto& [name, one] : said)
      if (one.option) record_.reclass(*one.option, OptionClass::kApproximated, caches.approximately);
  }

  void add_iothread(const pugi::xml_node& node, const std::string& path) {
    const auto id = number(node, "id", node.attribute("id").value(), 1, 1000000);
    if (!id || machine_.iothreads.size() >= static_cast<std::size_t>(kMostVmThreads)) return;
    VmIothread one{"iothread" + std::to_string(*id), option(path + "@id").value_or(0)};
    read_number(node, path, "thread_pool_max", 1, 1000000, one.thread_pool_max);
    const pugi::xml_node poll = node.child("poll");
    read_number(poll, path + "/poll", "max", 0, 1000000000, one.poll_max_ns);
    read_number(poll, path + "/poll", "grow", 0, 1000, one.poll_grow);
    read_number(poll, path + "/poll", "shrink", 0, 1000, one.poll_shrink);
    machine_.iothreads.push_back(one);
  }

  void read_pin(const pugi::xml_node& node, const std::string& path) {
    const std::string text = node.attribute("cpuset").value();
    std::string list;
    for (const char one : text)
      if (one != ' ') list += one;
    const auto ranges = parse_ranges(list);
    if (!ranges || ranges->back().end > kMostCpu) {
      const bool excludes = text.find('^') != std::string::npos;
      return record_.fault(line_of(node), '<' + path + '>', "cpuset " + OptionRecord::shown(text),
                           excludes ? "numbers in ascending order, without ^" : "CPUs below 1024 such as \"0-3,8\"");
    }
    Said<std::vector<std::uint32_t>> pin{{}, option(path + "@cpuset")};
    for (const IndexRange& range : *ranges)
      for (std::uint32_t cpu = range.first; cpu < range.end; ++cpu) pin.value.push_back(cpu);
    if (path == "cputune/emulatorpin") {
      machine_.emulator_pin = pin;
      return;
    }
    const bool vcpu = path == "cputune/vcpupin";
    const auto index = vcpu ? number(node, "vcpu", node.attribute("vcpu").value(), 0, kMostVmThreads - 1)
                            : number(node, "iothread", node.attribute("iothread").value(), 1, 1000000);
    if (index) (vcpu ? vcpu_pins_ : iothread_pins_)[*index] = pin;
  }

  void read_quota(const pugi::xml_node& node, const std::string& path) {
    const std::string name = path.substr(8);
    const std::array<std::pair<const char*, VmQuota*>, 4> kinds{{{"", &machine_.vcpu_quota},
                                                                 {"global_", &machine_.global_quota},
                                                                 {"emulator_", &machine_.emulator_quota},
                                                                 {"iothread_", &machine_.iothread_quota}}};
    for (const auto& [before, quota] : kinds) {
      if (name == before + std::string("quota")) {
        if (const auto us = number(node, "quota", node.text().get(), -1, std::int64_t{1} << 53))
          quota->quota_us = {*us, option(path)};
      } else if (name == before + std::string("period")) {
        if (const auto us = number(node, "period", node.text().get(), 0, 1000000))
          quota->period_us = {*us == 0 ? 100000 : *us, option(path)};
      }
    }
  }

  void walk_controller(const pugi::xml_node& node, int depth) {
    options_.clear();
    const std::size_t before = record_.part().options.size();
    const std::size_t faults = record_.part().faults.size();
    walk(node, "devices/controller", depth);
    controller_options_[node.offset_debug()] = options_;
    const std::string type = node.attribute("type").value();
    const std::string model = node.attribute("model").value();
    if (type == "scsi" && model.compare(0, 6, "virtio") == 0) return;
    record_.part().faults.resize(faults);  // other kinds have other words
    for (std::size_t at = before; at < record_.part().options.size(); ++at)
      record_.reclass(at, type == "scsi" ? OptionClass::kRefused : OptionClass::kHarmless,
                      type == "scsi" ? kOtherModel : "a controller that no disk of a job is on");
  }

  // Before disks, which refer to it; its options are classed when the walk comes to it.
  void add_controller(const pugi::xml_node& node) {
    if (std::strcmp(node.attribute("type").value(), "scsi") != 0) return;
    const std::int64_t index = node.attribute("index") ? node.attribute("index").as_llong(-1) : next_index_;
    const std::string model = node.attribute("model").value();
    next_index_ = index + 1;
    if (model != "virtio-scsi" && model != "virtio-transitional" && model != "virtio-non-transitional") return;
    if (!controllers_.emplace(index, machine_.controllers.size()).second)
      return record_.fault(line_of(node), "<controller>", "a second one with index " + std::to_string(index), "an index for each");
    VmController one{"scsi" + std::to_string(index), 0};
    if (version_.before(5, 2)) one.num_queues.value = 1;
    if (version_.before(5, 0)) {
      one.virtqueue_size.value = 128;
      one.seg_max_adjust.value = false;
    }
    machine_.controllers.push_back(one);
    nodes_.push_back(node);
  }

  void read_controller(const pugi::xml_node& node, VmController& one) {
    const std::string path = "devices/controller";
    const std::string driver = path + "/driver";
    one.option = option(path + "@type").value_or(0);
    const pugi::xml_node said = node.child("driver");
    read_number(said, driver, "queues", 1, 1022, one.num_queues);
    read_number(said, driver, "cmd_per_lun", 1, 4294967295, one.cmd_per_lun);
    read_number(said, driver, "max_sectors", 0, 4294967295, one.max_sectors);
    read_switch(said, driver, "ioeventfd", one.ioeventfd);
    read_switch(said, driver, "packed", one.packed);
    read_switch(said, driver, "event_idx", one.event_idx);
    Said<std::int64_t> iothread{0};
    read_number(said, driver, "iothread", 1, 1000000, iothread);
    if (iothread.value > 0) one.iothread = {"iothread" + std::to_string(iothread.value), iothread.option};
    for (const pugi::xml_node element : said.child("iothreads").children("iothread")) {
      const auto id = number(element, "id", element.attribute("id").value(), 1, 1000000);
      if (!id) continue;
      IothreadVqs vqs{"iothread" + std::to_string(*id), {}};
      for (const pugi::xml_node queue : element.children("queue"))
        if (const auto at = number(queue, "id", queue.attribute("id").value(), 0, 1021))
          vqs.vqs.push_back(static_cast<std::uint32_t>(*at));
      one.mapping.value.push_back(vqs);
      one.mapping.option = option(driver + "/iothreads/iothread@id");
    }
    if (!one.mapping.value.empty() && !one.iothread.value.empty())
      record_.fault(line_of(node), "<driver>", "iothread and <iothreads>", "one of the two");
    if (!one.ioeventfd.value && (!one.iothread.value.empty() || !one.mapping.value.empty()))
      record_.fault(line_of(node), "<driver>", "ioeventfd='off' with an iothread", "ioeventfd='on', which it needs");
  }

  void read_switch(const pugi::xml_node& node, const std::string& path, const char* attribute, Said<bool>& into) {
    if (!node.attribute(attribute)) return;
    const std::string value = node.attribute(attribute).value();
    if (value != "on" && value != "off")
      return record_.fault(line_of(node), '<' + std::string(node.name()) + '>',
                           std::string(attribute) + ' ' + OptionRecord::shown(value), "on or off");
    into = {value == "on", option(path + '@' + attribute)};
  }

  // "sda" is 0, "sdaa" 26.
  static std::int64_t disk_index(const std::string& name) {
    std::int64_t index = 0;
    for (std::size_t i = 2; i < name.size() && i < 8; ++i) {
      if (name[i] < 'a' || name[i] > 'z') break;
      index = index * 26 + (name[i] - 'a' + 1);
    }
    return std::max<std::int64_t>(index - 1, 0);
  }

  void add_disk(const pugi::xml_node& node) {
    const std::size_t before = record_.part().options.size();
    options_.clear();
    const std::string path = "devices/disk";
    for (const pugi::xml_attribute attribute : node.attributes())
      class_one(line_of(node), path, attribute.name(), attribute.value(), path + '@' + attribute.name());
    if (!node.first_attribute()) class_one(line_of(node), path, "", "", path + "@device");
    for (const pugi::xml_node child : node.children())
      if (child.type() == pugi::node_element) walk(child, path + '/' + child.name(), 2);
    const std::string device = node.attribute("device").as_string("disk");
    const std::string name = node.child("target").attribute("dev").value();
    std::string bus = node.child("target").attribute("bus").value();
    if (bus.empty()) bus = name.compare(0, 2, "sd") == 0 ? "scsi" : name.compare(0, 2, "vd") == 0 ? "virtio" : "ide";
    const auto all_are = [&](OptionClass kind, const std::string& words) {
      for (std::size_t at = before; at < record_.part().options.size(); ++at) record_.reclass(at, kind, words);
    };
    if (name.empty()) return record_.fault(line_of(node), "<disk>", "no <target dev=...>", "one, such as sda");
    if (device == "cdrom" || device == "floppy") return all_are(OptionClass::kHarmless, "no job reads it");
    if (bus != "scsi") return all_are(OptionClass::kRefused, kOtherBus);
    if (machine_.disks.size() >= kMostVmDisks)
      return record_.fault(line_of(node), "<disk>", "more than 4096 disks", "fewer");
    const auto address = address_of(node, name);
    if (!address) return;
    const auto controller = controllers_.find(address->controller);
    if (controller == controllers_.end()) return all_are(OptionClass::kRefused, kOtherModel);
    if (!taken_.insert({address->controller, address->target, address->unit}).second)
      return record_.fault(line_of(node), "<disk>", "the address of another disk: " + name, "an address for each");
    VmDisk disk;
    disk.controller = controller->second;
    disk.target = address->target;
    disk.lun = address->unit;
    disk.option = option(path + "/target@dev").value_or(before);
    read_driver(node.child("driver"), disk);
    read_iotune(node.child("iotune"), disk);
    if (device == "lun") {
      if (const auto at = option(path + "@device"))
        record_.reclass(*at, OptionClass::kApproximated,
                        "as a disk with cache \"none\" and io \"threads\": a thread hands each command to the device");
      disk.cache = {"none", std::nullopt};
      disk.aio = {"threads", std::nullopt};
    }
    machine_.disks.push_back(disk);
  }

  std::optional<Address> address_of(const pugi::xml_node& node, const std::string& name) {
    const pugi::xml_node said = node.child("address");
    const std::int64_t index = disk_index(name);
    if (!said)
      return Address{static_cast<std::uint32_t>(index / kDisksOfController), 0,
                     static_cast<std::uint32_t>(index % kDisksOfController)};
    Address address;
    for (const auto& [attribute, most, into] :
         {std::tuple{"controller", 1000000, &address.controller}, {"target", 255, &address.target},
          {"unit", 16383, &address.unit}}) {
      if (!said.attribute(attribute)) continue;
      const auto value = number(said, attribute, said.attribute(attribute).value(), 0, most);
      if (!value) return std::nullopt;
      *into = static_cast<std::uint32_t>(*value);
    }
    if (said.attribute("bus") && !number(said, "bus", said.attribute("bus").value(), 0, 0)) return std::nullopt;
    return address;
  }

  void read_driver(const pugi::xml_node& driver, VmDisk& disk) {
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

  void read_iotune(const pugi::xml_node& tune, VmDisk& disk) {
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

  void finish() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      options_ = controller_options_[nodes_[i].offset_debug()];
      read_controller(nodes_[i], machine_.controllers[i]);
    }
    // iothreads that are counted have the lowest numbers that are free.
    std::set<std::string> names;
    for (const VmIothread& one : machine_.iothreads) names.insert(one.id);
    for (std::int64_t id = 1; static_cast<std::int64_t>(machine_.iothreads.size()) < declared_iothreads_; ++id)
      if (names.insert("iothread" + std::to_string(id)).second)
        machine_.iothreads.push_back({"iothread" + std::to_string(id), iothreads_option_.value_or(0)});
    const auto check = [&](const std::string& id, const pugi::xml_node& node) {
      if (names.count(id) == 0)
        record_.fault(line_of(node), "<controller>", "an iothread that is not there: " + id.substr(8),
                      "the id of an iothread of the domain");
    };
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!machine_.controllers[i].iothread.value.empty()) check(machine_.controllers[i].iothread.value, nodes_[i]);
      for (const IothreadVqs& one : machine_.controllers[i].mapping.value) check(one.iothread, nodes_[i]);
    }
    if (topology_ > 0 && machine_.vcpus.value > topology_)
      record_.fault(topology_line_, "<topology>", std::to_string(topology_) + " vCPUs", "as many as <vcpu> says");
    if (!vcpu_pins_.empty())
      for (std::int64_t vcpu = 0; vcpu < std::min(machine_.vcpus.value, kMostVmThreads); ++vcpu)
        machine_.vcpu_pins.push_back(vcpu_pins_[vcpu]);
    if (!iothread_pins_.empty())
      for (const VmIothread& one : machine_.iothreads)
        machine_.iothread_pins.push_back(iothread_pins_[std::stoll(one.id.substr(8))]);
  }

  OptionRecord record_;
  const std::string& text_;
  std::vector<std::size_t> line_ends_;
  VirtualMachine machine_;
  QemuVersion version_;
  Options options_;
  std::map<std::ptrdiff_t, Options> controller_options_;
  std::vector<pugi::xml_node> nodes_;
  std::map<std::int64_t, std::size_t> controllers_;
  std::int64_t next_index_ = 0;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> taken_;
  std::map<std::int64_t, Said<std::vector<std::uint32_t>>> vcpu_pins_;
  std::map<std::int64_t, Said<std::vector<std::uint32_t>>> iothread_pins_;
  std::int64_t declared_iothreads_ = 0;
  std::optional<std::size_t> iothreads_option_{};
  std::int64_t topology_ = 0;
  int topology_line_ = 1;
  const std::map<std::string, std::string>& modelled_ = modelled_values();

  // Paths whose values are read.
  static const std::map<std::string, std::string>& modelled_values();
};

const std::map<std::string, std::string>& LibvirtImport::modelled_values() {
  static const std::map<std::string, std::string> all = [] {
    std::map<std::string, std::string> words = {
        {"vcpu", "vcpus in guest"},
        {"vcpu@current", "vcpus in guest"},
        {"iothreads", "iothreads, as far as controllers name them"},
        {"iothreadids/iothread@id", "an iothread"},
        {"iothreadids/iothread@thread_pool_max", "worker_threads_max in host"},
        {"iothreadids/iothread/poll@max", "poll-max-ns in iothreads"},
        {"iothreadids/iothread/poll@grow", "poll-grow in iothreads"},
        {"iothreadids/iothread/poll@shrink", "poll-shrink in iothreads"},
        {"os/type@machine", "its defaults: num_queues, virtqueue_size, seg_max"},
        {"cputune/vcpupin@vcpu", "vcpu_cpus in host"},
        {"cputune/vcpupin@cpuset", "vcpu_cpus in host"},
        {"cputune/iothreadpin@iothread", "server_cpus in host"},
        {"cputune/iothreadpin@cpuset", "server_cpus in host"},
        {"cputune/emulatorpin@cpuset", "server_cpus in host"},
        {"cputune/quota", "vcpu_quota_us in host"},
        {"cputune/period", "vcpu_period_us in host"},
        {"cputune/global_quota", "cfs_quota_us in host"},
        {"cputune/global_period", "cfs_period_us in host"},
        {"cputune/emulator_quota", "emulator_quota_us in host"},
        {"cputune/emulator_period", "emulator_period_us in host"},
        {"cputune/iothread_quota", "iothread_quota_us in host"},
        {"cputune/iothread_period", "iothread_period_us in host"},
        {"devices/controller/driver@queues", "num_queues in controller"},
        {"devices/controller/driver@cmd_per_lun", "cmd_per_lun in controller"},
        {"devices/controller/driver@max_sectors", "max_sectors in controller"},
        {"devices/controller/driver@ioeventfd", "ioeventfd in controller"},
        {"devices/controller/driver@packed", "ring in controller"},
        {"devices/controller/driver@event_idx", "event_idx in controller"},
        {"devices/controller/driver@iothread", "server \"iothreads\" in host, and iothreads"},
        {"devices/controller/driver/iothreads/iothread@id", "iothread-vq-mapping in iothreads"},
        {"devices/controller/driver/iothreads/iothread/queue@id", "iothread-vq-mapping in iothreads"},
        {"devices/disk/driver@cache", "cache in disks"},
        {"devices/disk/driver@io", "aio in host"},
        {"devices/disk/driver@type", "raw data"},
        {"devices/disk/driver@discard", "trims go to the storage"},
        {"devices/disk/driver@iothread", "an iothread"},
        {"devices/disk/driver@queues", "num_queues in controller"},
        {"devices/disk/driver@queue_size", "virtqueue_size in controller"},
        {"devices/disk/driver@packed", "ring in controller"},
        {"devices/disk/iotune/group_name", "group of throttling in disks"},
        {"devices/disk/iotune/size_iops_sec", "iops_size of throttling in disks"},
    };
    for (const char* const name : {"sockets", "dies", "clusters", "cores", "threads"})
      words["cpu/topology@" + std::string(name)] = "topology in guest";
    for (const auto& [theirs, ours] : {std::pair{"bytes", "bps"}, {"iops", "iops"}})
      for (const std::string direction : {"total", "read", "write"})
        for (const std::string end : {"", "_max", "_max_length"})
          words["devices/disk/iotune/" + direction + '_' + theirs + "_sec" + end] =
              std::string(ours) + '_' + direction + end + " of throttling in disks";
    return words;
  }();
  return all;
}

}  // namespace

ImportedPart import_libvirt(const std::string& text, const std::string& file) {
  ImportedPart part;
  LibvirtImport(part, text, file).read();
  std::stable_sort(part.options.begin(), part.options.end(),
                   [](const ClassedOption& a, const ClassedOption& b) { return a.line < b.line; });
  return part;
}

}  // namespace vqlab
