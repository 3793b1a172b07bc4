// Every word of fio, QEMU and libvirt that import knows is answered where it stands in a scenario, with a section and a
// word that are there.
#include "analysis/words/foreign_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/words/fio_options.hpp"
#include "analysis/words/libvirt_values.hpp"
#include "analysis/words/qemu_tables.hpp"
#include "models/testbed/running_jobs.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using test::read;
using testing::HasSubstr;

// Without those whose last letter says that others begin so: of these one.
std::set<std::string> words_of_qemu() {
  std::set<std::string> words;
  for (const QemuPropertyTable* const table : {&qemu_controller_table(), &qemu_vhost_table(), &qemu_disk_table(),
                                               &qemu_iothread_table(), &qemu_smp_table(), &qemu_drive_table()})
    for (const std::string& name : qemu_property_names(*table))
      words.insert(std::string("._-").find(name.back()) == std::string::npos ? name : name + "any");
  for (const char* const limit : {"iops-total", "throttling.iops-total", "throttling.bps-write-max-length", "iops_rd",
                                  "bps_wr_max", "throttling.iops-size"})
    words.insert(limit);
  words.erase("id");  // too common a word to be QEMU's
  return words;
}

std::set<std::string> words_of_libvirt() {
  std::set<std::string> words;
  for (const auto& [path, here] : libvirt_values()) {
    const std::string last = path.substr(path.find_last_of("/@") + 1);
    if (last != "id" && last != "type" && here.find(" in ") != std::string::npos) words.insert(last);
  }
  return words;
}

std::set<std::string> words_of_fio() {
  std::set<std::string> words;
  for (const FioOption& one : fio_options()) {
    words.insert(one.name);
    if (!one.alias.empty()) words.insert(one.alias);
  }
  return words;
}

// An answer that names a place names one that there is: "num_queues in controller", "\"ring\": \"packed\" in
// controller".
void expect_a_place(const std::string& word, const std::string& answer) {
  if (answer.compare(0, 7, "nothing") == 0 || answer.compare(0, 17, "the name of a job") == 0) return;
  static const std::regex place(R"re(^"?([\w-]+)"?(: "\w+")? in ([a-z_]+))re");
  static const std::regex at_top(R"(^(the section )?([a-z_]+)(, at the top level))");
  std::smatch found;
  if (std::regex_search(answer, found, place)) {
    const std::string section = found[3];
    if (section == "disks" || section == "throttling" || section == "iothreads" || section == "jobs") return;
    EXPECT_NE(find_param(section + "." + found[1].str()).row, nullptr) << word << ": " << answer;
  } else {
    EXPECT_TRUE(std::regex_search(answer, at_top)) << word << ": " << answer;
  }
}

// All of them in one section; those that it knows are no faults.
void expect_answers(const std::set<std::string>& words, const std::string& section, const std::string& end) {
  Json members = Json::object();
  for (const std::string& word : words) members[word] = Json();
  const Json element = section == "jobs" || section == "disks" ? Json::array({members}) : members;
  const std::string text = Json{{"study", "words"}, {section, element}}.dump();
  std::set<std::string> answered;
  for (const Fault& fault : read(text).faults) {
    if (fault.found != "an unknown key") continue;
    const std::size_t quote = fault.path.find("[\"");
    const std::string word = quote != std::string::npos ? fault.path.substr(quote + 2, fault.path.size() - quote - 4)
                                                        : fault.path.substr(fault.path.rfind('.') + 1);
    answered.insert(word);
    expect_a_place(section + ", " + word, fault.accepted);
  }
  EXPECT_GE(answered.size() * 100, words.size() * 60) << section << end;  // the others are parameters of the section
}

TEST(ForeignWords, EachIsAnsweredInEachSection) {
  for (const char* const section : {"jobs", "guest", "controller", "disks"}) {
    expect_answers(words_of_qemu(), section, " of QEMU's");
    expect_answers(words_of_libvirt(), section, " of libvirt's");
    expect_answers(words_of_fio(), section, " of fio's");
  }
}

// What a modelled option has no words for is a parameter of jobs.
TEST(ForeignWords, WhatFioOptionsMeanIsSaidOrStandsInAJob) {
  for (const FioOption& one : fio_options()) {
    if (!fio_word(one.name).empty()) continue;
    bool of_job = false;
    for (const Param& row : params_of_listed_job().rows) of_job = of_job || row.name == one.name;
    EXPECT_TRUE(of_job) << one.name;
  }
}

std::string answer(const std::string& section, const std::string& word) {
  const StudyOrFaults result = read(Json{{"study", "words"}, {section, {{word, 1}}}}.dump());
  for (const Fault& fault : result.faults)
    if (fault.found == "an unknown key") return fault.accepted;
  return "";
}

// What a person who knows the other program is looking for; from the manuals of fio, QEMU and libvirt.
TEST(ForeignWords, TheSectionIsTheRightOne) {
  const std::vector<std::vector<std::string>> expected{
      {"guest", "queue-size", "virtqueue_size in controller"},
      {"host", "queues", "num_queues in controller"},
      {"guest", "num-queues", "num_queues in controller"},
      {"host", "packed", "\"ring\": \"packed\" in controller"},
      {"controller", "worker_per_virtqueue", "worker_per_virtqueue in vhost_scsi"},
      {"controller", "poll-max-ns", "poll-max-ns in iothreads"},
      {"controller", "iothread", "\"server\": \"iothreads\" in host"},
      {"controller", "iothreads", "the section iothreads"},
      {"host", "vectors", "vectors in controller"},
      {"host", "bsrange", "bsrange in job"},
      {"host", "numjobs", "numjobs in job"},
      {"guest", "readwrite", "rw in job"},
      {"guest", "blocksize", "bs in job"},
      {"host", "rwmixwrite", "rwmixread in job"},
      {"host", "ioscheduler", "scheduler in guest"},
      {"host", "norandommap", "nothing: offsets are drawn"},
      {"controller", "cache", "cache in disks"},
      {"controller", "aio", "aio in host"},
      {"host", "throttling.iops-total", "iops_total in throttling"},
      {"host", "read_bytes_sec", "bps_read in throttling"},
      {"guest", "quota", "vcpu_quota_us in host"},
      {"host", "maxcpus", "vcpus in guest, and the section hotplug"},
      {"host", "targets", "targets, at the top level"}};
  for (const auto& one : expected) EXPECT_THAT(answer(one[0], one[1]), testing::StartsWith(one[2])) << one[1];
  const StudyOrFaults swept = read(R"({"study": "a", "sweep": {"controller.queue-size": [1]}})");
  ASSERT_EQ(swept.faults.size(), 1U);
  EXPECT_EQ(swept.faults[0].accepted, "virtqueue_size in controller");
}

TEST(ForeignWords, AMisspeltWordOfOursIsStillFound) {
  const StudyOrFaults result = read(R"({"study": "a", "target": 4})");
  ASSERT_EQ(result.faults.size(), 1U);
  EXPECT_EQ(result.faults[0].nearest, "targets");
}

// QEMU's switches are on and off, libvirt's yes and no, fio's 0 and 1.
TEST(ForeignWords, ASwitchIsAnsweredWithWhatJsonHas) {
  for (const char* const value : {"\"on\"", "\"yes\"", "\"1\"", "\"true\"", "\"On\"", "1"})
    EXPECT_THAT(test::texts(test::read_with(std::string(R"("controller": {"event_idx": )") + value + "}")),
                testing::ElementsAre(HasSubstr("accepted: true, without quotes")))
        << value;
  for (const char* const value : {"\"off\"", "\"no\"", "\"0\"", "0"})
    EXPECT_THAT(test::texts(test::read_with(std::string(R"("controller": {"event_idx": )") + value + "}")),
                testing::ElementsAre(HasSubstr("accepted: false, without quotes")))
        << value;
  EXPECT_THAT(test::texts(test::read_with(R"("controller": {"event_idx": "auto"})")),
              testing::ElementsAre(HasSubstr("accepted: true or false")));
}

}  // namespace
}  // namespace vqlab
