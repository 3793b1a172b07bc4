// What only some engines know. From fio 3.33's own lists of their options.
#include "analysis/words/fio_options.hpp"

namespace vqlab {
namespace {

std::vector<FioOption> fio_of_engines(const std::vector<std::string>& engines, std::vector<FioOption> rows) {
  for (FioOption& row : rows) row.engines = engines;
  return rows;
}

// Of engines that are refused as a whole.
std::vector<FioOption> fio_of_refused(const std::vector<std::string>& engines, const std::vector<const char*>& names) {
  std::vector<FioOption> rows;
  for (const char* name : names) rows.push_back(fio_free_text(name));
  return fio_of_engines(engines, fio_harmless("its ioengine alone reads it, which is not modelled", std::move(rows)));
}

}  // namespace

std::vector<FioOption> fio_options_of_engines() {
  const std::vector<std::string> ring{"io_uring", "io_uring_cmd"};
  const std::vector<std::string> queued{"libaio", "io_uring", "io_uring_cmd"};
  return fio_rows({
      fio_of_engines(queued, fio_approximated("the schedulers of the disks know no priorities",
                                              {fio_number("cmdprio_percentage").within(0, 100).unless("0"),
                                               fio_number("cmdprio_class").within(1, 3),
                                               fio_number("cmdprio").within(0, 7), fio_free_text("cmdprio_bssplit")})),
      fio_of_engines({"libaio"}, fio_approximated("what has completed is taken by a system call",
                                                  {fio_flag("userspace_reap").unless("0")})),
      fio_of_engines({"libaio", "io_uring", "io_uring_cmd", "pvsync2"},
                     fio_approximated("an I/O that would wait is not given back", {fio_boolean("nowait").unless("0")})),
      fio_of_engines({"io_uring", "io_uring_cmd", "pvsync2", "sg"},
                     fio_refused("completions that are polled; nearest: hipri=0, which takes interrupts",
                                 {fio_flag("hipri").unless("0")})),
      fio_of_engines({"pvsync2"}, fio_harmless("hipri alone reads it, which is not modelled",
                                               {fio_number("hipri_percentage").within(0, 100)})),
      fio_of_engines({"io_uring", "io_uring_cmd", "pvsync2"},
                     fio_harmless("there is no page cache in the guest", {fio_number("uncached")})),
      fio_of_engines(ring, fio_approximated("buffers are pinned for each I/O: guest_costs.submit_page_ns",
                                            {fio_flag("fixedbufs").unless("0")})),
      fio_of_engines(ring, fio_approximated("looking up the file is a part of guest_costs.submit_ns",
                                            {fio_flag("registerfiles").unless("0")})),
      fio_of_engines(ring, fio_refused("a kernel thread that submits; nearest: sqthread_poll=0",
                                       {fio_flag("sqthread_poll").unless("0")})),
      fio_of_engines(
          ring, fio_harmless("sqthread_poll alone reads it, which is not modelled", {fio_number("sqthread_poll_cpu")})),
      fio_of_engines(ring, fio_harmless("an I/O has one buffer either way", {fio_number("nonvectored")})),
      fio_of_engines(ring, fio_refused("kernel threads that submit; nearest: force_async=0",
                                       {fio_number("force_async").unless("0")})),
      fio_of_engines(
          ring, fio_harmless("io_uring_cmd alone reads it, which is not modelled", {fio_choice("cmd_type", "nvme")})),
      fio_of_refused({"mmap"}, {"thp"}),
      fio_of_refused({"sg"}, {"readfua", "writefua", "sg_write_mode", "stream_id"}),
      fio_of_refused({"net", "netsplice"}, {"hostname", "port", "protocol", "nodelay", "listen", "pingpong",
                                            "interface", "ttl", "window_size", "mss"}),
      fio_of_refused({"cpuio"}, {"cpuload", "cpuchunks", "cpumode", "exit_on_io_done"}),
      fio_of_refused({"exec"}, {"program", "arguments", "grace_time", "std_redirect"}),
      fio_of_refused({"filestat"}, {"stat_type"}),
      fio_of_refused({"e4defrag"}, {"donorname", "inplace"}),
      fio_of_refused({"gfapi", "gfapi_async"}, {"volume", "brick", "single-instance"}),
      fio_of_refused({"mtd"}, {"skip_bad"}),
      fio_of_refused({"nbd"}, {"uri"}),
      fio_of_refused({"rdma"}, {"hostname", "bindname", "port", "verb"}),
      fio_of_refused({"rados"}, {"clustername", "pool", "clientname", "conf", "busy_poll", "touch_objects"}),
      fio_of_refused({"rbd"}, {"clustername", "rbdname", "pool", "clientname", "busy_poll"}),
  });
}

}  // namespace vqlab
