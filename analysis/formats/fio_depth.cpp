#include <algorithm>
#include <iterator>

#include "analysis/formats/fio_jobs.hpp"

namespace vqlab {
namespace {

struct FioEngine {
  const char* name;
  const char* here;  // null: refused
  const char* words;
};

constexpr const char* kNoDisk = "an engine that does no I/O to a disk; nearest: no such job";
constexpr const char* kNoScsi = "a storage system of its own; nearest: libaio";

constexpr FioEngine kFioEngines[] = {
    {"libaio", "libaio", ""},
    {"linuxaio", "libaio", ""},
    {"io_uring", "io_uring", ""},
    {"psync", "psync", ""},
    {"sync", "sync", ""},
    {"vsync", "sync", "readv and writev cost what read and write do"},
    {"pvsync", "pvsync", ""},
    {"pvsync2", "pvsync2", ""},
    {"posixaio", nullptr, "threads of the C library that do the I/O; nearest: libaio, or psync with more numjobs"},
    {"mmap", nullptr, "I/O by page faults; nearest: psync"},
    {"splice", nullptr, "I/O through a pipe; nearest: psync"},
    {"sg", nullptr, "SCSI commands past the block layer; nearest: psync"},
    {"io_uring_cmd", nullptr, "commands past the block layer; nearest: io_uring"},
    {"null", nullptr, kNoDisk},
    {"net", nullptr, kNoDisk},
    {"netsplice", nullptr, kNoDisk},
    {"cpuio", nullptr, "a job that burns CPU time; nearest: `tenant`, which does on the host"},
    {"exec", nullptr, kNoDisk},
    {"filecreate", nullptr, kNoDisk},
    {"filestat", nullptr, kNoDisk},
    {"filedelete", nullptr, kNoDisk},
    {"ftruncate", nullptr, kNoDisk},
    {"falloc", nullptr, kNoDisk},
    {"e4defrag", nullptr, kNoDisk},
    {"gfapi", nullptr, kNoScsi},
    {"gfapi_async", nullptr, kNoScsi},
    {"rados", nullptr, kNoScsi},
    {"rbd", nullptr, kNoScsi},
    {"nbd", nullptr, kNoScsi},
    {"rdma", nullptr, kNoScsi},
    {"pmemblk", nullptr, kNoScsi},
    {"dev-dax", nullptr, kNoScsi},
    {"libpmem", nullptr, kNoScsi},
    {"mtd", nullptr, kNoScsi},
    {"external", nullptr, "an engine of one's own; nearest: libaio"},
};

// The engine of the scenario; empty if it is refused.
std::string import_fio_engine(ImportedJob& job) {
  const std::string name = job.choice("ioengine", "psync");
  if (job.find("ioengine") == nullptr) {
    job.set("ioengine", "psync", "ioengine");
    return "psync";
  }
  const auto* const engine = std::find_if(std::begin(kFioEngines), std::end(kFioEngines),
                                          [&name](const FioEngine& one) { return name == one.name; });
  if (engine == std::end(kFioEngines)) {
    std::vector<std::string> names;
    for (const FioEngine& one : kFioEngines) names.emplace_back(one.name);
    job.refuse("ioengine", "an engine of fio 3.33, as \"libaio\"; the nearest: \"" + nearest_name(name, names) + "\"");
  } else if (engine->here == nullptr) {
    job.note("ioengine", OptionClass::kRefused, engine->words);
  } else {
    if (*engine->words == '\0')
      job.model("ioengine", engine->here, "ioengine");
    else
      job.approximate("ioengine", engine->here, "ioengine", engine->words);
    return engine->here;
  }
  return "";
}

void import_fio_batches(ImportedJob& job, std::int64_t depth) {
  const auto batch = job.number("iodepth_batch");
  if (batch) job.model("iodepth_batch", *batch == 0 ? depth : std::min(*batch, depth), "iodepth_batch");
  if (const auto least = job.number("iodepth_batch_complete_min")) {
    if (*least > 0)
      job.model("iodepth_batch_complete_min", *least, "iodepth_batch_complete_min");
    else
      job.approximate("iodepth_batch_complete_min", 1, "iodepth_batch_complete_min",
                      "a job that has its depth in flight waits for the next, and does not ask again and again");
  }
  if (const auto most = job.number("iodepth_batch_complete_max"))
    job.model("iodepth_batch_complete_max", *most, "iodepth_batch_complete_max");
  if (const auto low = job.number("iodepth_low")) job.model("iodepth_low", std::min(*low, depth), "iodepth_low");
}

void import_fio_queue(ImportedJob& job, const std::string& engine) {
  constexpr const char* kNames[] = {"iodepth", "iodepth_batch", "iodepth_batch_complete_min",
                                    "iodepth_batch_complete_max", "iodepth_low"};
  if (engine == "libaio" || engine == "io_uring") {
    const std::int64_t depth = job.number("iodepth").value_or(1);
    job.model("iodepth", depth, "iodepth");
    return import_fio_batches(job, depth);
  }
  for (const char* const name : kNames)
    job.note(name, OptionClass::kHarmless, "with this ioengine one I/O is in flight");
}

void import_fio_direct(ImportedJob& job) {
  constexpr const char* kBuffered =
      "past the page cache of the guest, which is not modelled: reads that it would serve, and writes that it would "
      "take, go to the disk";
  const FioGiven* const given = job.last({"direct", "buffered", "atomic"});
  if (given == nullptr) return job.imply("direct", kBuffered);
  const std::string name = given->option->name;
  const bool direct = (fio_number_of(*given).value_or(0) != 0) != (name == "buffered");
  for (const char* const other : {"direct", "buffered", "atomic"})
    if (name != other) job.note(other, OptionClass::kHarmless, name + " takes its place");
  if (!direct) return job.note(name, OptionClass::kApproximated, kBuffered);
  if (name == "atomic") return job.note(name, OptionClass::kApproximated, "direct=1; a disk tears no write here");
  job.note(name, OptionClass::kModelled, "all I/O is direct");
}

void import_fio_flushes(ImportedJob& job) {
  for (const char* const name : {"fsync", "fdatasync"})
    if (const auto writes = job.number(name)) job.model(name, *writes, name);
  if (job.find("sync") == nullptr) return;
  const std::string sync = job.choice("sync", "none");
  if (sync == "none" || sync == "0")
    job.note("sync", OptionClass::kHarmless, "what is so anyway");
  else if (job.json().value("iodepth", 1) > 1)
    job.approximate("fsync", 1, "sync", "a flush of the disk's cache after each write");
  else
    job.model("sync", sync, "sync");
}

}  // namespace

void import_fio_depth(ImportedJob& job) {
  import_fio_queue(job, import_fio_engine(job));
  import_fio_direct(job);
  import_fio_flushes(job);
}

}  // namespace vqlab
