#include "analysis/export/export_files.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "analysis/export/export_rest.hpp"
#include "analysis/export/export_script.hpp"
#include "analysis/formats/fio_job_writer.hpp"
#include "analysis/formats/qemu_line_writer.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

// Sections that no file says, as a whole: what a machine takes is the machine's, and a run on it ends by itself.
constexpr const char* kExportedByNothing[] = {"guest_costs", "host_costs", "mechanisms",
                                              "hardware",    "precision",  "results"};

constexpr const char* kPinsOfHost[] = {"host.vcpu_cpus", "host.server_cpus", "host.worker_cpus"};

// Parameters that the job file says.
bool is_in_job_file(const ParamRef& param) {
  const std::string& section = param.section->key;
  const std::string path = path_of(param);
  return section == "job" || section == "other_job" || path == "jobs" || path == "other_job_targets" ||
         path == "guest.pinned_vcpus" || path == "guest.placement";
}

std::string qemu_text(const QemuLine& line) {
  std::string text = "# Written by vqlab export. run.sh adds the disk that the guest boots from.\n";
  for (const std::string& sentence : line.needs) text += "# " + sentence + "\n";
  text += "qemu-system-x86_64";
  for (const std::string& argument : line.arguments) text += " \\\n  " + argument;
  return text + "\n";
}

// What the point reads and no file says, a line each.
std::string unsaid_text(const PointSpec& spec, const std::set<std::string>& said) {
  std::string text;
  for (const ParamRef& param : all_params()) {
    const std::string path = path_of(param);
    const bool of_machine = std::ranges::find(kExportedByNothing, param.section->key) != std::end(kExportedByNothing);
    if (of_machine || is_in_job_file(param) || said.contains(path) || param.row->kind == ParamKind::kCost) continue;
    if (!unread_unless(param, spec).empty()) continue;
    text += fmt::format("- `{}`: {}\n", path, write_value(param.get(spec)).dump());
  }
  return text;
}

std::string readme_text(const std::string& what, const QemuLine& line, const std::string& unsaid,
                        const ExportRest& rest) {
  std::string text = fmt::format(
      "# {}\n\n"
      "Written by `vqlab export`. `job.fio` is for fio in the guest, `qemu.txt` the command line of the guest, and\n"
      "`run.sh` boots an image of yours and runs the one in the other:\n\n"
      "```\n"
      "IMAGE=guest.qcow2 SSH='ssh -p 2222 root@localhost' ./run.sh\n"
      "```\n\n"
      "The image must boot Linux from /dev/vda, let you in by ssh without a password, and have fio. `./run.sh` alone\n"
      "prints all that can be set. It makes sparse disks where there are none; put block devices in their place\n"
      "(symbolic links do) to measure a real one. It writes fio.json, which `vqlab overlay` reads.\n",
      what);
  const auto list = [&text](const std::string& title, const std::vector<std::string>& sentences) {
    if (sentences.empty()) return;
    text += "\n## " + title + "\n\n";
    for (const std::string& sentence : sentences) text += "- " + sentence + "\n";
  };
  list("What it needs", line.needs);
  list("Where QEMU's words mean something else", line.notes);
  text +=
      "\n## What neither file says\n\n"
      "Costs, mechanisms and hardware are those of the machine that you run it on. These values of the point have no\n"
      "place in the words of fio and QEMU, and what is not the default must be made so by hand:\n\n";
  text += unsaid.empty() ? "none\n" : unsaid;
  text +=
      "\n## Back to vqlab\n\n"
      "`vqlab import --export .` in this folder makes a scenario of it. `values.json` says what fio, QEMU and the "
      "machine\n"
      "that it names do not say.\n";
  list("What import does not give back", rest.lost);
  return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> export_files(const PointToExport& point) {
  const PointSpec& spec = point.spec;
  QemuLine line = qemu_line(spec);
  for (const char* const path : kPinsOfHost) line.said.insert(path);
  const std::string job_file = fio_job_file(spec.testbed, point.seed);
  const std::string command_line = qemu_text(line);
  const ExportRest rest = export_rest({point.study, point.machine, job_file, command_line}, spec);
  return {{"job.fio", job_file},
          {"qemu.txt", command_line},
          {"run.sh", export_script(spec.testbed, line.disks)},
          {"values.json", rest.values.dump(2) + "\n"},
          {"README.md", readme_text(point.what, line, unsaid_text(spec, line.said), rest)}};
}

}  // namespace vqlab
