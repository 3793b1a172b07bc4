#!/usr/bin/python3
"""The page of `vqlab explore`, served on the loopback address; `serve.py --help`, or docs/how-to/explore.md."""

from __future__ import annotations

import argparse
import ctypes
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis.figures import answer, needs

signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing has begun: no traceback out of an import
try:
    from analysis.explore import page
    from analysis.explore.engine import Engine
    from analysis.explore.server import Server
    from analysis.page.assets import NotInstalled
except ImportError as missing:
    needs.end_without("explore", missing)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="The page of `vqlab explore`.")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--keep", type=float, default=30, help="seconds until it ends once the page is closed")
    parser.add_argument("--title", default="vqlab explore")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("engine", nargs="+", help="the program that simulates, and its arguments")
    options = parser.parse_args(arguments)
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _interrupt)
    _end_with_parent()
    with Engine(options.engine) as engine:
        try:
            server = Server(options.port, engine, options.keep)
        except OSError as error:
            return answer.end_with("explore", f"port {options.port} cannot be had: {error.strerror}", 1)
        with server:
            try:
                server.page = page.write(options.title).encode()
            except NotInstalled as error:
                return answer.end_with("explore", error, 1)
            print(server.address, flush=True)
            answer.give(address=server.address)
            if answer.is_wanted():
                print(server.address, file=sys.stderr)
            answer.note("explore: Ctrl-C ends it; it ends by itself when the page has been closed for "
                        f"{options.keep:g} s")
            if not options.no_browser:
                _open(server.address)
            return _wait(server, engine)


def _end_with_parent() -> None:
    """If the program that has started this one is killed, this one hears SIGTERM."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _wait(server: Server, engine: Engine) -> int:
    server.serve_until_closed()
    if engine.failed:
        return answer.end_with("explore", "the simulator has ended", 1)
    answer.note("explore: the page was closed")
    return 0


def _open(address: str) -> None:
    """In the user's browser, if there is one; the address is printed anyway."""
    try:
        subprocess.Popen(["xdg-open", address], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL, start_new_session=True)
    except OSError:
        answer.note("explore: no browser was found; open the address in one")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # whenever it comes
        print("explore: ended", file=sys.stderr)
