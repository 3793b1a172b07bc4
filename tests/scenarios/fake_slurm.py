"""Slurm's commands as a test needs them: tasks run one behind the other, in processes of this machine.

FAKE_SLURM names a folder: `jobs` has a file for each task that has not ended, ID_TASK, with "PENDING" or "RUNNING";
`calls` a line for each command. Files in it that a test writes: `lose_TASK`, how often this task ends before it has
done anything; `hold_TASK`, which it waits for to go away, or to be cancelled; `refuse`, what sbatch says in place of
taking a script.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

STATE = Path(os.environ["FAKE_SLURM"])
JOBS = STATE / "jobs"


def tasks_of(text):
    for part in text.split("%")[0].split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def sbatch(arguments):
    if (STATE / "refuse").exists():
        print((STATE / "refuse").read_text(encoding="utf-8"))
        return 1
    script = Path(arguments[-1])
    number = len(list(STATE.glob("job_*"))) + 101
    (STATE / f"job_{number}").touch()
    tasks = [task for argument in arguments if argument.startswith("--array=") for task in tasks_of(argument[8:])]
    for task in tasks:
        (JOBS / f"{number}_{task}").write_text("PENDING", encoding="utf-8")
    subprocess.Popen([sys.executable, "-S", __file__, "run_tasks", str(number), str(script), *map(str, tasks)],
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                     start_new_session=True)
    print(number)
    return 0


def run_tasks(arguments):
    number, script, *tasks = arguments
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    output = re.search(r'--output="(.*)"', Path(script).read_text(encoding="utf-8"))[1]
    for task in tasks:
        job = JOBS / f"{number}_{task}"
        if not job.exists():
            continue
        lose = STATE / f"lose_{task}"
        times = int(lose.read_text(encoding="utf-8")) if lose.exists() else 0
        if times > 0:
            lose.write_text(str(times - 1), encoding="utf-8")
        else:
            with open(output.replace("%a", task).replace("%%", "%"), "ab") as log:
                job.write_text("RUNNING", encoding="utf-8")
                while (STATE / f"hold_{task}").exists() and job.exists():
                    time.sleep(0.02)
                if not job.exists():
                    return 0
                process = subprocess.Popen(["sh", script], env={**os.environ, "SLURM_ARRAY_TASK_ID": task}, stdout=log,
                                           stderr=log, start_new_session=True)
                while process.poll() is None:
                    if not job.exists():  # cancelled: whatever it has begun ends, too
                        os.killpg(process.pid, signal.SIGKILL)
                    time.sleep(0.02)
        job.unlink(missing_ok=True)
    return 0


def squeue(arguments):
    numbers = next(one[7:] for one in arguments if one.startswith("--jobs=")).split(",")
    alive = sorted(job for job in JOBS.iterdir() if job.name.split("_")[0] in numbers)
    if not alive and len(numbers) == 1:
        print("slurm_load_jobs error: Invalid job id specified")
        return 1
    for job in alive:
        print(f"{job.name.split('_')[1]}|{job.read_text(encoding='utf-8')}|Resources")
    return 0


def scancel(arguments):
    for job in JOBS.iterdir():
        if job.name.split("_")[0] in arguments:
            job.unlink()
    return 0


def scontrol(_arguments):
    print(f"MaxArraySize            = {os.environ.get('FAKE_ARRAY_SIZE', '1001')}")
    return 0


if __name__ == "__main__":
    name = Path(sys.argv[0]).name
    words = sys.argv[1:]
    if name == Path(__file__).name:
        name, *words = words
    with open(STATE / "calls", "a", encoding="utf-8") as calls:
        calls.write(" ".join([name, *words]) + "\n")
    sys.exit({"sbatch": sbatch, "run_tasks": run_tasks, "squeue": squeue, "scancel": scancel,
              "scontrol": scontrol}[name](words))
