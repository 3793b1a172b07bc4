"""What is exported of the shipped studies is taken by fio, QEMU and the shell; import knows all words of this QEMU."""

import json
import os
import re
import shlex
import shutil
import subprocess

import pytest

import program

STUDIES = sorted((program.SCENARIOS / "studies").glob("*.json"))
QEMU = "qemu-system-x86_64"
# Properties that QEMU 7.2 does not have, and the version that an export names with them.
LATER = {"iothread-vq-mapping": "QEMU 10.0", "worker_per_virtqueue": "QEMU 9.0"}

needs_qemu = pytest.mark.skipif(shutil.which(QEMU) is None, reason="QEMU is not installed")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder for the first point of each study."""
    folder = tmp_path_factory.mktemp("exports")
    for study in STUDIES:
        done = program.call("export", study, "--point", "0", "-o", folder / study.stem)
        assert done.returncode == 0, done.stderr
    return [folder / study.stem for study in STUDIES]


def line_of(folder):
    """The words of the command line, and its comments."""
    text = (folder / "qemu.txt").read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    return shlex.split("".join(text.splitlines(keepends=True)[len(comments):]).replace("\\\n", " ")), comments


def shape_of(words):
    """Lines of one shape use the same options, properties and words as values."""
    return frozenset(re.sub(r"=[^=,]*[0-9][^=,]*", "=N", word) for word in words if word != "-device")


def properties_of(kind, name):
    done = subprocess.run([QEMU, f"-{kind}", f"{name},help"], capture_output=True, text=True, check=False)
    return re.findall(r"^  ([\w.-]+)=<", done.stdout, re.MULTILINE)


@pytest.mark.skipif(shutil.which("fio") is None, reason="fio is not installed")
def test_fio_takes_every_job_file(folders):
    done = subprocess.run(["fio", "--parse-only", *(folder / "job.fio" for folder in folders)], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


@needs_qemu
def test_qemu_takes_every_line_of_its_version(folders, tmp_path):
    started = {}
    for folder in folders:
        words, comments = line_of(folder)
        if not any("needs QEMU" in comment or "targetcli" in comment for comment in comments):
            started.setdefault(shape_of(words), words)
    assert len(started) >= 5
    for words in started.values():
        for disk in re.findall(r"file=(\w+\.img)", " ".join(words)):
            with open(tmp_path / disk, "wb") as image:
                image.truncate(1 << 20)
        line = [word.replace("kvm:tcg", "tcg") for word in words]
        done = subprocess.run([*line, "-S", "-display", "none", "-monitor", "stdio"], cwd=tmp_path, input="quit\n",
                              capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr


@needs_qemu
def test_what_this_qemu_lacks_is_said_with_its_version(folders):
    known = {}
    for folder in folders:
        words, comments = line_of(folder)
        for option, value in zip(words, words[1:]):
            if option != "-device":
                continue
            if value.startswith("{"):
                names = set(re.findall(r'"([\w-]+)": ?', re.sub(r'\[.*\]', "0", value)))
                driver = re.search(r'"driver": ?"([\w-]+)"', value)[1]
            else:
                driver, *pairs = value.split(",")
                names = {pair.split("=")[0] for pair in pairs}
            if driver not in known:
                known[driver] = set(properties_of("device", driver))
            for name in names - known[driver] - {"id", "bus", "driver"}:
                assert name in LATER and any(LATER[name] in comment for comment in comments), (folder, driver, name)


@needs_qemu
@pytest.mark.parametrize("kind, name", [
    ("device", "virtio-scsi-pci"), ("device", "virtio-scsi-pci-non-transitional"), ("device", "vhost-scsi-pci"),
    ("device", "scsi-hd"), ("device", "scsi-block"), ("device", "scsi-generic"), ("device", "scsi-cd"),
    ("device", "virtio-blk-pci"), ("device", "nvme"), ("object", "iothread"), ("object", "throttle-group")])
def test_import_knows_every_property_of_this_qemu(kind, name, tmp_path):
    names = [prop for prop in properties_of(kind, name) if prop != "limits"]  # an object, whose members are x-...
    assert len(names) >= 3
    line = f"{QEMU} -{kind} {name}," + ",".join(f"{prop}=1" for prop in [*names, "no-such-word"])
    (tmp_path / "line.txt").write_text(line, encoding="utf-8")
    done = program.call("import", "--qemu", tmp_path / "line.txt", "--json")
    options = json.loads(done.stdout)["answer"]["options"]
    classed = {row["option"] for row in options}
    assert not [prop for prop in names if prop not in classed]
    refused = {row["option"] for row in options if row["class"] == "refused"}
    assert "an unknown property" in done.stderr or set(names) <= refused
    assert not re.search(r'an unknown property "(?!no-such-word)', done.stderr)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_the_scripts_are_clean(folders):
    done = subprocess.run(["shellcheck", *(folder / "run.sh" for folder in folders)], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout


@needs_qemu
def test_the_script_starts_its_guest(folders, tmp_path):
    """As far as it goes without an image: a guest that answers to ssh, and has no disks."""
    shutil.copytree(folders[0], tmp_path / "export")
    with open(tmp_path / "image", "wb") as image:
        image.truncate(1 << 20)
    done = subprocess.run([tmp_path / "export" / "run.sh"], capture_output=True, text=True, check=False, timeout=60,
                          env={**os.environ, "IMAGE": tmp_path / "image", "FORMAT": "raw", "SSH": "true", "PORT": "0"})
    assert done.returncode == 1 and done.stderr.splitlines()[-1] == "the guest has no disk t0l0", done.stderr
    assert (tmp_path / "export" / "t0l0.img").exists()


def test_a_folder_is_imported(folders, tmp_path):
    done = program.call("import", "--export", folders[0], "-o", tmp_path / "again.json")
    assert done.returncode == 0, done.stderr
    again = program.call("export", tmp_path / "again.json", "-o", tmp_path / "again")
    assert again.returncode == 0, again.stderr
    for name in ("job.fio", "qemu.txt", "values.json"):
        assert (tmp_path / "again" / name).read_text("utf-8") == (folders[0] / name).read_text("utf-8")


def test_a_folder_alone_is_an_export(folders, tmp_path):
    both = program.call("import", "--export", folders[0], "--fio", folders[0] / "job.fio")
    assert both.returncode == 2 and "the folder alone" in both.stderr
    none = program.call("import", "--export", tmp_path)
    assert none.returncode == 2 and all(name in none.stderr for name in ("job.fio", "qemu.txt", "values.json"))
    (tmp_path / "job.fio").write_text("[a]\nfilename=/dev/sda\n", encoding="utf-8")
    (tmp_path / "qemu.txt").write_text(QEMU, encoding="utf-8")
    for text in ("[]", "{", '{"guest": 3}', '{"jobs": [3]}', '{"jobs": [{"name": 3}]}', '{"study": 3}'):
        (tmp_path / "values.json").write_text(text, encoding="utf-8")
        wrong = program.call("import", "--export", tmp_path)
        assert wrong.returncode == 2 and "values.json" in wrong.stderr, text + wrong.stderr
