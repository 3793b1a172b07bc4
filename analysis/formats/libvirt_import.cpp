#include "analysis/formats/libvirt_import.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <set>
#include <tuple>

#include "analysis/formats/libvirt_cpus.hpp"
#include "analysis/formats/lower_machine.hpp"
#include "analysis/formats/qemu_machine_type.hpp"

namespace vqlab {
namespace {

constexpr int kDeepestXml = 64;
constexpr std::size_t kMostVmDisks = 4096;
constexpr std::uint32_t kDisksOfController = 7;  // that have no address
constexpr const char* kOtherBus =
    "a disk that is not on virtio-scsi: its I/O would take CPU time; nearest: bus \"scsi\" "
    "on a controller of model virtio-scsi";
constexpr const char* kOtherModel = "an emulated HBA, which libvirt makes if no model is named; nearest: virtio-scsi";

class LibvirtImport : LibvirtCpus {
 public:
  using LibvirtCpus::LibvirtCpus;

  void read() {
    pugi::xml_document document;
    const pugi::xml_node domain = domain_of(document);
    if (!domain) return;
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
  struct Address {
    std::uint32_t controller = 0;
    std::uint32_t target = 0;
    std::uint32_t unit = 0;
  };

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
      } else if (below == "devices/hostdev") {
        walk_hostdev(child, depth + 1);
      } else {
        walk(child, below, depth + 1);
      }
    }
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (!path.empty() && (!blank || (!says && !has_elements))) class_one(line, path, "", blank ? "" : text, path);
    read_element(node, path);
  }

  void read_element(const pugi::xml_node& node, const std::string& path) {
    if (path == "iothreads") {
      if (const auto count = number(node, "iothreads", node.text().get(), 0, kMostVmThreads))
        declared_iothreads_ = *count;
      iothreads_option_ = option(path);
    } else if (path == "iothreadids/iothread") {
      add_iothread(node, path);
    } else if (path == "os/type") {
      read_type(node, path);
    } else {
      read_cpus(node, path);
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

  // A disk of the host, or a vhost-scsi device, is one of the guest's that jobs may be on.
  void walk_hostdev(const pugi::xml_node& node, int depth) {
    const std::size_t before = record_.part().options.size();
    walk(node, "devices/hostdev", depth);
    const std::string type = node.attribute("type").value();
    if (type != "scsi" && type != "scsi_host") return;
    for (std::size_t at = before; at < record_.part().options.size(); ++at)
      record_.reclass(at, OptionClass::kRefused,
                      type == "scsi" ? "a disk of the guest; nearest: <disk type='block' device='lun'>"
                                     : "a vhost-scsi device of the guest; nearest: --qemu with -device vhost-scsi-pci");
  }

  // Before disks, which refer to it; its options are classed when the walk comes to it.
  void add_controller(const pugi::xml_node& node) {
    if (std::strcmp(node.attribute("type").value(), "scsi") != 0) return;
    const std::int64_t index = node.attribute("index") ? node.attribute("index").as_llong(-1) : next_index_;
    const std::string model = node.attribute("model").value();
    next_index_ = index + 1;
    if (model != "virtio-scsi" && model != "virtio-transitional" && model != "virtio-non-transitional") return;
    if (!controllers_.emplace(index, machine_.controllers.size()).second)
      return record_.fault(line_of(node), "<controller>", "a second one with index " + std::to_string(index),
                           "an index for each");
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
    for (const auto& [attribute, most, into] : {std::tuple{"controller", 1000000, &address.controller},
                                                {"target", 255, &address.target},
                                                {"unit", 16383, &address.unit}}) {
      if (!said.attribute(attribute)) continue;
      const auto value = number(said, attribute, said.attribute(attribute).value(), 0, most);
      if (!value) return std::nullopt;
      *into = static_cast<std::uint32_t>(*value);
    }
    if (said.attribute("bus") && !number(said, "bus", said.attribute("bus").value(), 0, 0)) return std::nullopt;
    return address;
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
    finish_cpus();
  }

  QemuVersion version_;
  std::map<std::ptrdiff_t, Options> controller_options_;
  std::vector<pugi::xml_node> nodes_;
  std::map<std::int64_t, std::size_t> controllers_;
  std::int64_t next_index_ = 0;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> taken_;
  std::int64_t declared_iothreads_ = 0;
  std::optional<std::size_t> iothreads_option_{};
};

}  // namespace

ImportedPart import_libvirt(const std::string& text, const std::string& file) {
  ImportedPart part;
  LibvirtImport(part, text, file).read();
  std::stable_sort(part.options.begin(), part.options.end(),
                   [](const ClassedOption& a, const ClassedOption& b) { return a.line < b.line; });
  return part;
}

}  // namespace vqlab
