// Who does the I/O: processes, CPUs, memory. From fio 3.33's own list of options.
#include "analysis/words/fio_options.hpp"

namespace vqlab {

std::vector<FioOption> fio_options_of_process() {
  return fio_rows({
      fio_modelled({fio_text("name").answered("the name of a job of the list jobs; `job` needs none"),
                    fio_number("numjobs"), fio_number("nice").within(-20, 19), fio_free_text("cpus_allowed"),
                    fio_number("cpumask").answered("cpus_allowed in job: a list of vCPUs"),
                    fio_choice("cpus_allowed_policy", "shared,split")}),
      fio_harmless("a description", {fio_text("description")}),
      fio_harmless("a thread and a process cost the same here", {fio_flag("thread")}),
      fio_approximated("the schedulers of the disks know no priorities",
                       {fio_number("prio").within(0, 7), fio_number("prioclass").within(0, 3)}),
      fio_refused("the nodes of the guest; nearest: cpus_allowed, with the vCPUs of the node",
                  {fio_free_text("numa_cpu_nodes")}),
      fio_approximated("the guest has one node", {fio_free_text("numa_mem_policy")}),
      fio_harmless("where buffers lie costs nothing by itself",
                   {fio_choice("mem", "malloc,shm,shmhuge,mmap,mmapshared,mmaphuge").also("iomem"),
                    fio_number("hugepage-size")}),
      fio_harmless("buffers begin on a page", {fio_number("iomem_align").also("mem_align")}),
      fio_harmless("memory is never short", {fio_number("lockmem")}),
      fio_approximated("no control group of the guest limits the job",
                       {fio_text("cgroup"), fio_number("cgroup_weight").within(100, 1000)}),
      fio_harmless("no control group of the guest limits the job", {fio_boolean("cgroup_nodelete")}),
      fio_harmless("who runs the job makes no difference", {fio_number("uid"), fio_number("gid")}),
      fio_approximated("no command is run", {fio_text("exec_prerun"), fio_text("exec_postrun")}),
      fio_refused("jobs that fio makes up itself; nearest: jobs in sections", {fio_text("profile")}),
      fio_harmless("no I/O fails here",
                   {fio_free_text("ignore_error"), fio_choice("continue_on_error", "none,read,write,io,verify,all,0,1"),
                    fio_boolean("error_dump")}),
  });
}

}  // namespace vqlab
