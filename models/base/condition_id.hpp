// When a parameter is read: conditions that a row of a parameter table may name. Their words, and when they hold, stand
// in models/testbed/conditions.cpp.
#pragma once

#include <cstdint>

namespace vqlab {

enum class ConditionId : std::uint8_t {
  // The guest.
  kSeveralVcpus,
  kUnpinned,
  kSeveralProcesses,
  kTimeSlices,
  kBalances,
  kScheduled,
  kBufferApiIsChosen,
  kHintsDecide,
  kUnhinted,
  kRemoteInterrupts,
  kSharedVector,
  kLeavesItsSubmitter,
  kCompletesElsewhere,
  kQueuesShared,
  kSeveralVcpusWork,
  kLinesMove,
  kInterruptsBetweenVcpus,
  kAddsCanFail,
  kHostLock,
  kSharedLuns,
  kNoTags,
  kHostCanBeBusy,
  kNotifyIsChosen,
  kTargetLock,
  kPicksUnderTargetLock,
  kLinearises,
  kIndirectTables,
  kColdSwitches,
  kColdGuestRequests,
  kSeveralRequestsPerVcpu,
  // The jobs.
  kPaced,
  kSeeks,
  kReapsByCall,
  kLargeIos,
  kSplitsOrMerges,
  kNeighboursMeet,
  kMerges,
  kReads,
  kWrites,
  kBatches,
  kSeveralLuns,
  kJobsShareDisks,
  kDisksDiffer,
  kTellsKindsApart,
  // The host.
  kOvercommit,
  kColdHostRequests,
  kSeveralRequests,
  kThreadPool,
  kIothreads,
  kEmulatorThreads,
  kWorkerPages,
  kCopies,
  kCopiesInSubmitter,
  kChoosesBatches,
  kPollsDescriptors,
  kPaysForEvents,
  kIoeventfd,
  kServesKicks,
  kScansInFlight,
  kPaysDrains,
  kTellsRequestsApart,
  kPicksAmongQueues,
};

}  // namespace vqlab
