#include "analysis/formats/qemu_devices.hpp"

#include <algorithm>

namespace vqlab {
namespace {

constexpr std::uint32_t kMostTarget = 255;
constexpr std::uint32_t kMostLun = 16383;
constexpr std::int64_t kMostUnsigned = 4294967295;

const std::vector<std::string> kControllers = {
    "virtio-scsi",     "virtio-scsi-pci",   "virtio-scsi-pci-transitional", "virtio-scsi-pci-non-transitional",
    "virtio-scsi-ccw", "virtio-scsi-device"};
const std::vector<std::string> kVhosts = {"vhost-scsi", "vhost-scsi-pci", "vhost-scsi-pci-transitional",
                                          "vhost-scsi-pci-non-transitional", "vhost-scsi-ccw"};
const std::vector<std::string> kDisks = {"scsi-hd", "scsi-disk", "scsi-block", "scsi-generic", "scsi-cd"};

bool is_in(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> modelled_devices() {
  std::vector<std::string> all = kControllers;
  all.insert(all.end(), kVhosts.begin(), kVhosts.end());
  all.insert(all.end(), kDisks.begin(), kDisks.end());
  return all;
}

std::string driver_of(const QemuArgument& argument) { return argument.value("driver"); }

}  // namespace

void QemuDevices::add_global(const QemuArgument& argument) {
  Global global;
  const QemuProperty* const driver = argument.find("driver");
  if (driver != nullptr) {
    global.driver = driver->value;
    global.property = {argument.value("property"), argument.value("value"), argument.line};
  } else if (!argument.properties.empty()) {
    const QemuProperty& only = argument.properties.front();
    const std::size_t dot = only.key.find('.');
    global.driver = only.key.substr(0, dot);
    global.property = {dot == std::string::npos ? "" : only.key.substr(dot + 1), only.value, only.line};
  }
  if (global.property.key.empty()) {
    record_.fault(argument.line, argument.option, OptionRecord::shown(argument.text), "driver.property=value");
    return;
  }
  const bool controller = is_in(kControllers, global.driver) || is_in(kVhosts, global.driver);
  const bool ours = controller || is_in(kDisks, global.driver);
  const auto& table = controller ? qemu_controller_table() : qemu_disk_table();
  const QemuPropertyRow* const row = ours ? qemu_property(table, global.property.key) : nullptr;
  global.option = record_.add(argument.line, argument.option + ' ' + global.driver, global.property.key,
                              global.property.value, row == nullptr ? OptionClass::kHarmless : row->kind,
                              row == nullptr ? "a property of a device that does no disk I/O" : row->words);
  if (ours && row == nullptr)
    record_.fault(argument.line, argument.option, "an unknown property \"" + global.property.key + '"',
                  "one that " + global.driver + " has",
                  record_.nearest(global.property.key, qemu_property_names(table)));
  if (row != nullptr) globals_.push_back(global);
}

QemuArgument QemuDevices::with_globals(QemuArgument argument, const std::string& driver) const {
  std::vector<QemuProperty> before;
  for (const Global& global : globals_)
    if (driver.compare(0, global.driver.size(), global.driver) == 0 ||
        (global.driver == "virtio-scsi-device" && is_in(kControllers, driver)))
      before.push_back(global.property);
  argument.properties.insert(argument.properties.begin(), before.begin(), before.end());
  return argument;
}

void QemuDevices::add_device(const QemuArgument& argument) {
  const std::string driver = driver_of(argument);
  if (driver.empty()) {
    record_.fault(argument.line, argument.option, OptionRecord::shown(argument.text),
                  "a driver, such as virtio-scsi-pci");
  } else if (is_in(kControllers, driver) || is_in(kVhosts, driver)) {
    add_controller(argument, is_in(kVhosts, driver));
  } else if (is_in(kDisks, driver)) {
    add_disk(argument, driver);
  } else {
    const QemuOtherDisk* const other = qemu_other_disk(driver);
    const std::string nearest = other == nullptr ? record_.nearest(driver, modelled_devices()) : "";
    if (nearest.empty()) return add_other(argument, driver, other);
    record_.fault(argument.line, argument.option, "an unknown device \"" + driver + '"', "a device of QEMU", nearest);
  }
}

void QemuDevices::add_other(const QemuArgument& argument, const std::string& driver, const QemuOtherDisk* other) {
  const OptionClass kind = other == nullptr ? OptionClass::kHarmless : other->kind;
  const std::string words = other == nullptr ? "a device that does no disk I/O" : other->words;
  for (const QemuProperty& property : argument.properties)
    record_.add(property.line, argument.option + ' ' + driver, property.key, property.value, kind,
                property.key == "driver"
                    ? words
                    : "of a device that is " + std::string(kind == OptionClass::kRefused ? "refused: " : "harmless: ") +
                          driver);
  if (other != nullptr && other->has_scsi_bus) {
    const std::string id = argument.value("id");
    buses_.push_back({id.empty() ? "scsi." + std::to_string(automatic_++) : id + ".0"});
  }
  const std::string drive = argument.value("drive");
  if (!drive.empty() && drives_.has(drive)) drives_.set_aside(drive, kind, "of a drive of " + driver);
}

std::map<std::string, std::size_t> QemuDevices::class_properties(const QemuArgument& argument,
                                                                 const QemuPropertyTable& table, OptionClass kind,
                                                                 const std::string& words) {
  const std::string driver = driver_of(argument);
  const std::string where = argument.option + ' ' + driver;
  std::map<std::string, std::size_t> options;
  for (const QemuProperty& property : argument.properties) {
    if (property.key == "driver") {
      options["driver"] = record_.add(property.line, where, property.key, property.value, kind, words);
      continue;
    }
    const QemuPropertyRow* const row = qemu_property(table, property.key);
    if (row == nullptr) {
      record_.fault(property.line, where, "an unknown property " + OptionRecord::shown(property.key),
                    "one that " + driver + " has", record_.nearest(property.key, qemu_property_names(table)));
      continue;
    }
    const bool harmless = row->harmless != nullptr && property.value == row->harmless;
    options[property.key] =
        record_.add(property.line, where, property.key, property.value, harmless ? OptionClass::kHarmless : row->kind,
                    harmless ? "QEMU's default" : row->words);
  }
  return options;
}

void QemuDevices::read_number(const std::map<std::string, std::size_t>& options, const QemuArgument& argument,
                              const std::string& name, std::int64_t least, std::int64_t most,
                              Said<std::int64_t>& into) {
  const QemuProperty* const property = argument.find(name);
  if (property == nullptr) return;
  const auto number = qemu_integer(property->value);
  if (!number || *number < least || *number > most || property->quoted) {
    record_.fault(property->line, argument.option + ' ' + driver_of(argument) + ' ' + name,
                  OptionRecord::shown(property->value),
                  "an integer from " + std::to_string(least) + " to " + std::to_string(most) +
                      (property->quoted ? ", in JSON without quotes" : ""));
    return;
  }
  into.value = *number;
  const auto at = options.find(name);
  if (at != options.end()) into.option = at->second;
}

void QemuDevices::read_bool(const std::map<std::string, std::size_t>& options, const QemuArgument& argument,
                            const std::string& name, Said<bool>& into) {
  const QemuProperty* const property = argument.find(name);
  if (property == nullptr) return;
  const auto on = qemu_bool(property->value);
  if (!on || property->quoted) {
    record_.fault(property->line, argument.option + ' ' + driver_of(argument) + ' ' + name,
                  OptionRecord::shown(property->value), property->quoted ? "true or false, in JSON" : "on or off");
    return;
  }
  into.value = *on;
  const auto at = options.find(name);
  if (at != options.end()) into.option = at->second;
}

bool QemuDevices::is_iothread(const std::string& id) const {
  return std::any_of(machine_.iothreads.begin(), machine_.iothreads.end(),
                     [&id](const VmIothread& one) { return one.id == id; });
}

void QemuDevices::check_iothread(const std::string& id, const QemuArgument& argument) {
  if (is_iothread(id)) return;
  std::vector<std::string> known;
  for (const VmIothread& one : machine_.iothreads) known.push_back(one.id);
  record_.fault(argument.line, argument.option + " iothread", '"' + id + '"', "an -object iothread with this id",
                record_.nearest(id, known));
}

void QemuDevices::read_mapping(const std::map<std::string, std::size_t>& options, const QemuArgument& argument,
                               VmController& controller) {
  const std::string prefix = "iothread-vq-mapping.";
  std::map<std::int64_t, IothreadVqs> elements;
  for (const QemuProperty& property : argument.properties) {
    if (property.key.compare(0, prefix.size(), prefix) != 0) continue;
    const std::string rest = property.key.substr(prefix.size());
    const std::size_t dot = rest.find('.');
    const auto index = qemu_integer(rest.substr(0, dot));
    const std::string member = dot == std::string::npos ? "" : rest.substr(dot + 1);
    const auto at = options.find(property.key);
    if (at != options.end()) controller.mapping.option = at->second;
    if (index && member == "iothread") {
      elements[*index].iothread = property.value;
    } else if (index && member.compare(0, 4, "vqs.") == 0) {
      const auto queue = qemu_integer(property.value);
      if (queue && *queue >= 0 && *queue < 1024)
        elements[*index].vqs.push_back(static_cast<std::uint32_t>(*queue));
      else
        record_.fault(property.line, argument.option + ' ' + property.key, property.value, "a number of a queue");
    } else {
      record_.fault(property.line, argument.option + ' ' + property.key, OptionRecord::shown(property.value),
                    "a list of objects with iothread and vqs");
    }
  }
  std::set<std::string> names;
  for (const auto& [index, element] : elements) {
    check_iothread(element.iothread, argument);
    if (!names.insert(element.iothread).second)
      record_.fault(argument.line, argument.option + " iothread-vq-mapping", '"' + element.iothread + "\" twice",
                    "each iothread once");
    controller.mapping.value.push_back(element);
  }
  const bool some = std::any_of(controller.mapping.value.begin(), controller.mapping.value.end(),
                                [](const IothreadVqs& one) { return !one.vqs.empty(); });
  const bool all = std::all_of(controller.mapping.value.begin(), controller.mapping.value.end(),
                               [](const IothreadVqs& one) { return !one.vqs.empty(); });
  if (some && !all)
    record_.fault(argument.line, argument.option + " iothread-vq-mapping", "vqs for some iothreads",
                  "vqs for all of them or for none");
}

void QemuDevices::add_controller(const QemuArgument& said, bool vhost) {
  const std::string driver = driver_of(said);
  const auto options = class_properties(said, vhost ? qemu_vhost_table() : qemu_controller_table(),
                                        OptionClass::kModelled, vhost ? "server \"vhost_scsi\" in host" : "controller");
  const QemuArgument argument = with_globals(said, driver);
  if (driver == "virtio-scsi-device" || driver == "virtio-scsi-ccw")
    record_.reclass(options.at("driver"), OptionClass::kApproximated,
                    "as on PCI: what a doorbell costs is guest_costs.kick_ns");
  VmController one;
  one.id = argument.value("id");
  one.option = options.at("driver");
  one.vhost = vhost;
  if (version_.before(5, 2)) one.num_queues.value = 1;
  if (version_.before(5, 0)) {
    one.virtqueue_size.value = 128;
    one.seg_max_adjust.value = false;
  }
  const QemuProperty* const queues = argument.find("num_queues");
  if (queues == nullptr || queues->value != std::to_string(kMostUnsigned))
    read_number(options, argument, "num_queues", 1, 1022, one.num_queues);
  read_number(options, argument, "virtqueue_size", 3, 1024, one.virtqueue_size);
  read_number(options, argument, "cmd_per_lun", 0, kMostUnsigned, one.cmd_per_lun);
  read_number(options, argument, "max_sectors", 0, kMostUnsigned, one.max_sectors);
  read_number(options, argument, "vectors", 0, kMostUnsigned, one.vectors);
  if (one.vectors.value == kMostUnsigned) one.vectors.value = -1;
  read_bool(options, argument, "seg_max_adjust", one.seg_max_adjust);
  read_bool(options, argument, "packed", one.packed);
  read_bool(options, argument, "indirect_desc", one.indirect_desc);
  read_bool(options, argument, "event_idx", one.event_idx);
  read_bool(options, argument, "ioeventfd", one.ioeventfd);
  read_bool(options, argument, "worker_per_virtqueue", one.worker_per_virtqueue);
  read_mapping(options, argument, one);
  one.iothread.value = argument.value("iothread");
  if (!one.iothread.value.empty()) {
    check_iothread(one.iothread.value, argument);
    if (options.count("iothread") != 0) one.iothread.option = options.at("iothread");
    if (!one.mapping.value.empty())
      record_.fault(argument.line, argument.option + ' ' + driver, "iothread and iothread-vq-mapping",
                    "one of the two");
  }
  if ((!one.iothread.value.empty() || !one.mapping.value.empty()) && !one.ioeventfd.value)
    record_.fault(argument.line, argument.option + ' ' + driver, "ioeventfd=off with an iothread",
                  "ioeventfd=on, which an iothread needs");
  machine_.controllers.push_back(one);
  if (!vhost)
    buses_.push_back(
        {one.id.empty() ? "scsi." + std::to_string(automatic_++) : one.id + ".0", machine_.controllers.size() - 1});
}

QemuDevices::Bus* QemuDevices::bus_of(const QemuArgument& argument) {
  const std::string where = argument.option + ' ' + driver_of(argument);
  const QemuProperty* const named = argument.find("bus");
  if (named == nullptr) {
    if (!buses_.empty()) return &buses_.back();
    record_.fault(argument.line, where, "no SCSI bus for it",
                  "a controller before it, such as -device virtio-scsi-pci, which JSON devices are made after");
    return nullptr;
  }
  std::vector<std::string> names;
  for (Bus& bus : buses_) {
    if (bus.name == named->value) return &bus;
    names.push_back(bus.name);
  }
  record_.fault(named->line, where + " bus", OptionRecord::shown(named->value),
                names.empty()
                    ? "a bus of a controller that is made before it; a device in JSON is made after plain ones"
                    : "a bus that is made before it (those in JSON are made last): " + one_of(names),
                record_.nearest(named->value, names));
  return nullptr;
}

// QEMU's way to find an address for what is left open.
bool QemuDevices::place(const QemuArgument& argument, const std::map<std::string, std::size_t>& options, Bus& bus,
                        VmDisk& disk) {
  const std::string where = argument.option + ' ' + driver_of(argument);
  Said<std::int64_t> channel{0};
  Said<std::int64_t> target{-1};
  Said<std::int64_t> lun{-1};
  const std::size_t faults = record_.part().faults.size();
  read_number(options, argument, "channel", 0, 0, channel);
  read_number(options, argument, "scsi-id", -1, kMostTarget, target);
  read_number(options, argument, "lun", -1, kMostLun, lun);
  if (record_.part().faults.size() > faults) return false;
  const auto is_free = [&bus](std::int64_t of_target, std::int64_t of_lun) {
    return bus.taken.count({static_cast<std::uint32_t>(of_target), static_cast<std::uint32_t>(of_lun)}) == 0;
  };
  if (target.value < 0) {
    lun.value = std::max<std::int64_t>(lun.value, 0);
    do ++target.value;
    while (!is_free(target.value, lun.value) && target.value < kMostTarget);
  } else if (lun.value < 0) {
    do ++lun.value;
    while (!is_free(target.value, lun.value) && lun.value < kMostLun);
  }
  if (!is_free(target.value, lun.value)) {
    record_.fault(argument.line, where,
                  "scsi-id " + std::to_string(target.value) + ", lun " + std::to_string(lun.value) + " a second time",
                  "an address that is free");
    return false;
  }
  disk.target = static_cast<std::uint32_t>(target.value);
  disk.lun = static_cast<std::uint32_t>(lun.value);
  bus.taken.insert({disk.target, disk.lun});
  return true;
}

void QemuDevices::add_disk(const QemuArgument& said, const std::string& driver) {
  const bool passes = driver == "scsi-block" || driver == "scsi-generic";
  auto options = class_properties(said, qemu_disk_table(), OptionClass::kModelled, "targets");
  const std::size_t own = options.at("driver");
  const QemuArgument argument = with_globals(said, driver);
  const auto all_are = [&](OptionClass kind, const std::string& words) {
    for (const auto& [name, at] : options)
      record_.reclass(at, kind, name == "driver" ? words : "of a device that is not modelled: " + driver);
  };
  const QemuProperty* const drive = argument.find("drive");
  const bool has_drive = drive != nullptr && drives_.has(drive->value);
  if (drive != nullptr && !has_drive)
    record_.fault(drive->line, argument.option + ' ' + driver + " drive", OptionRecord::shown(drive->value),
                  "the id of a -drive, or the node-name of a -blockdev",
                  record_.nearest(drive->value, drives_.names()));
  Bus* const bus = bus_of(argument);
  if (bus == nullptr) return;
  VmDisk disk;
  disk.option = own;
  if (!place(argument, options, *bus, disk)) return;
  if (driver == "scsi-cd" || argument.value("drive").empty()) {
    if (driver != "scsi-cd")
      return record_.fault(argument.line, argument.option + ' ' + driver, "no drive", "drive=, which names one");
    all_are(OptionClass::kHarmless, "no job reads it");
    if (has_drive) drives_.set_aside(drive->value, OptionClass::kHarmless, "of a CD-ROM, which no job reads");
    return;
  }
  if (!has_drive) return;
  if (!bus->controller) {
    all_are(OptionClass::kRefused, "a disk on a controller that is not modelled; nearest: virtio-scsi-pci");
    drives_.set_aside(drive->value, OptionClass::kRefused, "of a disk on a controller that is not modelled");
    return;
  }
  disk.controller = *bus->controller;
  disk.device_id = argument.value("device_id");
  Said<std::string> write_cache{"auto"};
  if (const QemuProperty* const property = argument.find("write-cache")) {
    write_cache.value = property->value;
    if (options.count("write-cache") != 0) write_cache.option = options.at("write-cache");
    if (property->value != "on" && property->value != "off" && property->value != "auto")
      record_.fault(property->line, argument.option + ' ' + driver + " write-cache",
                    OptionRecord::shown(property->value), "on, off or auto");
  }
  drives_.give(drive->value, write_cache, disk);
  if (const QemuProperty* const property = argument.find("max_io_size")) {
    const auto size = qemu_size(property->value);
    if (size && *size < std::int64_t{2147483647} && options.count("max_io_size") != 0)
      disk.max_io_bytes = {*size, options.at("max_io_size")};
  }
  if (passes) {
    record_.reclass(
        own, OptionClass::kApproximated,
        "as scsi-hd with cache \"none\" and aio \"threads\": a thread of the pool hands each command to the "
        "device");
    disk.aio = {"threads", std::nullopt};
    disk.cache = {"none", std::nullopt};
  }
  machine_.disks.push_back(disk);
}

}  // namespace vqlab
