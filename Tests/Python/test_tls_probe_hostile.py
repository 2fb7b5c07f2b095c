"""`tls probe` against servers that misbehave, many at once, and what it says of roles and targets."""

import contextlib
import json
import socket
import struct
import time

import pytest
from probe_pki import PKI
from probe_servers import LOOPBACK, Tricks, free_port, http, nginx, over_tls
from program import Terminal, run


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return PKI(tmp_path_factory.mktemp("pki"))


def probe(home, *arguments, timeout=1, **more):
    """The reports, the exit status, what was said, and how long it took."""
    started = time.monotonic()
    result = run(
        home, "tls", "probe", "--json", "--timeout", str(timeout), *map(str, arguments), check=False, **more
    )
    seconds = time.monotonic() - started
    reports = json.loads(result.stdout) if result.stdout else None
    return reports, result.returncode, result.stderr.decode(), seconds


# A target gets ten times its timeout of one second; the rest is for a machine with other work to do.
PATIENCE = 15


def best(goal, attempt):
    """The shortest time of at most three attempts: what is measured is not who else uses the machine."""
    times = []
    while len(times) < 3 and (not times or min(times) >= goal):
        times.append(attempt())
    return min(times)


def rules(report):
    return {finding["rule"].removeprefix("tls/") for finding in report["findings"]}


def silent(connection, done):
    done.wait(20)


def garbage(connection, done):
    connection.sendall(bytes(range(1, 200)) * 20)
    connection.recv(4096)


def banner(connection, done):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\x1b[31m\r\n")
    connection.recv(4096)


def close_at_once(connection, done):
    pass


def close_after_hello(connection, done):
    connection.recv(4096)


def reset_after_hello(connection, done):
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half_a_hello(connection, done):
    connection.recv(4096)
    connection.sendall(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03")


def refuse(connection, done):
    connection.recv(4096)
    connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28")


def drip(connection, done):
    connection.recv(4096)
    for byte in b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + bytes(200):
        connection.sendall(bytes([byte]))
        if done.wait(0.2):
            return


def flood(connection, done):
    """Records without end that are never a whole message."""
    connection.recv(4096)
    record = b"\x16\x03\x03\x40\x00" + b"\x02\xff\xff\xff" + bytes(0x3FFC)
    while not done.is_set():
        connection.sendall(record)


def hello(version, suite, extensions=b""):
    body = struct.pack("!H", version) + bytes(32) + b"\x00" + struct.pack("!H", suite) + b"\x00"
    if extensions:
        body += struct.pack("!H", len(extensions)) + extensions
    message = b"\x02" + struct.pack("!I", len(body))[1:] + body
    return b"\x16\x03\x03" + struct.pack("!H", len(message)) + message


def suite_not_offered(connection, done):
    connection.recv(4096)
    connection.sendall(hello(0x0303, 0x1234))


def always_the_same(connection, done):
    """A server that picks one suite of TLS 1.2, offered or not, and then talks nonsense."""
    connection.recv(4096)
    connection.sendall(hello(0x0303, 0xC02F) + b"\x16\x03\x03\x00\x05nonse")


def plain_http(connection, done):
    """Waits for the end of a line, as many servers of HTTP do."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(4096)
        if not more:
            return
        data += more
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def impatient_http(connection, done):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize(
    "serve, kind, found",
    [
        (silent, "silent", "port-silent"),
        (drip, "silent", "port-silent"),
        (half_a_hello, "silent", "port-silent"),
        (garbage, "not-tls", "port-not-tls"),
        (banner, "not-tls", "port-not-tls"),
        (flood, "not-tls", "port-not-tls"),
        (close_at_once, "closes", "port-no-handshake"),
        (close_after_hello, "closes", "port-no-handshake"),
        (reset_after_hello, "closes", "port-no-handshake"),
        (suite_not_offered, "closes", "port-no-handshake"),
        (refuse, "refuses", "port-no-handshake"),
        (plain_http, "plain-http", "port-plain-http"),
        (impatient_http, "plain-http", "port-plain-http"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_no_tls_is_said_and_nobody_waits_for_ever(tmp_path, serve, kind, found):
    if serve is half_a_hello:
        serve = lambda connection, done: (half_a_hello(connection, done), done.wait(20))
    with Tricks(serve) as port:
        (report,), status, errors, seconds = probe(tmp_path, f"{LOOPBACK}:{port.port}")
    assert report["kind"] == kind and rules(report) == {found} and status == 1
    assert report["versions"] == [] and not errors
    assert seconds < PATIENCE
    assert "\\u001b" not in json.dumps(report["findings"])


def test_a_server_that_picks_what_was_not_offered_does_not_keep_the_prober(tmp_path):
    with Tricks(always_the_same) as port:
        (report,), status, _, seconds = probe(tmp_path, f"{LOOPBACK}:{port.port}")
        connections = port.count
    assert [one["version"] for one in report["versions"]] == ["TLS 1.2"]
    assert report["versions"][0]["suites"] == ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]
    assert report["handshake"]["outcome"].startswith("failed") and report["chain"] == []
    assert "port-no-handshake" in rules(report)
    assert connections < 12 and seconds < PATIENCE


def is_whole_handshake(hello):
    """OpenSSL's hello has the extension for ALPN, a bare one has not."""
    return b"http/1.1" in hello


def hello_requests_without_end(connection, done):
    """Picks a suite for bare hellos; a whole handshake gets HelloRequests, which libraries skip."""
    request = connection.recv(4096)
    if not is_whole_handshake(request):
        return connection.sendall(hello(0x0303, 0xC02F))
    record = b"\x16\x03\x03\x40\x00" + bytes(0x4000)
    while not done.is_set():
        connection.sendall(record)


def stops_in_the_middle(connection, done):
    if is_whole_handshake(connection.recv(4096)):
        connection.sendall(hello(0x0303, 0xC02F))
        done.wait(20)
    connection.sendall(hello(0x0303, 0xC02F))


@pytest.mark.parametrize("serve, outcome", [(hello_requests_without_end, "failed"), (stops_in_the_middle, "timed out")])
def test_a_handshake_ends_whatever_the_server_does(tmp_path, serve, outcome):
    with Tricks(serve) as port:
        (report,), status, _, seconds = probe(tmp_path, f"{LOOPBACK}:{port.port}")
    assert report["handshake"]["outcome"].startswith(outcome), report["handshake"]
    assert "port-no-handshake" in rules(report) and status == 1 and seconds < PATIENCE


def endless(connection, request, done):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not done.is_set():
        connection.sendall(b"x" * 65536)


def mute(connection, request, done):
    done.wait(20)


def dripping(connection, request, done):
    while not done.wait(0.2):
        connection.sendall(b"x")


@pytest.mark.parametrize("answer", [endless, mute, dripping], ids=lambda value: value.__name__)
def test_what_comes_behind_a_handshake_is_bounded(tmp_path, pki, answer):
    with Tricks(over_tls(pki.server, answer)) as port:
        (report,), status, errors, seconds = probe(tmp_path, "--ca", pki.ca.crt, f"localhost:{port.port}")
    assert report["kind"] == "tls" and report["chain"][0]["subject"] == "CN=server"
    assert seconds < PATIENCE


def test_texts_of_strangers_do_not_reach_the_terminal(tmp_path, pki):
    issued = pki.issue("a\x1b[31mb\u202e", signer=None, names=("x\x1b]0;y\x07",))
    answer = http("200 OK", '{"gitVersion":"\x1b[2J"}', ["Server: \x1b[31mred"])
    with Tricks(over_tls(issued, answer)) as port:
        for form in ("text", "json", "sarif", "junit"):
            result = run(
                tmp_path, "tls", "probe", "--format", form, f"localhost:{port.port}", check=False
            )
            output = (result.stdout + result.stderr).decode()
            assert result.returncode == 1 and "[31mb" in output
            assert "\x1b" not in output and "\u202e" not in output and "\x07" not in output


# Roles

STATUS = '{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d}'


@pytest.mark.parametrize(
    "answer, options, authority, role, found",
    [
        (http("200 OK", '{"gitVersion": "v1.36.2"}', ["Audit-Id: 1"]), {}, True, "kube-apiserver",
         {"port-anonymous-api"}),
        (http("401 Unauthorized", STATUS % 401, ["Audit-Id: 1"]), {}, True, "kube-apiserver", set()),
        (http("401 Unauthorized", STATUS % 401, ["Audit-Id: 1"]), {}, False, "kube-apiserver",
         {"port-no-client-certificate"}),
        (http("401 Unauthorized", "Unauthorized"),
         {"common_name": "system:node:a", "organization": "system:nodes"}, True, "kubelet", set()),
        (http("403 Forbidden", "Forbidden (user=system:anonymous)"),
         {"common_name": "system:node:a", "organization": "system:nodes"}, True, "kubelet",
         {"port-anonymous-kubelet"}),
        (http("404 Not Found", ""), {"names": ("kubernetes.default.svc", "localhost")}, True,
         "kube-apiserver", {"port-anonymous-api"}),
        (http("200 OK", '{"etcdserver":"3.5.0","etcdcluster":"3.5.0"}'), {}, True, "etcd",
         {"port-etcd-open"}),
        (http("200 OK", "hello"), {}, False, "unknown", set()),
    ],
)
def test_servers_are_recognised_and_judged_by_their_role(tmp_path, pki, answer, options, authority, role, found):
    issued = pki.issue(options.get("common_name", "server"), **{k: v for k, v in options.items() if k != "common_name"})
    authority = pki.ca if authority else None
    with Tricks(over_tls(issued, answer, authority=authority)) as port:
        (report,), status, _, _ = probe(tmp_path, "--ca", pki.ca.crt, f"localhost:{port.port}", timeout=4)
    assert report["role"] == role and (report["evidence"] or role == "unknown")
    assert rules(report) - {"port-no-forward-secrecy"} == found


def test_the_role_can_be_given(tmp_path, pki):
    with Tricks(over_tls(pki.server, http("200 OK", "hello"))) as port:
        for role, rule in [("etcd-peer", "port-etcd-open"), ("kubelet", "port-anonymous-kubelet"),
                           ("kube-scheduler", None)]:
            (report,), _, _, _ = probe(
                tmp_path, "--ca", pki.ca.crt, "--role", role, f"localhost:{port.port}", timeout=4
            )
            assert report["role"] == role and (rule is None or rule in rules(report))


# Targets

def test_many_kinds_of_targets(tmp_path, pki):
    issued = pki.issue("localhost", names=("localhost", "::1"))
    answer = over_tls(issued, http("200 OK", "hello"))
    unix = tmp_path / "socket"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(unix))
    server.listen(64)
    with Tricks(answer) as four, Tricks(answer, address="::1") as six, Tricks(answer) as path:
        path.server.close()
        path.server = server
        path.__enter__()
        targets = tmp_path / "ports.txt"
        targets.write_text(f"\ufeff# the control plane\n\n  [::1]:{six.port}  # its port\n")
        reports, status, errors, _ = probe(
            tmp_path, "--ca", pki.ca.crt, "--from", targets, f"https://localhost:{four.port}/healthz", "-",
            timeout=4, input=f"\ufeffunix:{unix}\nlocalhost:{four.port}\n".encode(),
        )
    assert [one["target"] for one in reports] == [
        f"localhost:{four.port}", f"unix:{unix}", f"[::1]:{six.port}",
    ]
    assert {one["kind"] for one in reports} == {"tls"} and not errors
    assert all("port-wrong-host" not in rules(one) for one in reports)


def test_ports_that_cannot_be_reached_are_errors_and_do_not_hide_the_others(tmp_path, pki):
    closed = free_port()
    with Tricks(over_tls(pki.server, http("200 OK", "hello"))) as port:
        reports, status, errors, _ = probe(
            tmp_path, "--ca", pki.ca.crt, f"localhost:{port.port}", f"{LOOPBACK}:{closed}", f"unix:{tmp_path}/none",
            timeout=4,
        )
    assert status == 66 and [one["kind"] for one in reports] == ["tls", "unreachable", "unreachable"]
    assert f"cannot connect to '{LOOPBACK}:{closed}': connection refused" in errors
    assert "no such file" in errors


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        ([], 64, "nothing to probe"),
        (["localhost:0"], 64, "a port is a number"),
        (["localhost:70000"], 64, "a port is a number"),
        (["localhost:+443"], 64, "a port is a number"),
        (["http://localhost"], 64, "only 'https://'"),
        (["https://user@localhost"], 64, "a user in it"),
        (["[::1"], 64, "a ']' is missing"),
        (["unix:"], 64, "a path is missing"),
        (["a b:1"], 64, "neither the name nor the address"),
        (["a\x1b[31m:1"], 64, "neither the name nor the address"),
        (["-", "--timeout", "0"], 64, "--timeout is between"),
        (["--client-key", "x", "localhost"], 64, "needs --client-certificate"),
        (["--ca", "none.crt", "localhost:1"], 66, "none.crt"),
        (["--ca", "empty", "localhost:1"], 65, "neither PEM nor DER"),
        (["--client-certificate", "ca.crt", "localhost:1"], 77, "no private key in it"),
        (["--client-certificate", "ca.crt", "--client-key", "other.key", "localhost:1"], 77, "belong together"),
        (["--from", "bad.txt"], 65, "line 2: 'what?'"),
    ],
)
def test_errors_say_what_and_where(tmp_path, pki, arguments, status, words):
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "ca.crt").write_bytes(pki.server.crt.read_bytes())
    (tmp_path / "other.key").write_bytes(pki.ca.pem.read_bytes())
    (tmp_path / "bad.txt").write_text("localhost:1\nwhat?\n")
    result = run(tmp_path, "tls", "probe", *arguments, check=False)
    errors = result.stderr.decode()
    assert result.returncode == status, errors
    assert words in errors and "\x1b" not in errors and not result.stdout


# Many at once

def test_two_hundred_silent_ports_take_the_time_of_one(tmp_path):
    with contextlib.ExitStack() as stack:
        # Nobody takes the connections: the kernel does, and that is all.
        ports = [stack.enter_context(socket.create_server((LOOPBACK, 0))).getsockname()[1] for _ in range(200)]
        targets = "".join(f"{LOOPBACK}:{port}\n" for port in ports)

        def attempt():
            reports, _, _, seconds = probe(tmp_path, "-", timeout=2, input=targets.encode())
            assert len(reports) == 200 and {one["kind"] for one in reports} == {"silent"}
            return seconds

        # Two seconds for the handshake, one for HTTP; what two cores need besides.
        assert best(5, attempt) < 5


def test_two_hundred_probes_of_nginx_beside_a_silent_port(tmp_path, pki):
    addresses = [f"127.0.{i // 100}.{i % 100 + 1}" for i in range(199)]
    listen = [f"{address}:{{port}} ssl" for address in addresses]
    with Tricks(silent) as slow, nginx(tmp_path / "nginx", pki.server, listen=listen) as port:
        targets = [f"{address}:{port}" for address in addresses] + [f"{LOOPBACK}:{slow.port}"]

        def attempt():
            reports, _, _, seconds = probe(tmp_path, *targets, timeout=8)
            assert [one["kind"] for one in reports] == ["tls"] * 199 + ["silent"]
            assert all(one["versions"][0]["complete"] for one in reports[:199])
            return seconds

        # The silent port takes eight seconds and one.
        assert best(13, attempt) < 13


def test_progress_on_a_terminal_only(tmp_path, pki):
    with Tricks(over_tls(pki.server, http("200 OK", "hello"))) as port:
        targets = [f"127.0.0.1:{port.port}", f"localhost:{port.port}"]
        seen, _ = Terminal(tmp_path, "tls", "probe", *targets).finish()
        result = run(tmp_path, "tls", "probe", *targets, check=False)
    assert b"probing: 2 of 2" in seen
    assert b"probing" not in result.stderr


@pytest.mark.parametrize("form", ["sarif", "junit"])
def test_reports_for_ci(tmp_path, form):
    with Tricks(impatient_http) as port:
        result = run(tmp_path, "tls", "probe", "--format", form, f"{LOOPBACK}:{port.port}", check=False)
    text = result.stdout.decode()
    assert result.returncode == 1 and "tls/port-plain-http" in text
    assert (json.loads(text)["version"] == "2.1.0") if form == "sarif" else "<testsuites>" in text
