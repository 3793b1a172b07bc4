// QEMU command lines and libvirt domains: whole set-ups become scenarios, and each rule of theirs by itself.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/formats/libvirt_import.hpp"
#include "analysis/formats/qemu_import.hpp"
#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

const fs::path kSetups = fs::path(__FILE__).parent_path();

std::string setup_text(const fs::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

ImportedPart import_setup(const fs::path& file) {
  const std::string text = setup_text(file);
  return file.extension() == ".xml" ? import_libvirt(text, file.string()) : import_qemu(text, file.string());
}

std::vector<fs::path> setups(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kSetups / folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// What the import says, on a machine of these years.
std::vector<Fault> faults_of_study(const ImportedPart& part) {
  Json study{{"study", "imported"}, {"machine", "server_2020_qemu_7_2"}, {"job", {{"rw", "randrw"}}}};
  study.update(part.scenario);
  StudyOptions options;
  options.scenarios_home = kSetups.parent_path().parent_path() / "scenarios";
  return parse_study(study.dump(), "imported.json", options).faults;
}

std::string first_fault(const std::vector<Fault>& faults) { return faults.empty() ? "" : to_string(faults.front()); }

ImportedPart line(const std::string& text) { return import_qemu("qemu-system-x86_64 " + text, "line.txt"); }

const ClassedOption* find_option(const ImportedPart& part, const std::string& option) {
  const auto found = std::find_if(part.options.begin(), part.options.end(),
                                  [&option](const ClassedOption& one) { return one.option == option; });
  return found == part.options.end() ? nullptr : &*found;
}

const std::string kOneDisk =
    " -device virtio-scsi-pci,id=s -drive file=a,if=none,id=a,format=raw,cache=none -device scsi-hd,bus=s.0,drive=a ";

TEST(ImportMachines, SetupsBecomeStudies) {
  for (const char* const folder : {"qemu", "libvirt"}) {
    const auto files = setups(folder);
    EXPECT_GE(files.size(), 20U) << folder;
    for (const fs::path& file : files) {
      const ImportedPart part = import_setup(file);
      EXPECT_THAT(part.faults, testing::IsEmpty()) << first_fault(part.faults);
      const auto faults = faults_of_study(part);
      EXPECT_THAT(faults, testing::IsEmpty()) << file << ": " << first_fault(faults) << '\n' << part.scenario.dump();
      EXPECT_GE(part.scenario.value("targets", 0), 1) << file;
      for (const ClassedOption& one : part.options) EXPECT_FALSE(one.words.empty()) << file << ' ' << one.option;
    }
  }
}

TEST(ImportMachines, DefaultsAreThoseOfTheMachineType) {
  // QEMU: hw_compat_4_2 has rings of 128 and no seg_max_adjust, hw_compat_5_1 one queue; sockets up to 6.1.
  const auto of = [](const std::string& type) { return line("-M " + type + " -smp 4" + kOneDisk).scenario; };
  const Json old = of("pc-q35-4.2");
  EXPECT_EQ(old["controller"]["num_queues"], 1);
  EXPECT_EQ(old["controller"]["virtqueue_size"], 128);
  EXPECT_EQ(old["controller"]["seg_max"], 126);
  EXPECT_EQ(old["guest"]["topology"], "sockets");
  const Json middle = of("pc-i440fx-5.1");
  EXPECT_EQ(middle["controller"]["num_queues"], 1);
  EXPECT_EQ(middle["controller"]["virtqueue_size"], 256);
  const Json newest = of("q35");
  EXPECT_EQ(newest["controller"]["num_queues"], 0);
  EXPECT_EQ(newest["controller"]["seg_max"], 254);
  EXPECT_EQ(newest["guest"]["topology"], "cores");
}

TEST(ImportMachines, DevicesInJsonAreMadeLast) {
  const std::string drive = "-drive file=a,if=none,id=a,format=raw ";
  const std::string json = "-device '{\"driver\":\"virtio-scsi-pci\",\"id\":\"s\"}' ";
  const ImportedPart plain_disk = line(drive + json + "-device scsi-hd,bus=s.0,drive=a");
  ASSERT_EQ(plain_disk.faults.size(), 1U);
  EXPECT_THAT(to_string(plain_disk.faults[0]), testing::HasSubstr("in JSON is made after"));
  const ImportedPart both = line(drive + json + "-device '{\"driver\":\"scsi-hd\",\"bus\":\"s.0\",\"drive\":\"a\"}'");
  EXPECT_THAT(both.faults, testing::IsEmpty());
}

TEST(ImportMachines, DisksWithoutBusAreOnTheLastController) {
  const ImportedPart part = line(
      "-device virtio-scsi-pci,id=s -device virtio-scsi-pci,id=t,num_queues=3 -drive file=a,if=none,id=a,format=raw "
      "-device scsi-hd,drive=a");
  EXPECT_EQ(part.scenario["controller"]["num_queues"], 3);
  EXPECT_EQ(part.scenario["targets"], 1);
}

TEST(ImportMachines, EachDeviceMapsItsQueuesItself) {
  const ImportedPart part = line(
      "-smp 4 -object iothread,id=a -object iothread,id=b -object iothread,id=c "
      "-device '{\"driver\":\"virtio-scsi-pci\",\"id\":\"s\",\"num_queues\":2,\"iothread-vq-mapping\":"
      "[{\"iothread\":\"a\",\"vqs\":[1]},{\"iothread\":\"b\",\"vqs\":[0]}]}' "
      "-device '{\"driver\":\"virtio-scsi-pci\",\"id\":\"t\",\"num_queues\":1,\"iothread\":\"c\"}' "
      "-drive file=a,if=none,id=a,format=raw -drive file=b,if=none,id=b,format=raw "
      "-device '{\"driver\":\"scsi-hd\",\"bus\":\"s.0\",\"drive\":\"a\"}' "
      "-device '{\"driver\":\"scsi-hd\",\"bus\":\"t.0\",\"drive\":\"b\"}'");
  ASSERT_THAT(part.faults, testing::IsEmpty()) << first_fault(part.faults);
  const Json& controllers = part.scenario["controllers"];
  EXPECT_EQ(controllers[0]["iothread-vq-mapping"],
            Json::parse(R"([{"iothread": "a", "vqs": [1]}, {"iothread": "b", "vqs": [0]}])"));
  EXPECT_FALSE(controllers[0].contains("iothread"));
  EXPECT_EQ(controllers[1]["iothread"], "c");
  EXPECT_FALSE(part.scenario["iothreads"].contains("iothread-vq-mapping"));
  for (const ClassedOption& one : part.options)
    if (one.option.find("iothread") != std::string::npos) {
      EXPECT_EQ(one.kind, OptionClass::kModelled) << one.option << ": " << one.words;
    }
}

TEST(ImportMachines, CacheFollowsFromDriveAndNode) {
  const auto cache = [](const std::string& text) {
    const ImportedPart part = line("-device virtio-scsi-pci " + text);
    EXPECT_THAT(part.faults, testing::IsEmpty()) << first_fault(part.faults);
    return part.scenario.contains("disks") ? part.scenario["disks"][0].value("cache", "none") : "none";
  };
  EXPECT_EQ(cache("-drive file=a,if=none,id=a -device scsi-hd,drive=a"), "writeback");
  EXPECT_EQ(cache("-drive file=a,if=none,id=a,cache=directsync -device scsi-hd,drive=a"), "directsync");
  EXPECT_EQ(cache("-drive file=a,if=none,id=a,cache=none -device scsi-hd,drive=a,write-cache=off"), "directsync");
  // The node that opens the file decides; one that stands in another has the other's.
  EXPECT_EQ(cache("-blockdev file,filename=a,node-name=f -blockdev raw,file=f,node-name=a,cache.direct=on "
                  "-device scsi-hd,drive=a"),
            "writeback");
  EXPECT_EQ(cache("-blockdev raw,node-name=a,cache.direct=on,file.driver=file,file.filename=x -device scsi-hd,drive=a"),
            "none");
}

TEST(ImportMachines, WhatAScriptDecidesWhenItRunsIsAFault) {
  const std::string start = "\nqemu-system-x86_64 -smp 4 -device virtio-scsi-pci,id=s";
  const auto fault = [&start](const std::string& script, const std::string& rest) {
    return first_fault(import_qemu(script + start + rest, "vm.sh").faults);
  };
  const std::string disk = " -drive file=a,if=none,id=a,format=raw -device scsi-hd,drive=a";
  for (const char* const script :
       {"if [ -b /dev/a ]; then A=x; fi", "for A in 1 2; do true; done", "while read A; do true; done < list",
        "case $1 in mq) A=4;; esac", "[ \"$1\" ] && A=1", "read -r A", "if true; then\n  B=1\nelse\n  A=2\nfi",
        "if true; then B=1; fi; A=$B", "A=1\nif true; then A+=2; fi"})
    EXPECT_THAT(fault(script, " -name $A" + disk), testing::HasSubstr("whose value depends on how the script runs"))
        << script;
  EXPECT_THAT(fault("for i in 0 1; do ARGS+=(-name $i); done", " \"${ARGS[@]}\"" + disk), testing::HasSubstr("$ARGS"));
  // What no option has, and what is set afterwards, decides nothing.
  for (const char* const script : {"if true; then A=1; fi; A=2", "if true; then B=1; fi; A=2",
                                   "A=2; for i in 1 2; do true; done", "cd / && A=2; A=2", "A=1; A+=2"})
    EXPECT_EQ(fault(script, " -name $A" + disk), "") << script;
}

TEST(ImportMachines, SeveralSmpAreMerged) {
  const ImportedPart part = line("-smp 4,sockets=2,cores=2 -smp threads=2,cpus=8 -device virtio-scsi-pci");
  EXPECT_THAT(part.faults, testing::IsEmpty()) << first_fault(part.faults);
  EXPECT_EQ(part.scenario["guest"]["vcpus"], 8);
}

TEST(ImportMachines, IdsAndDrivesAreThereOnce) {
  const auto fault = [](const std::string& text) { return first_fault(line(text).faults); };
  const std::string drive = "-device virtio-scsi-pci,id=s -drive file=a,if=none,id=a,format=raw ";
  EXPECT_THAT(fault(drive + "-device virtio-scsi-pci,id=s"), testing::HasSubstr("id \"s\" a second time"));
  EXPECT_THAT(fault(drive + "-device scsi-hd,drive=a -device scsi-hd,drive=a"),
              testing::HasSubstr("drive \"a\" a second time"));
}

TEST(ImportMachines, JsonHasTheTypesThatQemuTakes) {
  const auto fault = [](const std::string& text) { return first_fault(line(text).faults); };
  const ImportedPart single = line("-smp 2 -device \"{'driver':'virtio-scsi-pci','num_queues':4}\"");
  EXPECT_THAT(single.faults, testing::IsEmpty()) << first_fault(single.faults);
  EXPECT_EQ(single.scenario["controller"]["num_queues"], 4);
  EXPECT_THAT(fault("-device '{\"driver\":\"virtio-scsi-pci\",\"num_queues\":\"4\"}'"),
              testing::HasSubstr("without quotes"));
  EXPECT_THAT(fault("-device '{\"driver\":\"virtio-scsi-pci\",\"event_idx\":\"on\"}'"),
              testing::HasSubstr("true or false"));
  EXPECT_THAT(fault("-object '{\"qom-type\":\"iothread\",\"id\":\"x\",\"poll-max-ns\":\"5\"}'"),
              testing::HasSubstr("without quotes"));
  EXPECT_THAT(fault("-object iothread,id=1x"), testing::HasSubstr("a letter first"));
  EXPECT_THAT(fault("-blockdev '{\"driver\":\"null-co\",\"node-name\":\"1x\"}'"), testing::HasSubstr("a letter first"));
}

TEST(ImportMachines, NoCommandsOfALunAreOne) {
  const ImportedPart part = line("-device virtio-scsi-pci,id=s,cmd_per_lun=0");
  EXPECT_THAT(part.faults, testing::IsEmpty()) << first_fault(part.faults);
  EXPECT_EQ(part.scenario["controller"]["cmd_per_lun"], 1);
}

TEST(ImportMachines, ATornLineIsToldAsOne) {
  const auto faults = [](const std::string& text) {
    std::string all;
    for (const Fault& fault : line(text).faults) all += to_string(fault) + "\n";
    return all;
  };
  EXPECT_THAT(faults("-smp 4\n-device virtio-scsi-pci\n"), testing::HasSubstr("line before"));
  EXPECT_THAT(faults("-smp 4 \\ \n-device virtio-scsi-pci\n"), testing::HasSubstr("last character"));
  EXPECT_THAT(faults("-smp 4\nqemu-system-x86_64 -smp 8\n"), testing::HasSubstr("second virtual machine"));
}

TEST(ImportMachines, DisksOfTheHostAreNotLost) {
  const ImportedPart part = import_libvirt(
      "<domain><vcpu>2</vcpu><devices><controller type='scsi' model='virtio-scsi'/>"
      "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/></source></hostdev>"
      "<hostdev mode='subsystem' type='pci'/></devices></domain>",
      "d.xml");
  for (const ClassedOption& one : part.options)
    if (one.value == "scsi" || one.value == "scsi_host0" || one.value == "pci") {
      EXPECT_EQ(one.kind == OptionClass::kRefused,
                one.value != "pci" && one.where.find("controller") == std::string::npos)
          << one.where << one.option << one.value;
    }
  EXPECT_THAT(first_fault(import_libvirt("<domain/><domain/>", "d.xml").faults),
              testing::HasSubstr("behind the first element"));
}

TEST(ImportMachines, FaultsNameTheNearest) {
  const auto fault = [](const std::string& text) { return first_fault(line(text).faults); };
  EXPECT_THAT(fault("-device virtio-scsi-pci,num_queue=4"), testing::HasSubstr("did you mean \"num_queues\""));
  EXPECT_THAT(fault("-device virtio-scsi-pcie"), testing::HasSubstr("did you mean \"virtio-scsi-pci\""));
  EXPECT_THAT(fault("-devise x"), testing::HasSubstr("did you mean \"-device\""));
  EXPECT_THAT(fault("-object iothread,id=a -device virtio-scsi-pci,iothread=b"), testing::HasSubstr("iothread"));
  EXPECT_THAT(fault("-device virtio-scsi-pci -drive file=a,if=none,id=a,aio=native -device scsi-hd,drive=a"),
              testing::HasSubstr("cache=none"));
  EXPECT_THAT(fault("-drive file=a,if=scsi"), testing::HasSubstr("if=none"));
  EXPECT_THAT(fault("-smp 4,sockets=3"), testing::HasSubstr("maxcpus"));
  EXPECT_THAT(fault("-name 'a"), testing::HasSubstr("does not end"));
}

TEST(ImportMachines, AddressesThatAreTakenAreFaults) {
  const ImportedPart part =
      line(kOneDisk + "-drive file=b,if=none,id=b -device scsi-hd,bus=s.0,drive=b,scsi-id=0,lun=0");
  ASSERT_EQ(part.faults.size(), 1U);
  EXPECT_THAT(part.faults[0].found, testing::HasSubstr("a second time"));
}

TEST(ImportMachines, LinesAreThoseOfTheScript) {
  const ImportedPart part =
      import_qemu("#!/bin/sh\n\nqemu-system-x86_64 -smp 4 \\\n  -m 4G \\\n  -nographic\n", "s.sh");
  ASSERT_NE(find_option(part, "-nographic"), nullptr);
  EXPECT_EQ(find_option(part, "-nographic")->line, 5);
  EXPECT_EQ(find_option(part, "-m")->value, "4G");
}

TEST(ImportMachines, OtherDisksAreRefused) {
  const ImportedPart part =
      line("-drive file=a,if=none,id=a,cache=none -device virtio-blk-pci,drive=a,num-queues=4" + kOneDisk);
  for (const char* const name : {"num-queues", "driver"}) {
    ASSERT_NE(find_option(part, name), nullptr);
    EXPECT_EQ(find_option(part, name)->kind, OptionClass::kRefused);
  }
}

TEST(ImportMachines, VariablesThatGrowAreRefused) {
  std::string text = "A=aaaaaaaaaa\n";
  for (int i = 0; i < 40; ++i) text += "A=\"$A$A\"\n";
  EXPECT_THAT(first_fault(import_qemu(text + "qemu-system-x86_64 -name $A", "s.sh").faults),
              testing::HasSubstr("grow"));
}

std::string domain(const std::string& devices, const std::string& more = "") {
  return "<domain type='kvm'>\n<vcpu>4</vcpu>" + more +
         "<devices><controller type='scsi' index='0' model='virtio-scsi'/>" + devices + "</devices></domain>";
}

std::string disk(const std::string& name, const std::string& more = "") {
  return "<disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/><target dev='" + name +
         "' bus='scsi'/>" + more + "</disk>";
}

TEST(ImportMachines, DisksOfLibvirtWithoutAddressesAreLuns) {
  // libvirt: seven to a controller; the eighth is on controller 1, which it would make as LSI.
  const ImportedPart two = import_libvirt(domain(disk("sda") + disk("sdb")), "d.xml");
  EXPECT_EQ(two.scenario["targets"], 1);
  EXPECT_EQ(two.scenario["luns_per_target"], 2);
  const ImportedPart eighth = import_libvirt(domain(disk("sda") + disk("sdh")), "d.xml");
  EXPECT_EQ(eighth.scenario["targets"], 1);
  EXPECT_FALSE(eighth.scenario.contains("luns_per_target"));
}

TEST(ImportMachines, LimitsOfLibvirtAreThoseOfQemu) {
  const ImportedPart part = import_libvirt(
      domain(disk("sda",
                  "<iotune><total_iops_sec>100</total_iops_sec><total_iops_sec_max>400</total_iops_sec_max>"
                  "</iotune>")),
      "d.xml");
  EXPECT_EQ(part.scenario["disks"][0]["throttling"].dump(), R"({"iops_total":100,"iops_total_max":400})");
}

TEST(ImportMachines, FaultsOfDomains) {
  const auto fault = [](const std::string& text) { return first_fault(import_libvirt(text, "d.xml").faults); };
  EXPECT_THAT(fault(domain("", "<cputune>\n<vcpupinn vcpu='0' cpuset='1'/></cputune>")), testing::HasSubstr("line 3"));
  EXPECT_THAT(fault(domain("", "<iothreds>1</iothreds>")), testing::HasSubstr("did you mean \"iothreads\""));
  EXPECT_THAT(fault("<domain><vcpu>4</vcpu><cpu><topology sockets='1' cores='8'/></cpu></domain>"),
              testing::HasSubstr("found 8 vCPUs; accepted: 4"));
  EXPECT_THAT(fault("<domain><vcpu>4</vcpu><vcpu>8</vcpu></domain>"), testing::HasSubstr("<vcpu> a second time"));
  EXPECT_THAT(fault(domain("", "<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='0' cpuset='2'/></cputune>")),
              testing::HasSubstr("a pin of vCPU 0 a second time"));
  EXPECT_THAT(fault("<domain"), testing::HasSubstr("line 1"));
  EXPECT_THAT(fault("<network/>"), testing::HasSubstr("<domain>"));
  EXPECT_THAT(fault("<!DOCTYPE domain [<!ENTITY a \"b\">]><domain/>"), testing::HasSubstr("DOCTYPE"));
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  EXPECT_NE(fault("<domain><metadata>" + deep), "");
  std::string closed = deep;
  for (int i = 0; i < 100000; ++i) closed += "</a>";
  EXPECT_THAT(fault("<domain><metadata>" + closed + "</metadata></domain>"), testing::HasSubstr("deep"));
}

}  // namespace
}  // namespace vqlab
