"""The script that runs all experiments again and compares."""

from __future__ import annotations

import shlex

from analysis.artifact.experiment import Experiment

_BEGIN = '''#!/bin/sh
# Runs each experiment again with the sources beside this file, and compares. Installs what is missing (Debian 12 or 13;
# root or sudo), and builds. Exit codes: 0 all are as they were; 1 something moved, or could not be run.
set -u
cd "$(dirname "$0")" || exit 1
here=$(pwd)
failed=0
lines=

# one NAME COMMAND...: the command has the same points.csv, or points that differ by no more than chance.
one() {
  name=$1
  shift
  echo "== $name: $*"
  begin=$(date +%s)
  if ! (cd source && "$@" --force --out "$here/again/$name"); then
    verdict='could not be run'
    failed=1
  elif cmp -s "results/$name/points.csv" "again/$name/points.csv"; then
    verdict='the same bytes'
  elif (cd source && ./lab diff "$here/results/$name" "$here/again/$name"); then
    verdict='the same within chance'
  else
    verdict='MOVED'
    failed=1
  fi
  lines="$lines$(printf '%-32s %-24s %6d s' "$name" "$verdict" $(($(date +%s) - begin)))
"
}

'''
_END = '''
printf '\\n%-32s %-24s %8s\\n%s' experiment points.csv time "$lines"
exit $failed
'''


def script(experiments: list[Experiment]) -> str:
    return _BEGIN + "".join(f"one {shlex.quote(one.name)} {one.words}\n" for one in experiments) + _END
