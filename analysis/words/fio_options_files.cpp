// Where the I/O goes: files, disks, zones. From fio 3.33's own list of options.
#include "analysis/words/fio_options.hpp"

namespace vqlab {

std::vector<FioOption> fio_options_of_files() {
  return fio_rows({
      fio_modelled(
          {fio_text("filename").answered("targets in jobs: the disks of that job; all of them if it says nothing"),
           fio_text("directory").answered("targets in jobs: disks have no file system"),
           fio_number("nrfiles").also("nr_files").answered("targets in jobs: a disk is a file"),
           fio_choice("file_service_type", "random,zipf,pareto,normal,gauss,roundrobin,sequential"), fio_size("size"),
           fio_size("io_size").also("io_limit").answered("size in job, with loops"),
           fio_number("filesize").from(1).answered("size in job"),
           fio_number("number_ios").answered("size in job, with loops=1"),
           fio_text("ioscheduler").answered("scheduler in guest")}),
      fio_approximated("the job begins at the start of its disk",
                       {fio_size("offset").also("fileoffset").unless("0"), fio_number("offset_align").unless("0"),
                        fio_boolean("file_append").unless("0")}),
      fio_approximated("all processes of the job use the same part of the disk",
                       {fio_size("offset_increment").unless("0")}),
      fio_approximated("the job writes its size, not until the disk is full",
                       {fio_boolean("fill_device").also("fill_fs").unless("0")}),
      fio_refused("the files of a folder; nearest: filename, with the disks", {fio_text("opendir")}),
      fio_harmless("names of files make no difference", {fio_text("filename_format"), fio_boolean("unique_filename")}),
      fio_harmless("a disk stays open", {fio_number("openfiles")}),
      fio_refused("a lock that processes take for each I/O; nearest: numjobs=1",
                  {fio_choice("lockfile", "none,exclusive,readwrite").unless("none")}),
      fio_harmless("a disk has no file system here",
                   {fio_choice("fallocate", "none,native,posix,keep,truncate,0,1"), fio_boolean("overwrite"),
                    fio_boolean("create_serialize"), fio_boolean("create_fsync"), fio_boolean("create_on_open"),
                    fio_boolean("allow_file_create"), fio_boolean("allow_mounted_write"), fio_boolean("unlink"),
                    fio_boolean("unlink_each_loop")}),
      fio_harmless("it is about the page cache of the guest, which is not modelled",
                   {fio_choice("fadvise_hint", "0,1,random,sequential")}),
      fio_harmless("there is no page cache in the guest", {fio_boolean("invalidate"), fio_boolean("pre_read")}),
      fio_refused("a job that only lays files out; nearest: no such job", {fio_boolean("create_only").unless("0")}),
      fio_approximated("disks do not tell streams apart",
                       {fio_choice("write_hint", "none,short,medium,long,extreme").unless("none")}),
      fio_refused("zones; nearest: zonemode=none, with offsets anywhere on the disk",
                  {fio_choice("zonemode", "none,strided,zbd").unless("none")}),
      fio_harmless("zonemode=zbd or strided alone reads it, and they are not modelled",
                   {fio_number("zonesize"), fio_number("zonerange"), fio_size("zoneskip")}),
      fio_harmless(
          "zonemode=zbd alone reads it, which is not modelled",
          {fio_number("zonecapacity"), fio_boolean("read_beyond_wp"), fio_number("max_open_zones").within(0, 4096),
           fio_number("job_max_open_zones").within(0, 4096), fio_boolean("ignore_zone_limits"),
           fio_floats("zone_reset_threshold").within(0, 1), fio_floats("zone_reset_frequency").within(0, 1)}),
  });
}

}  // namespace vqlab
