// What fio writes down: logs, percentiles, units. From fio 3.33's own list of options.
#include "analysis/words/fio_options.hpp"

namespace vqlab {

std::vector<FioOption> fio_options_of_report() {
  return fio_rows({
      fio_harmless("points.csv has all jobs together, jobs.csv each by itself", {fio_flag("group_reporting")}),
      fio_harmless("jobs.csv has each job by itself", {fio_flag("new_group")}),
      fio_approximated("the job counts as all others; jobs.csv has each by itself", {fio_boolean("stats").unless("1")}),
      fio_harmless("it says how sizes are read", {fio_choice("kb_base", "1024,1000")}),
      fio_harmless("results have one unit each", {fio_choice("unit_base", "0,8,1")}),
      fio_harmless("it says what fio writes down", {fio_boolean("per_job_logs"),
                                                    fio_free_text("write_bw_log"),
                                                    fio_number("bwavgtime"),
                                                    fio_free_text("write_lat_log"),
                                                    fio_free_text("write_iops_log"),
                                                    fio_number("iopsavgtime"),
                                                    fio_number("log_entries").within(1024, 1048576),
                                                    fio_number("log_avg_msec"),
                                                    fio_number("log_hist_msec"),
                                                    fio_number("log_hist_coarseness"),
                                                    fio_free_text("write_hist_log"),
                                                    fio_boolean("log_max_value"),
                                                    fio_boolean("log_offset"),
                                                    fio_boolean("log_prio"),
                                                    fio_number("log_compression").within(1024, 536870912),
                                                    fio_free_text("log_compression_cpus"),
                                                    fio_boolean("log_store_compressed"),
                                                    fio_boolean("log_unix_epoch"),
                                                    fio_boolean("log_alternate_epoch"),
                                                    fio_number("log_alternate_epoch_clock_id"),
                                                    fio_boolean("block_error_percentiles"),
                                                    fio_boolean("clat_percentiles"),
                                                    fio_boolean("lat_percentiles"),
                                                    fio_boolean("slat_percentiles"),
                                                    fio_floats("percentile_list").within(0, 100),
                                                    fio_number("significant_figures").within(1, 10),
                                                    fio_boolean("disk_util"),
                                                    fio_boolean("disable_lat"),
                                                    fio_boolean("disable_clat"),
                                                    fio_boolean("disable_slat"),
                                                    fio_boolean("disable_bw_measurement").also("disable_bw"),
                                                    fio_choice("unified_rw_reporting", "none,mixed,both,0,1,2")}),
      fio_approximated("taking the time costs what it costs otherwise",
                       {fio_boolean("gtod_reduce").unless("0"), fio_number("gtod_cpu")}),
      fio_harmless("taking the time is a part of guest_costs.submit_ns",
                   {fio_choice("clocksource", "gettimeofday,clock_gettime,cpu")}),
      fio_harmless("", {fio_deprecated("rwmixcycle")}),
  });
}

}  // namespace vqlab
