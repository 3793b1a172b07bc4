"""Whoever is not the page of `vqlab explore` gets nothing from its server, whatever is sent. VQLAB_DEEP sends more."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess

import pytest

import program

MANY = 100_000 if os.environ.get("VQLAB_DEEP") else 150
VERBS = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "TRACE", "CONNECT", "GET\t", "", "\xff"]
PATHS = ["/", "//", "/../../etc/passwd", "/%2e%2e/", "http://127.0.0.1/", "*", "/events", "/ask", "/TOKEN", "/TOKEN/x",
         "/TOKEN/../TOKEN/", "/TOKEN/events/", "/TOKEN//", "/" + "a" * 70000, "/TOKE", "/TOKEN /", "/\0"]
HOSTS = ["example.org", "127.0.0.1", "127.0.0.1:1", "localhost.example.org:PORT", "[::1]:PORT", "", "127.0.0.1:PORT.",
         "0.0.0.0:PORT"]
VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/9", "x", ""]
HEADERS = ["Content-Length: -1", "Content-Length: 99999999", "Transfer-Encoding: chunked",
           "Content-Type: application/json", "Origin: null", ": x", "a" * 200]
BODIES = [b"", b"{", b"[]", b"null", b'{"set": 1}', b'{"set": {}, "x": 1}', b'{"set": {"a": {}}}',
          b'{"why": -1, "point": 0}', b'{"helps": 1e9, "point": 1}',
          b'{"scenario": true}', b"[" * 60000, b'"\\ud800"', b"\xff\xfe", b"9" * 5000]


@pytest.fixture(scope="module")
def server():
    process = subprocess.Popen([program.binary(), "explore", "01_one_target", "--no-browser"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    address = process.stdout.readline().strip()
    _, _, host, token, _ = address.split("/")
    yield host.split(":")[1], token
    assert process.poll() is None, "it has ended"
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(20) == -signal.SIGINT
    assert "Traceback" not in process.stderr.read()


def asked(server, verb, path, body=None, **headers):
    port, token = server
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=20)
    connection.request(verb, path.replace("TOKEN", token), body,
                       {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, answer.read()


def sent(port, data):
    """All that comes back."""
    with socket.create_connection(("127.0.0.1", int(port)), 20) as peer:
        try:
            peer.sendall(data)
            peer.shutdown(socket.SHUT_WR)
            parts = []
            while part := peer.recv(65536):
                parts.append(part)
            return b"".join(parts)
        except OSError:  # it has closed the connection, as it may
            return b""


def test_the_page_itself_is_served(server):
    status, page = asked(server, "GET", "/TOKEN/")
    assert status == 200 and b"<h1" in page and b"connect-src" in page
    status, answer = asked(server, "POST", "/TOKEN/ask", '{"set": {}}', Content_Type="application/json")
    assert status == 200 and json.loads(answer)["state"] >= 1


@pytest.mark.parametrize("headers", [
    {"Host": "example.org"}, {"Origin": "http://example.org"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"}])
def test_other_pages_get_nothing(server, headers):
    assert asked(server, "GET", "/TOKEN/", **headers) == (404, b"")
    assert asked(server, "POST", "/TOKEN/ask", '{"set": {}}', Content_Type="application/json", **headers) == (404, b"")


def test_a_form_of_another_page_gets_nothing(server):
    assert asked(server, "POST", "/TOKEN/ask", '{"set": {}}', Content_Type="text/plain") == (404, b"")


@pytest.mark.parametrize("path", ["job.read_iolog", "host.device", "machine", "precision.max_simulated_s", "study",
                                  "$schema", "sweep.job.read_iolog"])
def test_the_page_names_no_file(path):
    engine = subprocess.Popen([program.binary(), "explore", "--engine", "01_one_target"], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    engine.stdin.write(json.dumps({"state": 1, "set": {path: "/etc/passwd"}}) + "\n")
    engine.stdin.flush()
    answer = json.loads(engine.stdout.readline())
    engine.stdin.close()
    assert engine.wait(20) == 0
    assert answer["faults"][0]["path"] == path and answer["faults"][0]["file"] == "the page"


def test_what_is_malformed_gets_nothing(server):
    port, token = server
    draw = random.Random(1)
    for _ in range(MANY):
        said = [f"{draw.choice(VERBS)} {draw.choice(PATHS)} {draw.choice(VERSIONS)}\r\n",
                f"Host: {draw.choice(HOSTS)}\r\n"]
        body = draw.choice(BODIES)
        for header in (*HEADERS, f"Content-Length: {len(body)}"):
            if draw.random() < 0.3:
                said.append(header + "\r\n")
        data = "".join(said + ["\r\n"]).replace("TOKEN", token).replace("PORT", port).encode("latin-1") + body
        if draw.random() < 0.3:
            data = bytes(draw.randrange(256) if draw.random() < 0.05 else byte for byte in data)
        answer = sent(port, data)
        assert b"<h1" not in answer and b'"state"' not in answer, data[:300]
    # It is still there for its page.
    assert asked(server, "GET", "/TOKEN/")[0] == 200
