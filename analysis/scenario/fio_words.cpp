#include "analysis/scenario/fio_words.hpp"

namespace vqlab {
namespace {

struct FioWord {
  const char* option;
  const char* here;
};

// fio's manual has what each of them does.
constexpr FioWord kFioWords[] = {
    {"filename", "targets: the disks of a job of the list jobs; all of them if it says nothing"},
    {"name", "the name of a job in the list jobs; `job` needs none"},
    {"wait_for", "stonewall: a job waits for all that stand before it"},
    {"exitall", "runtime: a point ends with the last job that has one"},
    {"group_reporting", "nothing: points.csv has all jobs together, jobs.csv each by itself"},
    {"new_group", "nothing: jobs.csv has each job by itself"},
    {"thread", "nothing: a thread and a process cost the same here"},
    {"norandommap", "nothing: offsets are drawn without looking whether a block was hit before"},
    {"randrepeat", "seeds: the same seed gives the same requests"},
    {"randseed", "seeds: the same seed gives the same requests"},
    {"refill_buffers", "nothing: what is written makes no difference here"},
    {"buffered", "direct: I/O through the guest's page cache is not modelled"},
    {"invalidate", "nothing: there is no page cache in the guest"},
    {"rwmixwrite", "rwmixread: 100 less rwmixwrite"},
    {"ba", "nothing: offsets are multiples of the smallest size"},
    {"blockalign", "nothing: offsets are multiples of the smallest size"},
    {"bs_unaligned", "nothing: sizes are whole sectors"},
    {"io_size", "size and loops"},
    {"offset", "nothing: a job begins at the start of its disk"},
    {"nrfiles", "targets and file_service_type: a disk is a file"},
    {"end_fsync", "fsync: a flush at the end of a job is not modelled"},
    {"fsync_on_close", "fsync: a flush at the end of a job is not modelled"},
    {"write_barrier", "fsync: a flush after so many writes"},
    {"sync_file_range", "fsync: there is no page cache in the guest that a part of could be written"},
    {"rate_min", "nothing: a rate that is not reached ends no job here"},
    {"rate_iops_min", "nothing: a rate that is not reached ends no job here"},
    {"rate_cycle", "nothing: a rate is kept from request to request"},
    {"rate_ignore_thinktime", "nothing: a job that has thought catches up with its rate"},
    {"latency_target", "iodepth: a depth that follows a latency is not modelled"},
    {"cpumask", "cpus_allowed: a list of vCPUs"},
    {"replay_align", "nothing: offsets of a trace are whole sectors"},
    {"replay_skip", "read_iolog: a trace without the I/O that is to be left out"},
    {"write_iolog", "nothing: traces are replayed, not recorded"},
    {"hipri", "nothing: completions come by interrupt; polled queues are not modelled"},
    {"fixedbufs", "guest_costs.submit_page_ns: buffers that stay pinned need no pinning"},
    {"registerfiles", "nothing: looking up a file is a part of guest_costs.submit_ns"},
    {"sqthread_poll", "nothing: a kernel thread that submits is not modelled"},
    {"unlink", "nothing: disks have no file system"},
    {"fallocate", "nothing: disks have no file system"},
    {"directory", "nothing: disks have no file system"},
};

}  // namespace

std::string instead_of_fio_word(const std::string& option) {
  for (const FioWord& one : kFioWords)
    if (option == one.option) return one.here;
  return "";
}

}  // namespace vqlab
