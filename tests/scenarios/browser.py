"""Debian's Chromium without a screen, over its WebDriver: plain HTTP, no further library."""

import base64
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

DRIVER, BROWSER = "/usr/bin/chromedriver", "/usr/bin/chromium"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def skip_without_localhost():
    """The driver reaches its browser by that name, which a system without /etc/hosts does not know."""
    try:
        socket.gethostbyname("localhost")
    except OSError:
        pytest.skip("localhost has no address on this system: /etc/hosts is missing")


def wait(until, seconds=30):
    """What it returns once that is true."""
    for _ in range(20 * seconds):
        found = until()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


class Browser:
    """One window. Use it as a context."""

    def __init__(self, profile: Path, downloads: Path, width=1200, height=1000):
        skip_without_localhost()
        self.driver = subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       text=True)
        self.session = ""
        try:
            for line in self.driver.stdout:
                if "successfully on port" in line:
                    self.address = f"http://127.0.0.1:{line.split('port')[1].strip(' .' + chr(10))}"
                    break
            else:
                raise RuntimeError("chromedriver did not say its port")
            arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--hide-scrollbars", "--disable-background-networking", "--disable-component-update",
                         "--no-first-run",
                         f"--user-data-dir={profile}", f"--window-size={width},{height}"]
            options = {"binary": BROWSER, "args": arguments,
                       "prefs": {"download.default_directory": str(downloads), "download.prompt_for_download": False}}
            made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
            self.session = f"/session/{made['sessionId']}"
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            if self.session:
                self._ask("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def open(self, page: Path):
        self.visit(page.absolute().as_uri())

    def visit(self, address: str):
        self._ask("POST", f"{self.session}/url", {"url": address})

    def run(self, script, *arguments):
        """What the body of a function returns."""
        return self._ask("POST", f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """What it gives to its last argument, a function."""
        return self._ask("POST", f"{self.session}/execute/async", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self._ask("POST", f"{self.session}/element", {"using": "css selector", "value": selector})[_ELEMENT]

    def click(self, selector):
        self._ask("POST", f"{self.session}/element/{self.find(selector)}/click", {})

    def type(self, selector, keys):
        self._ask("POST", f"{self.session}/element/{self.find(selector)}/value", {"text": keys})

    def point_at(self, x, y):
        """Moves the mouse there, in CSS pixels of the window."""
        self._ask("POST", f"{self.session}/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [
            {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)}]}]})

    def command(self, name, parameters):
        """One of the browser's own tools."""
        return self._ask("POST", f"{self.session}/goog/cdp/execute", {"cmd": name, "params": parameters})

    def looks(self, scheme="light", media="", vision="none"):
        self.command("Emulation.setEmulatedMedia", {"media": media,
                                                    "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.command("Emulation.setEmulatedVisionDeficiency", {"type": vision})

    def console(self):
        """What was said since the last time, as texts."""
        return [one["message"] for one in self._ask("POST", f"{self.session}/se/log", {"type": "browser"})]

    def picture(self, file: Path, whole=True):
        made = self.command("Page.captureScreenshot", {"captureBeyondViewport": whole, "format": "png"})
        file.write_bytes(base64.b64decode(made["data"]))

    def print(self, file: Path):
        file.write_bytes(base64.b64decode(self._ask("POST", f"{self.session}/print", {})))
