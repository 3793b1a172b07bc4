// When a parameter is read: conditions that a row of a parameter table may name. Their words, and when they hold, stand
// in models/testbed/conditions.cpp.
#pragma once

#include <cstdint>

namespace vqlab {

enum class ConditionId : std::uint8_t {
  // The guest.
  kSeveralVcpus,
  kUnpinned,
  kBufferApiIsChosen,
  kHintsDecide,
  kUnhinted,
  kOneVcpuInterrupted,
  kRemoteInterrupts,
  kQueuesShared,
  kSeveralVcpusWork,
  kLinesMove,
  kInterruptsBetweenVcpus,
  kAddsCanFail,
  kHostLock,
  kTargetLock,
  kPicksUnderTargetLock,
  kLinearises,
  kIndirectTables,
  kColdSwitches,
  kColdGuestRequests,
  kSeveralRequestsPerVcpu,
  // The jobs.
  kPaced,
  kReads,
  kWrites,
  kBatches,
  kSeveralLuns,
  // The host.
  kOvercommit,
  kColdHostRequests,
  kSeveralRequests,
  kThreadPool,
  kWorkerPages,
  kCopies,
  kChoosesBatches,
  kPollsDescriptors,
  kScansInFlight,
  kTellsRequestsApart,
  kPicksAmongQueues,
};

}  // namespace vqlab
