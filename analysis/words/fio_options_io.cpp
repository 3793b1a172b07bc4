// What the I/O is: kinds, sizes, offsets, depth, flushes. From fio 3.33's own list of options.
#include "analysis/words/fio_options.hpp"

namespace vqlab {
namespace {

constexpr const char* kSeedsOfRequests = "seeds, at the top level: the same seed gives the same requests";
constexpr const char* kFlushWhileItRuns = "fsync in job: a flush at the end of a job is not modelled";

}  // namespace

std::vector<FioOption> fio_options_of_io() {
  return fio_rows({
      fio_modelled(
          {fio_choice("rw", "read,write,trim,randread,randwrite,randtrim,rw,readwrite,randrw,trimwrite,randtrimwrite")
               .also("readwrite"),
           fio_number("bs").also("blocksize").from(1), fio_range("bsrange").also("blocksize_range"),
           fio_free_text("bssplit"), fio_number("rwmixread").within(0, 100),
           fio_number("rwmixwrite").within(0, 100).answered("rwmixread in job: 100 less rwmixwrite"),
           fio_choice("random_distribution", "random,zipf,pareto,normal,zoned,zoned_abs"), fio_text("ioengine"),
           fio_number("iodepth").from(1), fio_number("iodepth_batch").also("iodepth_batch_submit"),
           fio_number("iodepth_batch_complete_min").also("iodepth_batch_complete"),
           fio_number("iodepth_batch_complete_max"), fio_number("iodepth_low"), fio_boolean("direct"),
           fio_boolean("buffered").answered("direct in job: I/O through the guest's page cache is not modelled"),
           fio_boolean("atomic").answered("nothing: a disk tears no write here"), fio_number("fsync"),
           fio_number("fdatasync"), fio_choice("sync", "none,0,sync,1,dsync")}),
      fio_approximated("offsets are multiples of the smallest size", {fio_number("ba").also("blockalign").from(1)}),
      fio_refused("sizes and offsets that are no whole sectors; a disk has 512-byte sectors",
                  {fio_flag("bs_unaligned").also("blocksize_unaligned").unless("0")}),
      fio_refused("sizes that belong to sequential and random I/O, not to reads and writes",
                  {fio_boolean("bs_is_seq_rand").unless("0")}),
      fio_refused("a mix of random and sequential offsets; nearest: rw=randread or rw=read",
                  {fio_number("percentage_random").within(0, 100).unless("100")}),
      fio_refused("an offset that comes several times in a row; nearest: rw_sequencer=sequential",
                  {fio_choice("rw_sequencer", "sequential,identical").unless("sequential")}),
      fio_harmless("offsets are drawn by a generator of its own",
                   {fio_choice("random_generator", "tausworthe,lfsr,tausworthe64")}),
      fio_harmless("the same `seeds` give the same requests",
                   {fio_boolean("randrepeat").answered(kSeedsOfRequests),
                    fio_boolean("allrandrepeat").answered(kSeedsOfRequests)}),
      fio_harmless("`seeds` say which random numbers are drawn",
                   {fio_free_text("randseed").answered(kSeedsOfRequests)}),
      fio_harmless("offsets are drawn without looking whether a block was hit before",
                   {fio_flag("norandommap"), fio_boolean("softrandommap")}),
      fio_refused("threads that submit for the job; nearest: io_submit_mode=inline",
                  {fio_choice("io_submit_mode", "inline,offload").unless("inline")}),
      fio_approximated("I/Os that overlap are not held back", {fio_boolean("serialize_overlap").unless("0")}),
      fio_refused("barriers; nearest: fsync, a flush after so many writes", {fio_number("write_barrier").unless("0")}),
      fio_refused("a page cache of the guest; nearest: fsync", {fio_free_text("sync_file_range")}),
      fio_approximated("no flush at the end of the job",
                       {fio_boolean("end_fsync").unless("0").answered(kFlushWhileItRuns)}),
      fio_approximated("no flush when a file is closed",
                       {fio_boolean("fsync_on_close").unless("0").answered(kFlushWhileItRuns)}),
  });
}

}  // namespace vqlab
