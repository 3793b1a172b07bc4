#pragma once
#include <string>
#include <vector>
#include <cstdint>
namespace vqlab {
struct IothreadVqs { std::string iothread; std::vector<std::uint32_t> vqs; friend bool operator==(const IothreadVqs&, const IothreadVqs&) = default; };
using IothreadVqMapping = std::vector<IothreadVqs>;
inline std::vector<std::uint32_t> thread_of_queue(const IothreadVqMapping&, std::uint32_t queues) { return std::vector<std::uint32_t>(queues, 0); }
inline bool maps_all(const IothreadVqMapping&, std::uint32_t) { return true; }
}
