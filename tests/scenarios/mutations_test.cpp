// Mutated scenarios, machines, records of runs and overrides: each is a study or a list of faults, soon. VQLAB_DEEP
// makes it a hundred thousand.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "analysis/app/home.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/published_table.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"
#include "tests/support/cpu_seconds.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr double kLongestSeconds = 5;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> texts_of(const char* folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(home() / "scenarios" / folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> texts;
  for (const fs::path& file : files) texts.push_back(text_of(file));
  return texts;
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {
    scenarios_ = texts_of("studies");
    for (std::string& text : texts_of("tutorial")) scenarios_.push_back(std::move(text));
    machines_ = texts_of("machines");
    // Records of runs: as a resolved scenario stands in one.
    for (const std::string& text : texts_of("tutorial")) {
      const StudyOrFaults read = parse_study(text, "s.json", {{}, home() / "scenarios"});
      EXPECT_TRUE(read.study.has_value());
      Json record{{"schema_version", 1}, {"study", "s"}, {"scenario", Json()}};
      if (read.study) record["scenario"] = read.study->resolved;
      scenarios_.push_back(record.dump());
    }
  }

  std::string scenario() { return mutated(scenarios_); }
  std::string machine() { return mutated(machines_); }

  std::string override() {
    std::string path = pick(param_paths());
    switch (below(8)) {
      case 0: path = "sweep." + path; break;
      case 1: path = "curves." + std::to_string(below(3)) + ".set." + path; break;
      case 2: path = "machine." + path; break;
      case 3: path += pick<std::string>({".shape", ".mean_ns", ".x", ".0", "."}); break;
      case 4:
        path = pick<std::string>({"seeds.0", "reference.values.x.1", "claims.0.id", "", ".", "..", "resolved", "study",
                                  "title", "calibration.free.0", "\xff", "curves", "sweep"});
        break;
      default: break;
    }
    const Json value = any_value();
    std::string text = below(4) == 0 ? spoilt(value.dump(-1, ' ', false, Json::error_handler_t::replace))
                                     : value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return path + (below(20) == 0 ? "" : "=") + text;
  }

  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  template <class T>
  T pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

  std::string mutated(const std::vector<std::string>& originals) {
    const std::string text = pick(originals);
    if (below(6) == 0) return spoilt(text);
    Json document = Json::parse(text);
    for (std::size_t i = 1 + below(3); i > 0; --i) mutate(document);
    const std::string dumped = document.dump(-1, ' ', false, Json::error_handler_t::replace);
    return below(10) == 0 ? spoilt(dumped) : dumped;
  }

  // Somewhere in the document.
  void mutate(Json& document) {
    Json* place = &document;
    while (place->is_structured() && !place->empty() && below(5) > 0) {
      if (below(6) == 0) return mutate_members(*place);
      auto member = place->begin();
      std::advance(member, static_cast<std::ptrdiff_t>(below(place->size())));
      place = &*member;
    }
    *place = any_value();
  }

  void mutate_members(Json& place) {
    if (place.is_array()) {
      if (below(2) == 0)
        place.push_back(place[below(place.size())]);
      else
        place.erase(below(place.size()));
      return;
    }
    auto member = place.begin();
    std::advance(member, static_cast<std::ptrdiff_t>(below(place.size())));
    const std::string key = member.key();
    const Json value = member.value();
    switch (below(4)) {
      case 0: place.erase(key); break;
      case 1:
        place.erase(key);
        place[key + pick<std::string>({"s", "", ".x", " "})] = value;
        break;
      case 2: place[pick(param_paths())] = any_value(); break;
      default: {
        const std::string path = pick(param_paths());
        place[path.substr(0, path.find('.'))] = any_value();
      }
    }
  }

  Json any_value() {
    switch (below(12)) {
      case 0: return Json();
      case 1: return below(2) == 0;
      case 2: return static_cast<std::int64_t>(random_());
      case 3: return static_cast<std::int64_t>(below(300)) - 20;
      case 4: return pick<double>({0.5, 1e-300, 1e300, -0.0, 4294967296.0, 9007199254740993.0});
      case 5:
        return pick<std::string>({"", "x", "4k-64k", "64k", "null", "flash", "iothreads", "blk_mq", "constant", "\xff",
                                  std::string(300, 'y')});
      case 6: return Json::array();
      case 7: return Json::object();
      case 8: return Json::array({any_value(), any_value()});
      case 9: return Json{{"mean_ns", below(100'000)}, {"shape", "uniform"}};
      case 10: {
        Json deep = 1;
        for (std::size_t i = below(60); i > 0; --i) deep = Json::array({deep});
        return deep;
      }
      default: {
        // A good value of some parameter, at its bounds or between.
        const ParamRef param = find_param(pick(param_paths()));
        if (param.row->kind == ParamKind::kChoice) return pick(param.row->choices());
        if (param.row->kind == ParamKind::kInteger)
          return static_cast<std::int64_t>(below(2) == 0 ? param.row->bounds.min : param.row->bounds.max);
        return write_value(param.get(PointSpec{}));
      }
    }
  }

  std::string spoilt(std::string text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(7)) {
      case 0: text.resize(at); break;
      case 1: text.insert(at, 1, static_cast<char>(random_())); break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 3: text.insert(at, 1, '\0'); break;
      case 4: text.insert(at, pick<std::string>({"{", "[", "\"", "\\u0000", "1e999", ",,", "//", "\xc3\x28"})); break;
      case 5: text.insert(at, text.substr(at / 2, at / 2)); break;
      default: text.erase(at / 2, at / 2); break;
    }
    return text;
  }

  std::mt19937_64 random_;
  std::vector<std::string> scenarios_;
  std::vector<std::string> machines_;
};

// Empty if the answer is right.
std::string what_is_wrong(const StudyOrFaults& result, double seconds) {
  if (seconds > kLongestSeconds) return "took " + std::to_string(seconds) + " s";
  if (result.study.has_value() != result.faults.empty()) return "neither a study nor faults, or both";
  for (const Fault& fault : result.faults)
    if (fault.path.empty() || fault.file.empty() || fault.found.empty()) return "a fault without a place";
  return "";
}

struct Mutant {
  std::string text;
  std::optional<std::string> machine;  // of the file m.json beside it
  std::vector<std::string> overrides;
};

TEST(Mutations, EachIsAStudyOrFaultsWithPlaces) {
  const std::size_t mutants = std::getenv("VQLAB_DEEP") != nullptr ? 100'000 : 250;
  const fs::path folder = fs::path(testing::TempDir()) / ("vqlab_mutations_" + std::to_string(getpid()));
  fs::create_directories(folder);
  Mutator mutator(20121218);
  std::size_t good = 0;
  for (std::size_t i = 0; i < mutants; ++i) {
    Mutant mutant;
    const std::size_t kind = mutator.below(4);
    mutant.text = kind < 2 ? mutator.scenario() : R"({"study": "s", "machine": "./m.json"})";
    if (kind == 2) mutant.machine = mutator.machine();
    if (kind == 3) mutant.text = text_of(home() / "scenarios" / "tutorial" / "03_two_curves.json");
    for (std::size_t n = kind == 3 ? 1 + mutator.below(3) : 0; n > 0; --n)
      mutant.overrides.push_back(mutator.override());
    if (mutant.machine) std::ofstream(folder / "m.json", std::ios::binary) << *mutant.machine;
    const double begin = test::cpu_seconds();
    const StudyOrFaults result = parse_study(mutant.text, folder / "s.json", {mutant.overrides, home() / "scenarios"});
    const double time = test::cpu_seconds() - begin;
    ASSERT_EQ(what_is_wrong(result, time), "") << mutant.text << "\nmachine: " << mutant.machine.value_or("")
                                               << "\n--set " << testing::PrintToString(mutant.overrides);
    if (!result.study) continue;
    ++good;
    if (i % 8 != 0) continue;
    const StudyOrFaults again =
        parse_study(result.study->resolved.dump(), folder / "run.json", {{}, home() / "scenarios"});
    ASSERT_TRUE(again.study.has_value()) << mutant.text << "\n" << to_string(again.faults.front());
    ASSERT_EQ(again.study->resolved, result.study->resolved) << mutant.text;
  }
  fs::remove_all(folder);
  EXPECT_GT(good, mutants / 50);
  EXPECT_LT(good, mutants / 2);
}

// The answer to one input, and the time that it took.
void expect_faults_soon(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const double begin = test::cpu_seconds();
  const StudyOrFaults result = parse_study(text, "s.json", {overrides, {}});
  const double time = test::cpu_seconds() - begin;
  EXPECT_EQ(what_is_wrong(result, time), "") << text.substr(0, 60);
  EXPECT_FALSE(result.study) << text.substr(0, 60);
}

// Not under the sanitizers, which make it five times as long.
TEST(Mutations, HugeInputsAreRefusedSoonSlow) {
  std::string seeds;
  for (std::size_t i = 0; i < 400'000; ++i) seeds += (i == 0 ? "" : ",") + std::to_string(i);
  expect_faults_soon(R"({"study": "s", "seeds": [)" + seeds + "]}");
  seeds.resize(seeds.find(",99999,"));  // as many points as may be, but one seed twice
  expect_faults_soon(R"({"study": "s", "seeds": [)" + seeds + ",1]}");
  std::string keys;
  for (std::size_t i = 0; i < 300'000; ++i) keys += ",\"unknown_key_number_" + std::to_string(i) + "\":1";
  expect_faults_soon(R"({"study": "s")" + keys + "}");
  keys.resize(keys.find(",\"unknown_key_number_9000\""));
  expect_faults_soon(R"({"study": "s")" + keys + "}");
  expect_faults_soon(R"({"study": "s", "guest": {"x": 1)" + keys + "}}");
  expect_faults_soon(R"({"study": "s", "sweep": {"x": 1)" + keys + "}}");
  expect_faults_soon(R"({"study": "s", "targets": )" + std::string(200'000, '[') + std::string(200'000, ']') + "}");
  expect_faults_soon(std::string(R"({"study": "s"})") + '\0' + "{");
  expect_faults_soon(R"({"study": "s", "title": ")" + std::string(1000, 'x') + "\"}");
  expect_faults_soon("{\"study\": \"s\", \"title\": \"\xff\"}");
}

TEST(Mutations, AFileIsReadUpToALimit) {
  const StudyOrFaults result = load_study("/dev/zero");
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_NE(result.faults[0].found.find("MiB"), std::string::npos);
}

TEST(Mutations, ATableHasDecimalNumbers) {
  const StudyOrFaults study = parse_study(R"({"study": "s", "sweep": {"targets": [1, 2]}})", "s.json");
  const auto faults = [&study](const std::string& cell) {
    std::vector<Fault> all;
    (void)parse_published_table("targets,default\n1," + cell + "\n", "t.csv", *study.study, all);
    return all.size();
  };
  for (const char* good : {"5", "5.5", "5e2"}) EXPECT_EQ(faults(good), 0u) << good;
  for (const char* bad : {"0x10", "0x1p3", "inf", "nan", "1e999", "-1", "5 6", "+"}) EXPECT_EQ(faults(bad), 1u) << bad;
  std::string columns = "targets";
  for (std::size_t i = 0; i < 100'000; ++i) columns += ",default";
  std::vector<Fault> many;
  const double begin = test::cpu_seconds();
  (void)parse_published_table(columns + "\n1,2\n", "t.csv", *study.study, many);
  EXPECT_LT(test::cpu_seconds() - begin, kLongestSeconds);
  EXPECT_FALSE(many.empty());
}

}  // namespace
}  // namespace vqlab
