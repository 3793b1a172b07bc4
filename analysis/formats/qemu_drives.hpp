// The block nodes of a QEMU command line: -drive, -blockdev and throttle groups.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/formats/qemu_arguments.hpp"
#include "analysis/formats/virtual_machine.hpp"

namespace vqlab {

class QemuDrives {
 public:
  explicit QemuDrives(OptionRecord& record) : record_(record) {}

  void add_throttle_group(const QemuArgument& argument);
  // Its place.
  int add_drive(const QemuArgument& argument);

  [[nodiscard]] bool has(const std::string& name) const { return by_name_.count(name) != 0; }
  [[nodiscard]] std::vector<std::string> names() const;
  // What the node with this name, and those below it, say of a disk; `write_cache` is the device's own property, "auto"
  // if it has none. They serve a disk now. Precondition: has(name).
  void give(const std::string& name, const Said<std::string>& write_cache, VmDisk& disk);
  // Options of a node that serves a disk which is not modelled belong to it.
  void set_aside(const std::string& name, OptionClass kind, const std::string& words);
  void set_aside(int place, OptionClass kind, const std::string& words);
  // After the last device: what serves no disk is said to be so.
  void finish();

 private:
  struct Node {
    std::string driver;
    std::string below;  // name of the node below it, or
    int below_at = -1;  // its place, if it stands in this one
    Said<bool> direct{false};
    bool says_direct = false;
    Said<bool> writeback{true};
    Said<std::string> cache{};  // the option that says it
    Said<std::string> aio{"threads"};
    Said<std::string> discard{"ignore"};
    Said<std::string> group{};
    Json limits = Json::object();
    std::vector<std::size_t> options{};
    bool used = false;
  };

  // Of the members of `argument` that begin with `prefix`. Its place.
  int add_node(const QemuArgument& argument, const std::string& prefix, int depth);
  void read_property(const QemuArgument& argument, const QemuProperty& property, const std::string& key, Node& node);
  void read_driver(const std::string& driver, std::size_t at);
  void read_value(const std::string& key, const QemuProperty& property, std::size_t at, Node& node);
  void read_limit(const std::string& limit, const QemuProperty& property, const std::string& where, std::size_t at,
                  Json& limits);
  void set_direct(Node& node, bool value, std::size_t at);
  [[nodiscard]] int place_of(const std::string& name) const;
  [[nodiscard]] std::vector<Node*> chain(int place);

  OptionRecord& record_;
  std::vector<Node> nodes_;
  std::map<std::string, int> by_name_;
  std::map<std::string, Json> groups_;
  std::map<std::string, std::vector<std::size_t>> group_options_;
};

}  // namespace vqlab
