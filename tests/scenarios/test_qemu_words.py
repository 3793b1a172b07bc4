"""Whoever writes a property as QEMU or libvirt calls it is told what stands for it here."""

import json

import pytest

from tests.scenarios import program

# What `qemu-system-x86_64 -device DEVICE,help` of QEMU 7.2 lists for virtio-scsi-pci and vhost-scsi-pci, what `-object
# iothread,help` does, -smp's words, those of later versions, and libvirt's.
PROPERTIES = """acpi-index addr aer any_layout ats cmd_per_lun disable-legacy disable-modern event_idx failover_pair_id
hotplug indirect_desc ioeventfd iommu_platform iothread max_sectors migrate-extra modern-pio-notify multifunction
notify_on_empty num_queues packed page-per-vq param_change queue_reset rombar romfile romsize seg_max_adjust
use-disabled-flag use-started vectors virtio-backend virtio-pci-bus-master-bug-migration virtqueue_size
x-ats-page-aligned x-disable-legacy-check x-disable-pcie x-ignore-backend-features x-pcie-deverr-init x-pcie-extcap-init
x-pcie-flr-init x-pcie-lnkctl-init x-pcie-lnksta-dllla x-pcie-pm-init boot_tpgt bootindex migratable t10_pi vhostfd wwpn
aio-max-batch poll-grow poll-max-ns poll-shrink poll-weight thread-pool-max thread-pool-min cpus maxcpus sockets cores
threads iothread-vq-mapping worker_per_virtqueue in_order num-queues queue-size queue_size queues""".split()

# Those that say something here, and where.
HERE = {
    "packed": '"ring": "packed" in controller',
    "queue-size": "virtqueue_size in controller",
    "num-queues": "num_queues in controller",
    "queues": "num_queues in controller",
    "iothread-vq-mapping": "iothread-vq-mapping in iothreads",
    "worker_per_virtqueue": "worker_per_virtqueue in vhost_scsi",
    "poll_max_ns": "poll-max-ns in iothreads",
    "cpus": "vcpus in guest",
    "ioeventfd": "ioeventfd in controller",
    "total_iops_sec": "iops_total in throttling",
    "read_bytes_sec_max_length": "bps_read_max_length in throttling",
    "io": "aio in host",
}


def check(scenario, tmp_path):
    path = tmp_path / "words.json"
    path.write_text(json.dumps({"study": "words", **scenario}), encoding="utf-8")
    return program.call("check", path)


def test_every_property_is_answered(tmp_path):
    done = check({"host": {word: True for word in PROPERTIES[:40]}}, tmp_path)
    more = check({"host": {word: True for word in PROPERTIES[40:]}}, tmp_path)
    assert done.returncode == more.returncode == 2
    said = done.stderr + more.stderr
    for word in PROPERTIES:
        path = f'$.host["{word}"]' if "-" in word else f"$.host.{word}"
        line = next(line for line in said.splitlines() if f"{path}: " in line)
        answer = line.split("accepted: ")[1]
        assert " in " in answer or "nothing" in answer or "section" in answer, line
        assert "one of" not in answer and "a known key" not in answer, line


@pytest.mark.parametrize("word", HERE)
def test_the_right_section_and_word(word, tmp_path):
    done = check({"guest": {word: 1}}, tmp_path)
    assert done.returncode == 2
    assert f"found an unknown key; accepted: {HERE[word]}" in done.stderr


def test_a_ring_is_no_larger_than_qemus(tmp_path):
    done = check({"controller": {"virtqueue_size": 4096}}, tmp_path)
    assert "$.controller.virtqueue_size: found 4096; accepted: an integer from 8 to 1024 descriptors" in done.stderr


def test_paths_and_columns_are_answered(tmp_path):
    done = check({"sweep": {"queue-size": [64, 128]}, "figures": {"metrics": ["p99", "lat"], "over": ["x"]}}, tmp_path)
    assert '$.sweep["queue-size"]: found an unknown parameter; accepted: virtqueue_size in controller' in done.stderr
    assert '$.figures.metrics[0]: found "p99"' in done.stderr and 'did you mean "latency_p99_us"' in done.stderr
    assert 'did you mean "latency_mean_us"' in done.stderr
