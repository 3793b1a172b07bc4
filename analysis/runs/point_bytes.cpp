#include "analysis/runs/point_bytes.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <variant>

#include "models/backend/disk_table.hpp"
#include "models/backend/sheet_table.hpp"

namespace vqlab {
namespace {

class PointBytesReader {
 public:
  explicit PointBytesReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool at_end() const { return bytes_.empty(); }
  [[nodiscard]] bool good() const { return good_; }

  std::uint64_t number() {
    constexpr std::size_t kBytes = 8;
    std::uint64_t value = 0;
    const std::string_view bytes = take(kBytes);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return value;
  }

  // Of the same kind as `like`.
  ParamValue value(const ParamValue& like) {
    return std::visit([this](auto one) { return read(std::move(one)); }, like);
  }

 private:
  std::string_view take(std::uint64_t bytes) {
    if (bytes > bytes_.size()) good_ = false;
    if (!good_) return {};
    const std::string_view taken = bytes_.substr(0, bytes);
    bytes_.remove_prefix(bytes);
    return taken;
  }
  // How many things follow, each of some bytes.
  std::uint64_t count() {
    const std::uint64_t value = number();
    if (value > bytes_.size()) good_ = false;
    return good_ ? value : 0;
  }
  std::string text() { return std::string(take(count())); }

  ParamValue read(bool /*like*/) { return number() != 0; }
  ParamValue read(std::int64_t /*like*/) { return static_cast<std::int64_t>(number()); }
  ParamValue read(double /*like*/) { return std::bit_cast<double>(number()); }
  ParamValue read(const std::string& /*like*/) { return text(); }
  ParamValue read(SizeRange range) {
    range.min_bytes = number();
    range.max_bytes = number();
    return range;
  }
  ParamValue read(Cost cost) {
    cost.mean_ns = std::bit_cast<double>(number());
    const std::uint64_t shape = number();
    if (shape >= shape_names().size()) good_ = false;
    cost.shape = good_ ? static_cast<Shape>(shape) : cost.shape;
    return cost;
  }
  ParamValue read(IothreadVqMapping mapping) {
    mapping.assign(count(), {});
    for (auto& one : mapping) {
      one.iothread = text();
      one.vqs.assign(count(), 0);
      for (auto& queue : one.vqs) queue = static_cast<std::uint32_t>(number());
    }
    return mapping;
  }
  // No list is a member of a list, so the kind of each value is told by its place.
  ParamValue read(NamedSets sets) {
    sets.assign(count(), {});
    for (NamedSet& set : sets) {
      set.name = text();
      set.values.resize(count());
      for (RowValue& one : set.values) {
        one.row = text();
        one.value = value(kind(number()));
      }
    }
    return sets;
  }
  // A value of the kind that the number stands for.
  ParamValue kind(std::uint64_t index) {
    const std::array<ParamValue, 5> kinds{false, std::int64_t{0}, 0.0, std::string(), SizeRange{}};
    if (index >= kinds.size()) good_ = false;
    return good_ ? kinds[index] : kinds[0];
  }
  ParamValue read(const DeviceChoice& /*like*/) { return device(); }
  ParamValue read(Disks disks) {
    disks.assign(count(), {});
    for (auto& group : disks) {
      rows(group);
      if (number() != 0) group.device = device();
      if (number() == 0) continue;
      group.throttling.emplace().group = text();
      rows(*group.throttling);
    }
    return disks;
  }
  template <class S>
  void rows(S& object) {
    for (const Param& row : params_of(&object).rows) row.set(&object, value(row.get(&object)));
  }
  DeviceChoice device() {
    DeviceSheet sheet;
    sheet.name = text();
    rows(sheet);
    return DeviceChoice(sheet);
  }

  std::string_view bytes_;
  bool good_ = true;
};

class ValueWriter {
 public:
  explicit ValueWriter(ByteWriter& bytes) : bytes_(bytes) {}

  void operator()(bool value) { bytes_.add(std::uint64_t{value}); }
  void operator()(std::int64_t value) { bytes_.add(static_cast<std::uint64_t>(value)); }
  void operator()(double value) { bytes_.add(std::bit_cast<std::uint64_t>(value)); }
  void operator()(const std::string& text) { bytes_.add_text(text); }
  void operator()(const SizeRange& range) {
    bytes_.add(range.min_bytes);
    bytes_.add(range.max_bytes);
  }
  void operator()(const Cost& cost) {
    (*this)(cost.mean_ns);
    bytes_.add(static_cast<std::uint64_t>(cost.shape));
  }
  void operator()(const IothreadVqMapping& mapping) {
    bytes_.add(std::uint64_t{mapping.size()});
    for (const auto& one : mapping) {
      bytes_.add_text(one.iothread);
      bytes_.add(std::uint64_t{one.vqs.size()});
      for (const auto queue : one.vqs) bytes_.add(std::uint64_t{queue});
    }
  }
  void operator()(const NamedSets& sets) {
    bytes_.add(std::uint64_t{sets.size()});
    for (const NamedSet& set : sets) {
      bytes_.add_text(set.name);
      bytes_.add(std::uint64_t{set.values.size()});
      for (const RowValue& one : set.values) {
        bytes_.add_text(one.row);
        bytes_.add(std::uint64_t{one.value.index()});
        std::visit(*this, one.value);
      }
    }
  }
  void operator()(const DeviceChoice& device) {
    bytes_.add_text(device.sheet().name);
    rows(device.sheet());
  }
  void operator()(const Disks& disks) {
    bytes_.add(std::uint64_t{disks.size()});
    for (const auto& group : disks) {
      rows(group);
      bytes_.add(std::uint64_t{group.device.has_value()});
      if (group.device) (*this)(*group.device);
      bytes_.add(std::uint64_t{group.throttling.has_value()});
      if (!group.throttling) continue;
      bytes_.add_text(group.throttling->group);
      rows(*group.throttling);
    }
  }

 private:
  template <class S>
  void rows(const S& object) {
    for (const Param& row : params_of(&object).rows) bytes_.add(row.get(&object));
  }

  ByteWriter& bytes_;
};

}  // namespace

void ByteWriter::add(std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) text_ += static_cast<char>(number >> shift & 0xff);
}

void ByteWriter::add_text(std::string_view text) {
  add(std::uint64_t{text.size()});
  text_ += text;
}

void ByteWriter::add(const ParamValue& value) { std::visit(ValueWriter(*this), value); }

void PointTaskWriter::add(const PointTask& task) {
  const std::vector<ParamRef>& params = all_params();
  PointSpec read = base_;
  std::vector<std::pair<std::size_t, ParamValue>> changes;
  for (std::size_t i = 0; i < params.size(); ++i) {
    ParamValue value = params[i].get(task.spec);
    if (value == params[i].get(base_)) continue;
    params[i].set(read, value);
    changes.emplace_back(i, std::move(value));
  }
  if (!(read == task.spec))
    throw std::runtime_error("a point cannot be sent to another machine: no parameter tells of something in it");
  bytes_.add(std::uint64_t{changes.size()});
  for (const auto& [param, value] : changes) {
    bytes_.add(std::uint64_t{param});
    bytes_.add(value);
  }
  bytes_.add(task.seed);
  if (std::exchange(first_, false)) base_ = task.spec;
}

std::optional<std::vector<PointTask>> read_point_tasks(std::string_view bytes) {
  const std::vector<ParamRef>& params = all_params();
  std::vector<PointTask> tasks;
  for (PointBytesReader reader(bytes); !reader.at_end();) {
    PointTask task;
    if (!tasks.empty()) task.spec = tasks.front().spec;
    for (std::uint64_t changes = reader.number(); changes > 0; --changes) {
      const std::uint64_t param = reader.number();
      if (!reader.good() || param >= params.size()) return std::nullopt;
      const ParamValue value = reader.value(params[param].get(task.spec));
      if (reader.good()) params[param].set(task.spec, value);
    }
    task.seed = reader.number();
    if (!reader.good()) return std::nullopt;
    tasks.push_back(std::move(task));
  }
  return tasks;
}

}  // namespace vqlab
