#include "models/base/iothread_vq_mapping.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

bool dealt_out(const IothreadVqMapping& mapping) { return mapping.empty() || mapping.front().vqs.empty(); }

}  // namespace

bool maps_all(const IothreadVqMapping& mapping, std::uint32_t queues) {
  if (dealt_out(mapping)) return true;
  std::set<std::uint32_t> mapped;
  std::size_t count = 0;
  for (const IothreadVqs& thread : mapping) {
    mapped.insert(thread.vqs.begin(), thread.vqs.end());
    count += thread.vqs.size();
  }
  return count == queues && mapped.size() == queues && (queues == 0 || *mapped.rbegin() == queues - 1);
}

std::vector<std::uint32_t> thread_of_queue(const IothreadVqMapping& mapping, std::uint32_t queues,
                                           std::uint32_t devices) {
  ensure(maps_all(mapping, queues), "each queue has a thread");
  std::vector<std::uint32_t> threads(std::size_t{queues} * devices);
  for (std::uint32_t thread = 0; thread < mapping.size(); ++thread) {
    for (const std::uint32_t queue : mapping[thread].vqs)
      for (std::uint32_t device = 0; device < devices; ++device) threads[device * queues + queue] = thread;
    if (dealt_out(mapping))
      for (std::size_t queue = thread; queue < threads.size(); queue += mapping.size()) threads[queue] = thread;
  }
  return threads;
}

}  // namespace vqlab
