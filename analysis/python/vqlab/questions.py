"""The verbs of the program as functions.

`study` is a file, the name of a study that comes with the program, or a scenario as a dict. A keyword that is no
argument sets a parameter, with two underscores for the full stop: guest__vcpus=8. Of a list, one point is made for each
value: targets=[1, 2, 4] sweeps the targets. `overrides` sets the same by paths, and what is itself a list:
{"host.iothreads": [...]}.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from vqlab.errors import Fault, InputError
from vqlab.program import call, checked
from vqlab.result import Comparison, Explanation, Overlay, Result, read_table

Study = str | Path | Mapping


@contextmanager
def _file_of(study: Study) -> Iterator[str]:
    if not isinstance(study, Mapping):
        yield str(study)
        return
    # What it names is looked for where the caller is, as a file's is where the file lies.
    with tempfile.NamedTemporaryFile("w", dir=".", prefix=".vqlab-", suffix=".json", encoding="utf-8") as file:
        json.dump({"study": "study", **study}, file)
        file.flush()
        yield Path(file.name).name


def _name_of(study: Study) -> str:
    return str(study.get("study", "study")) if isinstance(study, Mapping) else Path(study).stem


def _value(value: object) -> str:
    """As --set takes it."""
    if isinstance(value, str):
        return value
    return json.dumps(value.tolist() if hasattr(value, "tolist") else value)


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))


def _settings(overrides: Mapping[str, object] | None, params: Mapping[str, object]) -> list[str]:
    words = [f"--set={path}={_value(value)}" for path, value in (overrides or {}).items()]
    for name, value in params.items():
        path = name.replace("__", ".")
        if _is_list(value):
            words.append(f"--set=sweep.{path}={_value(list(value))}")
        else:
            words.append(f"--set={path}={_value(value)}")
    return words


def _listed(option: str, values: object) -> list[str]:
    if values is None:
        return []
    return [f"{option}={','.join(map(str, values)) if _is_list(values) else values}"]


def check(study: Study, overrides: Mapping[str, object] | None = None, **params: object) -> int:
    """How many points it has. InputError, with every fault and its path, if it is wrong. Runs nothing."""
    with _file_of(study) as file:
        found = checked([file, *_settings(overrides, params)])[0]
    if found["faults"]:
        raise _refused(found["faults"])
    return found["points"]


def run(study: Study, overrides: Mapping[str, object] | None = None, *, seeds: Iterable[int] | None = None,
        out: str | Path | None = None, figures: bool = True, long_runs: bool = False, jobs: int | None = None,
        progress: bool = True, cache: bool = True, **params: object) -> Result:
    """Simulates it. The result folder is `out`, or results/STUDY; what it has of the same study is taken up, so that a
    call that was interrupted goes on."""
    folder = Path(out) if out is not None else Path("results") / _name_of(study)
    words = [f"--out={folder}", *_listed("--seeds", seeds), *_settings(overrides, params)]
    words += ["--no-figures"] * (not figures) + ["--no-long-runs"] * (not long_runs) + ["--no-cache"] * (not cache)
    return Result(folder, _simulate("run", study, words, folder, jobs, progress, overrides, params))


def compare(study: Study, policies: Iterable[str] | str, overrides: Mapping[str, object] | None = None, *,
            baseline: str | None = None, seeds: Iterable[int] | None = None, metric: str | None = None,
            out: str | Path | None = None, figures: bool = True, jobs: int | None = None, progress: bool = True,
            **params: object) -> Comparison:
    """Holds steering policies against the baseline: names, NAME{key=value}, or files of C++."""
    folder = Path(out) if out is not None else Path("results") / f"{_name_of(study)}_compare"
    words = [f"--out={folder}", *_listed("--policy", policies), *_listed("--baseline", baseline),
             *_listed("--metric", metric), *_listed("--seeds", seeds), *_settings(overrides, params)]
    words += ["--no-figures"] * (not figures)
    return Comparison(folder, _simulate("compare", study, words, folder, jobs, progress, overrides, params))


def _simulate(verb: str, study: Study, words: list[str], folder: Path, jobs: int | None, progress: bool,
              overrides: Mapping[str, object] | None, params: Mapping[str, object]) -> str:
    words = [*words, *_listed("--jobs", jobs)]
    with _file_of(study) as file:
        try:
            return call([verb, file, *words, *(["--resume"] if _interrupted(folder) else [])], folder, progress)
        except InputError as error:
            raise _with_faults(error, file, overrides, params) from None


def _interrupted(folder: Path) -> bool:
    record = folder / "run.json"
    try:
        return json.loads(record.read_text(encoding="utf-8")).get("complete") is False
    except (OSError, ValueError):
        return False


def _with_faults(error: InputError, file: str, overrides: Mapping[str, object] | None,
                 params: Mapping[str, object]) -> InputError:
    """The same with the scenario's faults, if it has any: `check` says them again, one by one."""
    faults = checked([file, *_settings(overrides, params)])[0]["faults"]
    return _refused(faults) if faults else error


def _refused(faults: list[dict]) -> InputError:
    all_of_them = tuple(Fault(**fault) for fault in faults)
    return InputError("\n".join(map(str, all_of_them)), all_of_them)


def predict(study: Study, overrides: Mapping[str, object] | None = None, *, out: str | Path | None = None,
            **params: object) -> pd.DataFrame:
    """The analytic answer for each point, without a simulation."""
    with tempfile.TemporaryDirectory(prefix="vqlab-") as temporary, _file_of(study) as file:
        folder = Path(out) if out is not None else Path(temporary) / "predicted"
        call(["predict", file, "--no-simulation", f"--out={folder}", *_settings(overrides, params)])
        return read_table(folder / "predictions.csv")


def explain(result: Result | str | Path, *, figures: bool = True, jobs: int | None = None,
            progress: bool = True) -> Explanation:
    """What limits each point, and where its latency goes."""
    folder = result.folder if isinstance(result, Result) else Path(result)
    words = ["explain", str(folder), *_listed("--jobs", jobs), *(["--no-figures"] if not figures else [])]
    return Explanation(folder / "explanation", call(words, folder, progress))


def overlay(result: Result | str | Path, measured: Iterable[str | Path] | str | Path, *, curve: str | None = None,
            axes: Mapping[str, object] | None = None, out: str | Path | None = None, figures: bool = True) -> Overlay:
    """Holds a result against what fio measured on a real machine."""
    folder = result.folder if isinstance(result, Result) else Path(result)
    place = Path(out) if out is not None else folder / "overlay"
    files = [str(file) for file in measured] if _is_list(measured) else [str(measured)]
    words = ["overlay", str(folder), f"--out={place}", *_listed("--curve", curve)]
    words += [f"--axis={name}={value}" for name, value in (axes or {}).items()]
    words += ["--no-figures"] if not figures else []
    return Overlay(place, call([*words, "--measured", *files]))
