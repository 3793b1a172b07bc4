#include "analysis/export/export_script.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

#include "analysis/formats/fio_job_writer.hpp"
#include "models/base/index_ranges.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

constexpr const char* kScriptHead = R"sh(#!/bin/sh
# Written by vqlab export. Boots a guest, runs job.fio in it, and writes fio.json.
set -eu
cd "$(dirname "$0")"
if [ -z "${IMAGE:-}" ]; then
  cat <<'END'
IMAGE   disk image that the guest boots from, as /dev/vda; it is not written to
FORMAT  its format; qcow2 if left out
SSH     how to get into the guest as root; ssh -p $PORT root@localhost if left out
PORT    of this host, for that; 2222 if left out
QEMU    the program; that of qemu.txt if left out
OUTPUT  fio's --output-format; json+ if left out
END
  exit 2
fi
PORT=${PORT:-2222}
SSH=${SSH:-ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p $PORT root@localhost}
)sh";

constexpr const char* kScriptBoot = R"sh(
# The words of qemu.txt, and what a guest needs beside its disks.
eval "set -- $(sed -e '/^#/d' -e 's/ \\$//' qemu.txt | tr '\n' ' ')"
program=$1
shift
"${QEMU:-$program}" "$@" -display none -daemonize -pidfile qemu.pid \
  -drive "if=virtio,file=$IMAGE,format=${FORMAT:-qcow2},snapshot=on" \
  -netdev "user,id=net0,hostfwd=tcp::$PORT-:22" -device virtio-net-pci,netdev=net0
trap 'kill "$(cat qemu.pid)"' EXIT
tries=0
until $SSH true 2>/dev/null; do
  tries=$((tries + 1))
  if [ $tries -ge 100 ]; then echo "the guest cannot be reached with: $SSH" >&2; exit 1; fi
  sleep 3
done
)sh";

constexpr const char* kScriptPins = R"sh(
# pin NAME CPU...: threads of that name, each to one CPU in turn.
pin() {
  name=$1
  shift
  number=0
  cpu=
  for task in "/proc/$(cat qemu.pid)"/task/*; do
    grep -q "^$name" "$task/comm" || continue
    eval "cpu=\${$((number % $# + 1))}"
    taskset -pc "$cpu" "${task##*/}" >/dev/null
    number=$((number + 1))
  done
}
)sh";

constexpr const char* kScriptRun = R"sh(
# Linux may find the disks in another order: each is known by its serial number.
# shellcheck disable=SC2016 # the guest's shell expands it
names=$($SSH 'for disk in /sys/block/sd*; do
  [ -e "$disk" ] && echo "${disk##*/} $(tr -dc "[:print:]" <"$disk/device/vpd_pg83")"
done')
cp job.fio job.guest.fio
while read -r disk id; do
  there=$(echo "$names" | grep -E "[^a-z0-9]$id( |\$)|HARDDISK *$id" | head -n 1 | cut -d ' ' -f 1)
  if [ -z "$there" ]; then echo "the guest has no disk $id" >&2; exit 1; fi
  sed -i -E "s,/dev/$disk(:|\$),/dev/@$there\1,g" job.guest.fio
done <disks.txt
sed -i 's,/dev/@,/dev/,g' job.guest.fio
$SSH 'cat >/tmp/job.fio' <job.guest.fio
$SSH "fio --output-format=${OUTPUT:-json+} /tmp/job.fio" >fio.json
echo "fio.json"
)sh";

std::string pins_text(const Testbed& testbed) {
  const HostProcess& host = testbed.host;
  if (!host.pins()) return "";
  std::string text = kScriptPins;
  const auto pin = [&text](const std::string& name, const std::string& cpus) {
    if (cpus.empty()) return;
    text += "pin '" + name + "'";
    for (const IndexRange& range : parse_ranges(cpus).value_or(std::vector<IndexRange>{}))
      for (std::uint32_t cpu = range.first; cpu < range.end; ++cpu) text += fmt::format(" {}", cpu);
    text += "\n";
  };
  pin("CPU ", host.vcpu_cpus);
  pin(host.server == "iothreads" ? "IO " : host.server == "vhost_scsi" ? "vhost" : "qemu", host.server_cpus);
  pin("worker", host.worker_cpus);
  return text;
}

}  // namespace

std::string export_script(const Testbed& testbed, const std::vector<std::string>& disks) {
  std::uint64_t bytes = 0;
  for (const RunningJob& running : running_jobs(testbed)) bytes = std::max(bytes, running.job.size_bytes);
  std::string text = kScriptHead;
  for (const std::string& disk : disks) text += fmt::format("[ -e {0} ] || truncate -s {1} {0}\n", disk, bytes);
  text += "cat >disks.txt <<'END'\n";
  for (std::uint32_t target = 0; target < testbed.targets; ++target)
    for (std::uint32_t lun = 0; lun < testbed.luns_per_target; ++lun) {
      const std::string file = guest_disk(testbed, target, lun);
      text += file.substr(file.rfind('/') + 1) + " " + exported_disk(target, lun) + "\n";
    }
  return text + "END\n" + kScriptBoot + pins_text(testbed) + kScriptRun;
}

}  // namespace vqlab
