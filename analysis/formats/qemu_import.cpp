#include "analysis/formats/qemu_import.hpp"

#include <algorithm>
#include <set>

#include "analysis/formats/lower_machine.hpp"
#include "analysis/formats/qemu_devices.hpp"
#include "analysis/formats/qemu_topology.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostQemuWords = 50000;

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

bool is_qemu(const std::string& word) {
  const std::string name = base_name(word);
  return name.compare(0, 12, "qemu-system-") == 0 || name == "qemu-kvm" || name == "kvm" || name == "qemu" ||
         name == "qemu-storage" || name == "spice-qemu" || name == "qemu-kvm-spice";
}

class QemuImport {
 public:
  QemuImport(ImportedPart& part, const std::string& file) : record_(part, file), drives_(record_) {}

  void read(const std::string& text) {
    FaultList faults(record_.file());
    const auto commands = shell_commands(text, faults);
    for (Fault& fault : faults.faults()) record_.part().faults.push_back(std::move(fault));
    const std::vector<ShellWord>* const command = find_command(commands);
    if (command == nullptr) return;
    split(*command);
    check_ids();
    read_machine_type();
    take("-global", [this](const QemuArgument& one) { global_.push_back(one); });
    take("-object", [this](const QemuArgument& one) { add_object(one); });
    take("-drive", [this](const QemuArgument& one) { add_drive(one); });
    take("-blockdev", [this](const QemuArgument& one) { (void)drives_.add_drive(one); });
    QemuDevices devices(record_, drives_, machine_, version_);
    for (const QemuArgument& one : global_) devices.add_global(one);
    std::set<std::string> ids;
    std::set<std::string> in_use;
    for (const bool json : {false, true})
      take("-device", [&](const QemuArgument& one) {
        if (one.json != json) return;
        refuse_second(one, "id", ids);
        if (one.value("share-rw").empty()) refuse_second(one, "drive", in_use);
        devices.add_device(one);
      });
    drives_.finish();
    lower_machine(machine_, record_.part());
  }

 private:
  void check_ids() {
    for (const QemuArgument& argument : arguments_)
      for (const QemuProperty& property : argument.properties)
        if ((property.key == "id" || property.key == "node-name") && !is_qemu_id(property.value))
          record_.fault(property.line, argument.option + ' ' + property.key, OptionRecord::shown(property.value),
                        "a letter first, then letters, digits, '-', '.' and '_'");
  }

  // QEMU takes each id, and each drive, once.
  void refuse_second(const QemuArgument& argument, const std::string& property, std::set<std::string>& known) {
    const std::string value = argument.value(property);
    if (!value.empty() && !known.insert(value).second)
      record_.fault(argument.line, argument.option, property + ' ' + OptionRecord::shown(value) + " a second time",
                    "each " + property + " in one -device");
  }

  // The command that starts QEMU, or the only one, if it is options alone. What stands before the program is classed.
  const std::vector<ShellWord>* find_command(const std::vector<std::vector<ShellWord>>& commands) {
    const std::vector<ShellWord>* found = nullptr;
    for (const std::vector<ShellWord>& command : commands) {
      const auto program =
          std::find_if(command.begin(), command.end(), [](const ShellWord& word) { return is_qemu(word.text); });
      const bool options =
          program == command.end() && command.front().text[0] == '-' && command.front().text.size() > 1;
      // A word that only names it, in a test or a message, has no options behind it.
      const bool starts = program != command.end() && (program + 1 != command.end() || commands.size() == 1);
      if (!starts && !options) continue;
      if (found != nullptr) {
        const bool torn = options && qemu_option(command.front().text) != nullptr;
        record_.fault(command.front().line, "",
                      torn ? command.front().text + " at the beginning of a command" : "a second virtual machine",
                      torn ? "\\ at the end of the line before, with no blank behind it" : "one command line");
        break;
      }
      found = &command;
      first_ = options ? 0 : static_cast<std::size_t>(program - command.begin()) + 1;
      if (!options) class_words_before(command, static_cast<std::size_t>(program - command.begin()));
    }
    if (found == nullptr)
      record_.fault(1, "", "no command that starts QEMU", "a command line such as qemu-system-x86_64 -smp 4 ...");
    return found;
  }

  void class_words_before(const std::vector<ShellWord>& command, std::size_t program) {
    static const std::set<std::string> kPlaces = {"taskset", "numactl", "cpulimit", "cgexec",
                                                  "chrt",    "nice",    "ionice",   "systemd-run"};
    bool places = false;
    for (std::size_t i = 0; i < program; ++i) {
      const std::string name = base_name(command[i].text);
      places = places || kPlaces.count(name) != 0;
      record_.add(command[i].line, "before the program", command[i].text, "",
                  places ? OptionClass::kRefused : OptionClass::kHarmless,
                  places ? "where QEMU's threads run and how much CPU they get; nearest: vcpu_cpus, server_cpus and "
                           "cfs_quota_us in host"
                         : "no part of the virtual machine");
    }
    const std::string name = base_name(command[program].text);
    const bool other =
        name.compare(0, 12, "qemu-system-") == 0 && name != "qemu-system-x86_64" && name != "qemu-system-i386";
    record_.add(command[program].line, "command", command[program].text, "",
                other ? OptionClass::kApproximated : OptionClass::kHarmless,
                other ? "costs are those of the machine, whatever its architecture" : "the program");
  }

  void split(const std::vector<ShellWord>& command) {
    const std::size_t end = std::min(command.size(), kMostQemuWords);
    if (command.size() > end) record_.fault(command[end].line, "", "more than 50,000 words", "a command line");
    std::set<std::string> undecided;
    for (std::size_t i = first_; i < end; ++i)
      if (!command[i].undecided.empty() && undecided.insert(command[i].undecided).second)
        record_.fault(command[i].line, "", command[i].undecided, "a variable that is set once, or the option itself");
    for (std::size_t i = first_; i < end; ++i) {
      const ShellWord& word = command[i];
      const QemuOption* const option = qemu_option(word.text);
      if (option == nullptr) {
        unknown(word);
        continue;
      }
      if (option->takes_argument && i + 1 >= end) {
        record_.fault(word.line, "", word.text + " without an argument", "one behind it");
        return;
      }
      const std::string name = '-' + std::string(option->name);
      if (option->words != nullptr) {
        record_.add(word.line, "command line", name, option->takes_argument ? command[i + 1].text : "", option->kind,
                    option->words);
      } else {
        read_argument(name == "-M" ? "-machine" : name, command[i + 1]);
      }
      if (option->takes_argument) ++i;
    }
  }

  void unknown(const ShellWord& word) {
    if (word.text.empty() || word.text[0] != '-') {
      if (word.text.find_first_not_of(" \t\r") == std::string::npos)
        return record_.fault(word.line, "", "an argument of blanks alone, as \\ makes of a blank behind it",
                             "\\ as the last character of its line");
      // A name alone is a disk, as -hda. What a variable of the environment holds is not known.
      const bool open = word.text.find('$') != std::string::npos;
      record_.add(word.line, "command line", word.text, "", OptionClass::kRefused,
                  open ? "options in a variable that the script does not set; nearest: its value in its place"
                       : "a disk that is not on virtio-scsi; nearest: -device scsi-hd with -drive if=none");
      return;
    }
    record_.fault(word.line, "", "an unknown option " + OptionRecord::shown(word.text), "an option of QEMU",
                  record_.nearest(word.text, qemu_option_names()));
  }

  void read_argument(const std::string& option, const ShellWord& word) {
    static const std::map<std::string, std::string> kImplied = {
        {"-device", "driver"}, {"-object", "qom-type"}, {"-blockdev", "driver"}, {"-smp", "cpus"}, {"-machine", "type"},
        {"-accel", "accel"},   {"-drive", ""},          {"-global", ""},         {"-set", ""}};
    arguments_.push_back(qemu_argument(option, word, kImplied.at(option), record_));
    if (option == "-set") read_set(arguments_.back());
    if (option == "-accel") class_accel(arguments_.back());
  }

  // group.id.property=value, for what stands before it.
  void read_set(const QemuArgument& argument) {
    const std::string key = argument.properties.empty() ? "" : argument.properties.front().key;
    const std::size_t first = key.find('.');
    const std::size_t second = first == std::string::npos ? first : key.find('.', first + 1);
    if (second == std::string::npos) {
      record_.fault(argument.line, "-set", OptionRecord::shown(argument.text), "group.id.property=value");
      return;
    }
    const std::string group = '-' + key.substr(0, first);
    const std::string id = key.substr(first + 1, second - first - 1);
    for (QemuArgument& one : arguments_) {
      if (one.option != group || one.json || one.value("id") != id) continue;
      one.properties.push_back({key.substr(second + 1), argument.properties.front().value, argument.line});
      return;
    }
    if (group == "-device" || group == "-drive")
      record_.fault(argument.line, "-set", OptionRecord::shown(key), "the id of a " + group + " before it");
    else
      record_.add(argument.line, "-set", key, argument.properties.front().value, OptionClass::kHarmless,
                  "of something that does no disk I/O");
  }

  void class_accel(const QemuArgument& argument) {
    for (const QemuProperty& property : argument.properties) {
      const bool kvm = property.key != "accel" || property.value.compare(0, 3, "kvm") == 0;
      record_.add(property.line, argument.option, property.key, property.value,
                  kvm ? OptionClass::kHarmless : OptionClass::kApproximated,
                  kvm ? "costs are those of a guest with KVM"
                      : "as with KVM: costs are the machine's; see scenarios/machines/emulated_2022.json for TCG");
    }
  }

  template <class Use>
  void take(const std::string& option, const Use& use) {
    for (const QemuArgument& one : arguments_)
      if (one.option == option) use(one);
  }

  void read_machine_type() {
    for (const QemuArgument& argument : arguments_) {
      if (argument.option != "-machine") continue;
      for (const QemuProperty& property : argument.properties) {
        if (property.key.compare(0, 4, "smp.") == 0) continue;
        if (property.key != "type") {
          const bool accel = property.key == "accel";
          const bool kvm = property.value.compare(0, 3, "kvm") == 0 || property.value.compare(0, 3, "kqe") == 0;
          record_.add(property.line, argument.option, property.key, property.value,
                      accel && !kvm ? OptionClass::kApproximated : OptionClass::kHarmless,
                      accel ? (kvm ? "costs are those of a guest with KVM" : "as with KVM: costs are the machine's")
                            : "the board changes no timing of I/O");
          continue;
        }
        const auto type = qemu_machine_type(property.value);
        if (type) version_ = type->version;
        record_.add(property.line, argument.option, property.key, property.value,
                    !type || type->of_distribution ? OptionClass::kApproximated : OptionClass::kModelled,
                    !type ? "a board that is not known here: its defaults are those of the newest QEMU"
                    : type->of_distribution ? "its defaults are those of QEMU " + type->version.text()
                                            : "its defaults: num_queues, virtqueue_size, seg_max and topology");
      }
    }
    // QEMU merges what several -smp say; the last one counts where they say the same.
    QemuArgument smp;
    for (const QemuArgument& argument : arguments_) {
      if (argument.option != "-smp") continue;
      smp.properties.insert(smp.properties.end(), argument.properties.begin(), argument.properties.end());
      std::vector<QemuProperty> all = std::move(smp.properties);
      smp = argument;
      smp.properties = std::move(all);
    }
    const bool said = !smp.option.empty();
    if (said) read_smp(smp, "", version_, record_, machine_);
    for (const QemuArgument& argument : arguments_) {
      const bool in_machine = argument.option == "-machine" &&
                              std::any_of(argument.properties.begin(), argument.properties.end(),
                                          [](const QemuProperty& one) { return one.key.compare(0, 4, "smp.") == 0; });
      if (in_machine && !said) read_smp(argument, "smp.", version_, record_, machine_);
    }
  }

  void add_object(const QemuArgument& argument) {
    const std::string type = argument.value("qom-type");
    if (type == "throttle-group") return drives_.add_throttle_group(argument);
    const std::string nearest = record_.nearest(type, {"iothread", "throttle-group"});
    if (type != "iothread" && !nearest.empty())
      return record_.fault(argument.line, argument.option, "an unknown type " + OptionRecord::shown(type),
                           "an object of QEMU", nearest);
    if (type != "iothread") {
      for (const QemuProperty& property : argument.properties)
        record_.add(property.line, argument.option + ' ' + type, property.key, property.value, OptionClass::kHarmless,
                    type.compare(0, 14, "memory-backend") == 0 ? "what memory costs is the machine's"
                                                               : "an object that serves no request");
      return;
    }
    VmIothread one{argument.value("id"), 0};
    const std::string where = argument.option + " iothread";
    for (const QemuProperty& property : argument.properties) {
      const bool of_type = property.key == "qom-type";
      const QemuPropertyRow* const row = qemu_property(qemu_iothread_table(), property.key);
      if (!of_type && row == nullptr) {
        record_.fault(property.line, where, "an unknown property " + OptionRecord::shown(property.key),
                      one_of(qemu_property_names(qemu_iothread_table())),
                      record_.nearest(property.key, qemu_property_names(qemu_iothread_table())));
        continue;
      }
      const std::size_t at =
          record_.add(property.line, where, property.key, property.value, of_type ? OptionClass::kModelled : row->kind,
                      of_type ? "server \"iothreads\" in host" : row->words);
      if (of_type) one.option = at;
      if (of_type || property.key == "id") continue;
      const auto number = qemu_integer(property.value);
      if (!number || *number < 0 || property.quoted) {
        record_.fault(property.line, where + ' ' + property.key, OptionRecord::shown(property.value),
                      property.quoted ? "a number from 0 on, in JSON without quotes" : "a number from 0 on");
        continue;
      }
      const Said<std::int64_t> value{*number, at};
      if (property.key == "poll-max-ns") one.poll_max_ns = value;
      if (property.key == "poll-grow") one.poll_grow = value;
      if (property.key == "poll-shrink") one.poll_shrink = value;
      if (property.key == "aio-max-batch") one.aio_max_batch = value;
      if (property.key == "thread-pool-max") one.thread_pool_max = value;
    }
    const bool twice = std::any_of(machine_.iothreads.begin(), machine_.iothreads.end(),
                                   [&one](const VmIothread& other) { return other.id == one.id; });
    if (one.id.empty() || twice)
      return record_.fault(argument.line, where, twice ? "a second iothread " + OptionRecord::shown(one.id) : "no id",
                           "an id for each iothread");
    machine_.iothreads.push_back(one);
  }

  void add_drive(const QemuArgument& argument) {
    const std::string interface = argument.value("if");
    static const std::vector<std::string> kInterfaces = {"none", "ide", "scsi",   "floppy", "pflash",
                                                         "mtd",  "sd",  "virtio", "xen"};
    if (!interface.empty() && std::find(kInterfaces.begin(), kInterfaces.end(), interface) == kInterfaces.end()) {
      record_.fault(argument.line, "-drive if", OptionRecord::shown(interface), one_of(kInterfaces),
                    record_.nearest(interface, kInterfaces));
      return;
    }
    if (interface == "scsi") {
      record_.fault(argument.line, "-drive if", "scsi, which no controller takes",
                    "if=none, with -device virtio-scsi-pci and -device scsi-hd,drive=ID");
      return;
    }
    const bool harmless = interface == "pflash" || interface == "floppy" || argument.value("media") == "cdrom";
    if (interface == "none") {
      (void)drives_.add_drive(argument);
      return;
    }
    drives_.set_aside(
        drives_.add_drive(argument), harmless ? OptionClass::kHarmless : OptionClass::kRefused,
        harmless ? "no job reads it" : "of a disk that is not on virtio-scsi; nearest: if=none with -device scsi-hd");
  }

  OptionRecord record_;
  QemuDrives drives_;
  VirtualMachine machine_;
  QemuVersion version_ = QemuMachineType{}.version;
  std::size_t first_ = 0;
  std::vector<QemuArgument> arguments_;
  std::vector<QemuArgument> global_;
};

}  // namespace

ImportedPart import_qemu(const std::string& text, const std::string& file) {
  ImportedPart part;
  QemuImport(part, file).read(text);
  std::stable_sort(part.options.begin(), part.options.end(),
                   [](const ClassedOption& a, const ClassedOption& b) { return a.line < b.line; });
  return part;
}

}  // namespace vqlab
