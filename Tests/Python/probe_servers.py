"""Servers on loopback addresses for the tests of `tls probe`: real ones, and broken ones."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time

LOOPBACK = "127.0.0.1"


def program(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    assert found, f"{name} is missing: run scripts/setup"
    return found


def free_port(address=LOOPBACK):
    with socket.create_server((address, 0)) as server:
        return server.getsockname()[1]


def wait_for(port, process, address=LOOPBACK, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended: {process.args}"
        with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server does not listen: {process.args}")


@contextlib.contextmanager
def running(arguments, **options):
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


@contextlib.contextmanager
def s_server(issued, *arguments, address=LOOPBACK):
    """`openssl s_server` without the system's configuration; its port."""
    command = [program("openssl"), "s_server", "-accept", f"{address}:0", "-www"]
    if issued:
        command += ["-cert", str(issued.crt), "-key", str(issued.pem)]
    environment = {"PATH": os.environ["PATH"], "OPENSSL_CONF": os.devnull}
    with running(
        [*command, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        while line := process.stdout.readline():
            if found := re.search(rb"ACCEPT .*:(\d+)\s", line):
                # What it prints from now on is nobody's business, but must go somewhere.
                threading.Thread(target=drain, args=(process.stdout,), daemon=True).start()
                yield int(found[1])
                return
        raise AssertionError(f"openssl s_server did not start: {command} {arguments}")


def drain(stream):
    with contextlib.suppress(ValueError, OSError):
        while stream.read(4096):
            pass


@contextlib.contextmanager
def nginx(folder, issued, *lines, listen=None):
    """Debian's nginx as this user, in a folder of its own; its port."""
    port = free_port()
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    listen = listen or [f"{LOOPBACK}:{port} ssl"]
    settings = "".join(f"    {line};\n" for line in lines)
    addresses = "".join(f"    listen {one.format(port=port)};\n" for one in listen)
    temporary = "".join(
        f"  {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        "events { worker_connections 1024; }\n"
        f"http {{\n  access_log off;\n{temporary}"
        f"  server {{\n{addresses}"
        f"    ssl_certificate {issued.crt};\n    ssl_certificate_key {issued.pem};\n"
        f"{settings}    location / {{ return 200 'hello'; }}\n  }}\n}}\n"
    )
    environment = {"PATH": os.environ["PATH"], "OPENSSL_CONF": os.devnull}
    command = [program("nginx"), "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    with running(command, env=environment, stderr=subprocess.DEVNULL) as process:
        wait_for(port, process)
        yield port


@contextlib.contextmanager
def etcd(folder, scheme="https", *arguments):
    """Debian's etcd, one member; its ports for clients and peers."""
    client, peer = free_port(), free_port()
    peers = f"{scheme}://{LOOPBACK}:{peer}"
    clients = f"{scheme}://{LOOPBACK}:{client}"
    command = [
        program("etcd"), "--data-dir", str(folder), "--name", "one",
        "--listen-client-urls", clients, "--advertise-client-urls", clients,
        "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
        "--initial-cluster", f"one={peers}", "--log-level", "error", *map(str, arguments),
    ]
    with running(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        wait_for(client, process)
        wait_for(peer, process)
        yield client, peer


class Tricks:
    """Loopback ports where each connection is given to a function, on a thread of its own."""

    def __init__(self, serve, address=LOOPBACK, backlog=512):
        self.serve = serve
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.server = socket.socket(self.family, socket.SOCK_STREAM)
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.bind((address, 0))
        self.server.listen(backlog)
        self.port = self.server.getsockname()[1]
        self.done = threading.Event()
        self.count = 0

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while not self.done.is_set():
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.count += 1
            threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def handle(self, connection):
        with connection:
            connection.settimeout(10)
            with contextlib.suppress(OSError, ssl.SSLError):
                self.serve(connection, self.done)

    def __exit__(self, *_):
        self.done.set()
        self.server.close()


def over_tls(issued, answer, *, authority=None, required=False, protocols=("http/1.1",)):
    """A way to serve TLS and then an answer to whatever is asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.crt, issued.pem)
    context.set_alpn_protocols(list(protocols))
    if authority:
        context.load_verify_locations(authority.crt)
        context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL

    def serve(connection, done):
        with context.wrap_socket(connection, server_side=True) as secure:
            request = secure.recv(4096)
            answer(secure, request, done)

    return serve


def http(status, body, headers=()):
    """A way to answer HTTP."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]

    def answer(connection, request, done):
        connection.sendall("\r\n".join(lines).encode() + body.encode())

    return answer
