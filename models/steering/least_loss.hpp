// The choice of policies that know everything.
#pragma once

#include "models/steering/policy.hpp"

namespace vqlab {

// The queue by which least is lost, the submitter's own first among equals. Who is told nothing takes the own one.
[[nodiscard]] inline QueueId queue_of_least_loss(const SteeringView& view) {
  const QueueId own(view.submitter.value % view.queues);
  if (view.sees == nullptr) return own;
  QueueId best = own;
  double least = view.sees->loss_by(own, view.submitter);
  for (std::uint32_t queue = 0; queue < view.queues; ++queue) {
    const double loss = view.sees->loss_by(QueueId(queue), view.submitter);
    if (loss >= least) continue;
    best = QueueId(queue);
    least = loss;
  }
  return best;
}

}  // namespace vqlab
