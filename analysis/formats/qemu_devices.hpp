// Devices of a QEMU command line: virtio-scsi controllers and disks on them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "analysis/formats/qemu_arguments.hpp"
#include "analysis/formats/qemu_drives.hpp"
#include "analysis/formats/qemu_machine_type.hpp"
#include "analysis/formats/virtual_machine.hpp"
#include "analysis/words/qemu_tables.hpp"

namespace vqlab {

class QemuDevices {
 public:
  QemuDevices(OptionRecord& record, QemuDrives& drives, VirtualMachine& machine, const QemuVersion& version)
      : record_(record), drives_(drives), machine_(machine), version_(version) {}

  // -global, before any device.
  void add_global(const QemuArgument& argument);
  void add_device(const QemuArgument& argument);

 private:
  struct Bus {
    std::string name;
    std::optional<std::size_t> controller{};  // nothing: of an HBA that is not modelled
    std::set<std::tuple<std::uint32_t, std::uint32_t>> taken{};
  };
  struct Global {
    std::string driver;
    QemuProperty property;
    std::size_t option;
  };

  void add_controller(const QemuArgument& argument, bool vhost);
  void add_disk(const QemuArgument& argument, const std::string& driver);
  void add_other(const QemuArgument& argument, const std::string& driver, const QemuOtherDisk* other);
  // What the table knows is classed, and its place told; the rest are faults.
  std::map<std::string, std::size_t> class_properties(const QemuArgument& argument, const QemuPropertyTable& table,
                                                      OptionClass kind, const std::string& words);
  void read_number(const std::map<std::string, std::size_t>& options, const QemuArgument& argument,
                   const std::string& name, std::int64_t least, std::int64_t most, Said<std::int64_t>& into);
  void read_bool(const std::map<std::string, std::size_t>& options, const QemuArgument& argument,
                 const std::string& name, Said<bool>& into);
  void read_mapping(const std::map<std::string, std::size_t>& options, const QemuArgument& argument,
                    VmController& controller);
  [[nodiscard]] bool is_iothread(const std::string& id) const;
  void check_iothread(const std::string& id, const QemuArgument& argument);
  Bus* bus_of(const QemuArgument& argument);
  bool place(const QemuArgument& argument, const std::map<std::string, std::size_t>& options, Bus& bus, VmDisk& disk);
  [[nodiscard]] QemuArgument with_globals(QemuArgument argument, const std::string& driver) const;

  OptionRecord& record_;
  QemuDrives& drives_;
  VirtualMachine& machine_;
  QemuVersion version_;
  std::vector<Global> globals_;
  std::vector<Bus> buses_;
  int automatic_ = 0;  // buses without a name
};

}  // namespace vqlab
