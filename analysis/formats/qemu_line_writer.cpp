#include "analysis/formats/qemu_line_writer.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "analysis/app/shell_word.hpp"
#include "analysis/formats/fio_job_writer.hpp"
#include "analysis/scenario/document.hpp"
#include "models/backend/disk_table.hpp"
#include "models/testbed/controllers.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kMostRingOfQemu = 1024;
constexpr std::uint32_t kFixedSegmentsOfQemu = 126;
constexpr std::uint32_t kTargetsOfDevice = 256;
constexpr std::int64_t kPoolOfQemu = 64;
constexpr std::size_t kDevicesWithSlots = 16;  // more share slots of the bus
constexpr std::size_t kFunctionsOfSlot = 8;
constexpr std::size_t kFirstSharedSlot = 8;

// A driver and its properties: as words behind -device, or as JSON.
class QemuDevice {
 public:
  explicit QemuDevice(std::string driver) : json_{{"driver", std::move(driver)}} {}
  void set(const std::string& name, Json value) { json_[name] = std::move(value); }

  [[nodiscard]] std::string argument(bool as_json) const {
    if (as_json) return "-device " + shell_word(json_.dump());
    std::string text;
    for (const auto& [name, value] : json_.items()) {
      if (name == "driver") {
        text = value.get<std::string>();
        continue;
      }
      text += fmt::format(",{}={}", name,
                          value.is_boolean()  ? (value.get<bool>() ? "on" : "off")
                          : value.is_string() ? value.get<std::string>()
                                              : value.dump());
    }
    return "-device " + shell_word(text);
  }

 private:
  Json json_;
};

class QemuLineWriter {
 public:
  explicit QemuLineWriter(const PointSpec& spec)
      : spec_(spec), testbed_(spec.testbed), controllers_(placed_controllers(testbed_)) {}

  QemuLine take() {
    add_machine();
    if (has_iothreads()) add_iothreads();
    if (testbed_.host.server == "vhost_scsi") says("vhost_scsi.worker_per_virtqueue");
    for (std::size_t i = 0; i < controllers_.size(); ++i) add_controller(i);
    if (testbed_.host.server != "vhost_scsi") add_disks();
    return std::move(line_);
  }

 private:
  void says(const std::string& path) { line_.said.insert(path); }
  template <class Value>
  [[nodiscard]] Value part_value(const std::string& path) {
    says(path);
    return std::get<Value>(find_param(path).get(spec_));
  }
  void add(std::string argument) { line_.arguments.push_back(std::move(argument)); }

  void add_machine() {
    for (const char* const path : {"targets", "luns_per_target", "guest.vcpus", "guest.topology", "host.server"})
      says(path);
    add("-name vqlab,debug-threads=on");
    add("-machine q35,accel=kvm:tcg");
    add("-m 4G");
    const std::uint32_t vcpus = testbed_.guest.vcpus;
    const bool sockets = testbed_.guest.topology == "sockets";
    add(fmt::format("-smp {},sockets={},cores={},threads=1", vcpus, sockets ? vcpus : 1, sockets ? 1 : vcpus));
  }

  void add_iothreads() {
    mapping_ = part_value<IothreadVqMapping>("iothreads.iothread-vq-mapping");
    std::vector<std::string> names;
    const auto name_of = [&names](const std::string& name) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    };
    by_device_ =
        names_iothreads() || mapping_.size() <= 1 || part_value<std::string>("iothreads.assigned") == "devices";
    for (std::size_t i = 0; i < controllers_.size(); ++i) {
      const IothreadVqMapping& own = controllers_[i].values.iothread_vq_mapping;
      for (const IothreadVqs& one : own) name_of(one.iothread);
      if (by_device_ && own.empty()) name_of(iothread_of(i));
    }
    if (!by_device_)
      for (const IothreadVqs& one : mapping_) name_of(one.iothread);
    std::string values;
    const auto add_value = [&](const std::string& name, std::int64_t standard) {
      const std::int64_t value = part_value<std::int64_t>("iothreads." + name);
      if (value != standard) values += fmt::format(",{}={}", name, value);
    };
    add_value("poll-max-ns", 32768);
    add_value("poll-grow", 0);
    add_value("poll-shrink", 0);
    add_value("aio-max-batch", 0);
    if (testbed_.host.aio == "threads") {
      says("host.worker_threads_max");
      if (testbed_.host.worker_threads_max != kPoolOfQemu)
        values += fmt::format(",thread-pool-max={}", testbed_.host.worker_threads_max);
    }
    for (const std::string& name : names) add(fmt::format("-object iothread,id={}{}", name, values));
  }

  [[nodiscard]] std::string iothread_of(std::size_t device) const {
    const std::string& own = controllers_[device].values.iothread;
    if (!own.empty()) return own;
    return mapping_.empty() ? "iothread0" : mapping_[device % mapping_.size()].iothread;
  }

  [[nodiscard]] bool as_json() const {
    return has_iothreads() && (!by_device_ || std::ranges::any_of(controllers_, [](const auto& one) {
             return !one.values.iothread_vq_mapping.empty();
           }));
  }

  // Devices say each which iothreads they have.
  [[nodiscard]] bool names_iothreads() const {
    return std::ranges::any_of(controllers_, [](const auto& one) {
      return !one.values.iothread.empty() || !one.values.iothread_vq_mapping.empty();
    });
  }

  // Without ioeventfd the vCPU that kicks a queue serves it, unless threads are named.
  [[nodiscard]] bool has_iothreads() const {
    if (testbed_.host.server != "iothreads") return false;
    return names_iothreads() || testbed_.controller.ioeventfd ||
           !std::get<IothreadVqMapping>(find_param("iothreads.iothread-vq-mapping").get(spec_)).empty();
  }

  void add_controller(std::size_t number) {
    const PlacedController& placed = controllers_[number];
    const Controller& values = placed.values;
    for (const char* const name : {"devices", "num_queues", "vectors", "ring", "virtqueue_size", "cmd_per_lun",
                                   "max_sectors", "indirect_desc", "event_idx", "ioeventfd", "targets", "iothread"})
      says(std::string("controller.") + name);
    says("controllers");
    const bool vhost = testbed_.host.server == "vhost_scsi";
    QemuDevice device(vhost ? "vhost-scsi-pci" : "virtio-scsi-pci");
    device.set("id", placed.name);
    if (vhost) {
      device.set("wwpn", fmt::format("naa.50014050000000{:02x}", number));
      if (part_value<bool>("vhost_scsi.worker_per_virtqueue")) {
        device.set("worker_per_virtqueue", true);
        need("worker_per_virtqueue needs QEMU 9.0 or later.");
      }
      need("vhost-scsi-pci needs a target of the host's kernel with this wwpn, made with targetcli (vhost/).");
    }
    if (values.num_queues > 0) device.set("num_queues", values.num_queues);
    const std::uint32_t ring = std::min(values.virtqueue_size, kMostRingOfQemu);
    if (ring != values.virtqueue_size)
      note(fmt::format("controller.virtqueue_size is {}: QEMU takes {} at most, which stands there.",
                       values.virtqueue_size, ring));
    device.set("virtqueue_size", ring);
    device.set("cmd_per_lun", values.cmd_per_lun);
    device.set("max_sectors", values.max_sectors);
    add_segments(values, ring, device);
    device.set("indirect_desc", values.indirect_desc);
    device.set("event_idx", values.event_idx);
    if (values.ring == "packed") device.set("packed", true);
    if (!values.ioeventfd) device.set("ioeventfd", false);
    if (values.vectors >= 0) device.set("vectors", values.vectors);
    if (controllers_.size() > kDevicesWithSlots) {
      device.set("addr",
                 fmt::format("{:x}.{}", kFirstSharedSlot + number / kFunctionsOfSlot, number % kFunctionsOfSlot));
      device.set("multifunction", true);
    }
    if (has_iothreads()) add_service(number, device);
    add(device.argument(as_json()));
  }

  // QEMU derives the segments of a request from the ring, or has 126.
  void add_segments(const Controller& values, std::uint32_t ring, QemuDevice& device) {
    const bool adjusted = values.seg_max == ring - 2;
    const bool fixed = values.seg_max == std::min(kFixedSegmentsOfQemu, ring - 2);
    device.set("seg_max_adjust", adjusted);
    if (adjusted || fixed) return says("controller.seg_max");
    note(fmt::format("controller.seg_max is {}: QEMU has {} with this ring, or {} with seg_max_adjust=on.",
                     values.seg_max, std::min(kFixedSegmentsOfQemu, ring - 2), ring - 2));
  }

  void add_service(std::size_t number, QemuDevice& device) {
    const IothreadVqMapping& own = controllers_[number].values.iothread_vq_mapping;
    if (by_device_ && own.empty()) return device.set("iothread", iothread_of(number));
    Json mapping = Json::array();
    const bool spread = own.empty() && mapping_.front().vqs.empty() && controllers_.size() > 1;
    for (const IothreadVqs& one : own.empty() ? mapping_ : own) {
      Json element{{"iothread", one.iothread}};
      if (!one.vqs.empty()) element["vqs"] = one.vqs;
      if (spread) element["vqs"] = Json::array();
      mapping.push_back(element);
    }
    if (spread) {
      // In turn over all devices, where QEMU begins anew with each.
      const PlacedController& placed = controllers_[number];
      for (std::uint32_t queue = 0; queue < placed.queues; ++queue)
        mapping[(placed.first_queue + queue) % mapping.size()]["vqs"].push_back(queue);
      mapping.erase(std::remove_if(mapping.begin(), mapping.end(), [](const Json& one) { return one["vqs"].empty(); }),
                    mapping.end());
    }
    device.set("iothread-vq-mapping", mapping);
    need("iothread-vq-mapping of virtio-scsi needs QEMU 10.0 or later.");
  }

  [[nodiscard]] const DiskGroup* group_of(std::uint32_t target) const {
    for (const DiskGroup& group : testbed_.disks) {
      if (target < group.targets) return &group;
      target -= group.targets;
    }
    return nullptr;
  }

  // All disks of a group have its limits, though one of them need say them in a scenario.
  [[nodiscard]] const Throttling& limits_of(const Throttling& one) const {
    if (one.limits_some() || one.group.empty()) return one;
    for (const DiskGroup& group : testbed_.disks)
      if (group.throttling && group.throttling->group == one.group && group.throttling->limits_some())
        return *group.throttling;
    return one;
  }

  [[nodiscard]] std::string throttling_text(const Throttling& said) const {
    std::string text;
    const Throttling& limits = limits_of(said);
    const Throttling none;
    for (const Param& row : params_of(&limits).rows) {
      const ParamValue value = row.get(&limits);
      if (value == row.get(&none)) continue;
      std::string name = row.name;
      std::ranges::replace(name, '_', '-');
      text += fmt::format(",throttling.{}={}", name, std::get<std::int64_t>(value));
    }
    if (!said.group.empty()) text += ",throttling.group=" + said.group;
    return text;
  }

  void add_disks() {
    for (const char* const path : {"host.aio", "disks"}) says(path);
    const bool null = testbed_.host.backend == "null";
    if (null) says("host.backend");
    std::map<std::uint32_t, std::pair<std::size_t, std::uint32_t>> places;  // device and number there, by target
    for (std::size_t device = 0; device < controllers_.size(); ++device)
      for (std::uint32_t number = 0; number < controllers_[device].targets.size(); ++number)
        places[controllers_[device].targets[number]] = {device, number};
    for (const auto& [target, place] : places)
      for (std::uint32_t lun = 0; lun < testbed_.luns_per_target; ++lun) {
        const std::string id = exported_disk(target, lun);
        const DiskGroup* const group = group_of(target);
        std::string drive = null ? fmt::format("-drive if=none,id={},driver=null-co,size=1T", id)
                                 : fmt::format(
                                       "-drive if=none,id={0},file={0}.img,format=raw,cache={1},aio={2},"
                                       "discard=unmap",
                                       id, group == nullptr ? "none" : group->cache, testbed_.host.aio);
        if (!null) line_.disks.push_back(id + ".img");
        if (group != nullptr && group->throttling) drive += throttling_text(*group->throttling);
        if (group != nullptr && group->device)
          note(fmt::format("target {} is on \"{}\": its image must be on such a device.", target,
                           group->device->sheet().name));
        add(drive);
        QemuDevice disk("scsi-hd");
        disk.set("bus", controllers_[place.first].name + ".0");
        disk.set("scsi-id", place.second % kTargetsOfDevice);
        disk.set("lun", lun + place.second / kTargetsOfDevice * testbed_.luns_per_target);
        disk.set("drive", id);
        disk.set("device_id", id);
        if (place.second >= kTargetsOfDevice)
          note(fmt::format("target {} is a LUN of another one: a device of QEMU has {} targets.", target,
                           kTargetsOfDevice));
        add(disk.argument(as_json()));
      }
  }

  void need(const std::string& sentence) { add_once(line_.needs, sentence); }
  void note(const std::string& sentence) { add_once(line_.notes, sentence); }
  static void add_once(std::vector<std::string>& sentences, const std::string& sentence) {
    if (std::ranges::find(sentences, sentence) == sentences.end()) sentences.push_back(sentence);
  }

  const PointSpec& spec_;
  const Testbed& testbed_;
  std::vector<PlacedController> controllers_;
  IothreadVqMapping mapping_;
  bool by_device_ = true;  // all queues of a device have one iothread
  QemuLine line_;
};

}  // namespace

QemuLine qemu_line(const PointSpec& spec) { return QemuLineWriter(spec).take(); }

}  // namespace vqlab
