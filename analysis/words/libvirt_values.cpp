#include "analysis/words/libvirt_values.hpp"

#include <utility>

#include "analysis/words/qemu_tables.hpp"

namespace vqlab {

const std::map<std::string, std::string>& libvirt_values() {
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
        {"devices/disk/iotune/group_name", limit_of_disks("group")},
        {"devices/disk/iotune/size_iops_sec", limit_of_disks("iops_size")},
    };
    for (const char* const name : {"sockets", "dies", "clusters", "cores", "threads"})
      words["cpu/topology@" + std::string(name)] = "topology in guest";
    for (const auto& [theirs, ours] : {std::pair{"bytes", "bps"}, {"iops", "iops"}})
      for (const std::string direction : {"total", "read", "write"})
        for (const std::string end : {"", "_max", "_max_length"})
          words["devices/disk/iotune/" + direction + '_' + theirs + "_sec" + end] =
              limit_of_disks(std::string(ours) + '_' + direction + end);
    return words;
  }();
  return all;
}

}  // namespace vqlab
