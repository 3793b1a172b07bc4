"""A real Slurm on loopback runs a sweep while its daemon and a task are killed: the bytes are those of a local run.

One of the deep tests; test_slurm.py tests the rest of the executor without Slurm."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.scenarios import program

STUDY = {"study": "cluster", "sweep": {"targets": [1, 2, 4, 8, 16, 32]}, "seeds": [1, 2, 3, 4],
         "controller": {"num_queues": 0}, "precision": {"half_width_percent": 2, "max_simulated_s": 0.4}}
COMMANDS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo")
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


def missing():
    """Why there can be no Slurm here; empty if there can."""
    if os.environ.get("VQLAB_DEEP") is None:
        return "one of the deep tests"
    absent = [command for command in COMMANDS if shutil.which(command, path=PATH) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (packages slurm-wlm and munge)"
    if os.geteuid() != 0:
        return "slurmd needs root"
    mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    if not any(mount.split()[2] in ("cgroup", "cgroup2") for mount in mounts):
        return "no cgroup filesystem is mounted, which slurmd needs"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


CONFIGURATION = """
ClusterName=vqlab
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
SlurmctldPort={controller_port}
SlurmdPort={node_port}
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/node
SlurmctldPidFile={folder}/controller.pid
SlurmdPidFile={folder}/node.pid
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
SlurmdTimeout=5
KillWait=2
SchedulerParameters=batch_sched_delay=0,sched_min_interval=1000,bf_interval=1
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Cluster:
    """munged, slurmctld and slurmd in a folder of their own, one node with two CPUs."""

    def __init__(self):
        # munged wants a folder that everybody may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="vqlab_slurm_"))
        self.folder.chmod(0o755)
        for name in ("controller", "node"):
            (self.folder / name).mkdir()
        controller_port, node_port = free_ports(2)
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(host=socket.gethostname().split(".")[0], folder=self.folder,
                                 controller_port=controller_port, node_port=node_port), encoding="utf-8")
        (self.folder / "cgroup.conf").write_text("IgnoreSystemd=yes\n", encoding="utf-8")
        key = self.folder / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self.daemons = {}
        self.start("munged", "--foreground", f"--key-file={key}", f"--socket={self.folder}/munge",
                   f"--pid-file={self.folder}/munge.pid", f"--log-file={self.folder}/munge.log",
                   f"--seed-file={self.folder}/seed")
        self.wait_until(lambda: (self.folder / "munge").exists())
        self.start("slurmctld", "-D", "-i")
        self.start("slurmd", "-D")
        self.wait_until(lambda: "idle" in self.ask("sinfo", "--noheader", "--format=%T"))

    def start(self, name, *arguments):
        with open(self.folder / f"{name}.out", "ab") as out:
            self.daemons[name] = subprocess.Popen([name, *arguments], env=self.environment, stdout=out, stderr=out)

    def kill(self, name):
        self.daemons[name].kill()
        self.daemons[name].wait()

    def ask(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def wait_until(self, happened, seconds=60):
        end = time.monotonic() + seconds
        while not happened():
            said = "".join(file.read_text(errors="replace")[-2000:] for file in self.folder.glob("*.out"))
            assert time.monotonic() < end, said
            time.sleep(0.1)

    def close(self):
        for name in ("slurmd", "slurmctld", "munged"):
            if name in self.daemons:
                self.daemons[name].terminate()
                self.daemons[name].wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster():
    one = Cluster()
    yield one
    one.close()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    file = tmp_path_factory.mktemp("study") / "study.json"
    file.write_text(json.dumps(STUDY), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def local(study):
    out = study.parent / "local"
    done = program.call("run", study, "--out", out, "--no-figures", "--quiet")
    assert done.returncode == 0, done.stderr
    return out


def command(study, out, *more):
    return ["run", study, "--out", out, "--executor", "slurm", "--no-figures", *more]


def same(out, local):
    for name in ("points.csv", "stages.csv", "long_runs/points.csv"):
        assert (out / name).read_bytes() == (local / name).read_bytes(), name


def begin(cluster, study, out):
    errors = open(out.with_suffix(".err"), "w+", encoding="utf-8")
    return subprocess.Popen([program.binary(), *map(str, command(study, out))], env=cluster.environment,
                            stdout=subprocess.DEVNULL, stderr=errors)


def working():
    """Processes that are `vqlab work`, without those that they have forked, and the folder of each one's part."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if len(words) > 4 and words[0] == os.fsencode(os.path.realpath(program.binary())) and words[1] == b"work":
            found[int(entry.name)] = (parent, Path(os.fsdecode(words[2])) / os.fsdecode(words[3]))
    return [(pid, part) for pid, (parent, part) in found.items() if parent not in found]


def kill_one_at_work():
    """Whether one was killed before it had ended."""
    for pid, part in working():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if not (part / "end").exists():
            return True
    return False


def test_a_killed_daemon_and_a_killed_task_lose_no_point(cluster, study, local, tmp_path):
    process = begin(cluster, study, tmp_path / "out")
    errors = tmp_path / "out.err"
    cluster.wait_until(lambda: "[2/24]" in errors.read_text(encoding="utf-8") and kill_one_at_work())
    cluster.wait_until(lambda: "ended early and run again" in errors.read_text(encoding="utf-8"))
    cluster.kill("slurmd")
    cluster.wait_until(lambda: "down" in cluster.ask("sinfo", "--noheader", "--format=%T"))
    cluster.start("slurmd", "-D")
    assert process.wait(timeout=300) == 0, errors.read_text(encoding="utf-8")
    same(tmp_path / "out", local)


def test_ctrl_c_empties_the_queue_and_resume_goes_on(cluster, study, local, tmp_path):
    process = begin(cluster, study, tmp_path / "out")
    errors = tmp_path / "out.err"
    cluster.wait_until(lambda: "[2/24]" in errors.read_text(encoding="utf-8"))
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    cluster.wait_until(lambda: not cluster.ask("squeue", "--noheader").strip())
    done = program.call(*command(study, tmp_path / "out", "--resume"), env=cluster.environment)
    assert done.returncode == 0, done.stderr
    same(tmp_path / "out", local)


def test_what_slurm_does_not_know_is_told(cluster, study, tmp_path):
    done = program.call(*command(study, tmp_path / "out", "--partition", "nowhere"), env=cluster.environment)
    assert done.returncode == 2
    assert "nowhere" in done.stderr or "partition" in done.stderr
