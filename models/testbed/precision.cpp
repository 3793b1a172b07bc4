// What is asked of a run: how long it goes on, and what it tells.
#include "models/base/params.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

const ParamTable& params_of(const Precision*) {
  static const ParamTable table{
      "precision",
      "When the simulation of a point ends.",
      {
          number("half_width_percent", &Precision::half_width_percent, {0.01, 50}, "%",
                 "Half-width of the 95 % confidence interval of the bandwidth, relative to it."),
          number("min_simulated_s", &Precision::min_simulated_s, {0.001, 1e4}, "s", "Shortest run of a point."),
          number("max_simulated_s", &Precision::max_simulated_s, {0.001, 1e6}, "s",
                 "Longest run of a point. A point that ends here without the precision is marked in the results."),
      }};
  return table;
}

const ParamTable& params_of(const Results*) {
  static const ParamTable table{
      "results",
      "What a run tells of itself beside points.csv. It changes no number there.",
      {
          boolean("tables", &Results::tables,
                  "Whether there are queues.csv, vcpus.csv and host_threads.csv: what each request queue, vCPU and "
                  "thread of the host has done. Off, since a large machine has thousands of them."),
          integer("time_series_ms", &Results::time_series_ms, {0, 1e6}, "ms",
                  "Length of the bins of time_series.csv: bandwidth, IOPS, latency, requests in flight and CPUs over "
                  "the simulated time, warm-up included. Neighbours are merged wherever a run has more than 512 of "
                  "them. 0: there is no such file."),
          choice("output_format", &Results::output_format, {"normal", "json", "json+"},
                 "fio's option. json: a file for each point in the folder fio, as fio writes it. json+: with the bins "
                 "of the latencies. With time_series_ms there are fio's logs of bandwidth, IOPS and latency, too. "
                 "normal: no such folder."),
      }};
  return table;
}

}  // namespace vqlab
