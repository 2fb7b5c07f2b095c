"""SOPS's key services: our client against gRPC's own server, gRPC's client against our server, and both."""

import concurrent.futures
import contextlib
import os
import signal
import socket
import stat
import struct
import subprocess

import grpc
import pytest
import yaml

from key_services import Own, Service, messages, methods, saying, serving
from program import BINARY, Terminal

PLAIN = "password: hunter2\n"
ARN = "arn:aws:kms:eu-west-3:123456789012:key/11111111-2222-3333-4444-555555555555"


class Work:
    """Two homes: one has an identity, the other has none."""

    def __init__(self, folder):
        self.folder = folder
        self.rich, self.poor = folder / "rich", folder / "poor"
        for home in (self.rich, self.poor):
            (home / ".config" / "sops" / "age").mkdir(parents=True)
        keys = self.rich / ".config" / "sops" / "age" / "keys.txt"
        self.run(self.rich, "keygen", "-o", keys, program=())
        self.recipient = self.run(self.rich, "keys", keys, "--recipients", program=()).strip()
        self.identity = keys.read_text().split("\n")[-2]
        (folder / "plain.yaml").write_text(PLAIN)

    def result(self, home, *arguments, program=("sops",), input=b"", **variables):
        return subprocess.run(
            [BINARY, *program, *map(str, arguments)],
            input=input,
            capture_output=True,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(home), **variables},
            timeout=60,
        )

    def run(self, home, *arguments, **more):
        result = self.result(home, *arguments, **more)
        assert result.returncode == 0, result.stderr.decode()
        return result.stdout.decode()

    def refused(self, home, *arguments, status=128, **more):
        result = self.result(home, *arguments, **more)
        assert (result.returncode, result.stdout) == (status, b""), result.stderr.decode()
        assert b"\x1b" not in result.stderr and b"hunter2" not in result.stderr
        return result.stderr.decode()

    def encrypted(self, name="encrypted.yaml"):
        text = self.run(self.rich, "encrypt", "--age", self.recipient, "plain.yaml")
        (self.folder / name).write_text(text)
        return yaml.safe_load(text)["sops"]["age"][0]["enc"]

    def age(self, *arguments, input):
        return subprocess.run(
            ["age", *arguments], input=input, capture_output=True, cwd=self.folder, check=True
        ).stdout

    def service(self):
        """A service that does with age what SOPS's does."""
        identity = self.folder / "identity.txt"
        identity.write_text(self.identity + "\n")
        return Service(
            lambda request: self.age("-a", "-r", request.key.age.recipient, input=request.plaintext),
            lambda request: self.age("-d", "-i", str(identity), input=request.ciphertext),
        )


@pytest.fixture
def work(tmp_path):
    return Work(tmp_path)


def test_our_client(work):
    """gRPC's server gets what SOPS's would; its answers open and make files."""
    enc = work.encrypted()
    service = work.service()
    path = work.folder / "own.sock"
    with serving(service, f"unix:{path}") as unix, serving(Service(), "127.0.0.1:0") as refusing:
        assert work.run(work.poor, "decrypt", "--keyservice", unix, "encrypted.yaml") == PLAIN
        (request,) = service.seen
        assert request.key.age.recipient == work.recipient and request.ciphertext.decode() == enc
        # The first refuses, the second answers; by the variable as well, and in native commands.
        both = f"{refusing},{unix}"
        assert work.run(work.poor, "-d", "encrypted.yaml", SOPS_KEYSERVICE=both) == PLAIN
        native = work.run(work.poor, "decrypt", "encrypted.yaml", program=(), SOPS_KEYSERVICE=both)
        assert native == PLAIN
        # Keys that are here come first; without them the service encrypts.
        service.seen.clear()
        flags = ["--age", work.recipient, "--keyservice", unix]
        work.run(work.poor, "encrypt", *flags, "plain.yaml")
        assert service.seen == []
        text = work.run(work.poor, "encrypt", "--enable-local-keyservice=false", *flags, "plain.yaml")
        (request,) = service.seen
        assert len(request.plaintext) == 32 and request.key.age.recipient == work.recipient
        (work.folder / "made.yaml").write_text(text)
        assert work.run(work.rich, "decrypt", "made.yaml") == PLAIN
        # A change in place and a new data key.
        work.run(work.poor, "set", "--keyservice", unix, "made.yaml", '["password"]', '"changed"')
        work.run(work.poor, "rotate", "-i", "--keyservice", unix, "--enable-local-keyservice=0", "made.yaml")
        assert work.run(work.rich, "decrypt", "made.yaml") == "password: changed\n"
        # All refuse: each says so, fit for a terminal.
        said = work.refused(work.poor, "decrypt", "--keyservice", refusing, "encrypted.yaml")
        assert f"the key service at {refusing}: it refuses: nothing is decrypted\\u{{1b}}[31m here" in said


def test_names_of_all_kinds(work):
    """Each kind of key is named as SOPS names it, and the entry is what the service answered."""
    kinds = {
        "kms": (ARN + "+arn:aws:iam::123456789012:role/r", "QUJD"),
        "pgp": ("0123456789ABCDEF0123456789ABCDEF01234567", "-----BEGIN PGP MESSAGE-----\n\nx\n"),
        "gcp-kms": ("projects/p/locations/l/keyRings/r/cryptoKeys/k", "QUJD"),
        "azure-kv": ("https://v.vault.azure.net/keys/k/0123", "QUJD"),
        "hc-vault-transit": ("https://vault.example.org:8200/v1/team/transit/keys/k", "vault:v1:QUJD"),
        "hckms": ("tr-west-1:0d0466b0-e727-4d9c-b35d-f84bb474a37f", "QUJD"),
    }
    answers = {}
    service = Service(lambda request: answers[request.key.WhichOneof("kind")].encode())
    wanted = {
        "aws": {"arn": ARN, "role": "arn:aws:iam::123456789012:role/r", "aws_profile": "p", "context": {"a": "b"}},
        "openpgp": {"fingerprint": kinds["pgp"][0]},
        "google": {"resource_id": kinds["gcp-kms"][0]},
        "azure": {"vault_url": "https://v.vault.azure.net", "name": "k", "version": "0123"},
        "vault": {"vault_address": "https://vault.example.org:8200", "engine_path": "team/transit", "key_name": "k"},
        "huawei": {"key_id": kinds["hckms"][0]},
    }
    answers.update(zip(wanted, [answer for _, answer in kinds.values()]))
    flags = [part for flag, (name, _) in kinds.items() for part in (f"--{flag}", name)]
    with serving(service, "127.0.0.1:0") as address:
        text = work.run(
            work.poor, "encrypt", *flags, "--aws-profile", "p", "--encryption-context", "a:b",
            "--keyservice", address, "--enable-local-keyservice=false", "plain.yaml",
        )  # fmt: skip
        seen = {request.key.WhichOneof("kind"): request.key for request in service.seen}
        for kind, fields in wanted.items():
            key = getattr(seen[kind], kind)
            found = {field.name: getattr(key, field.name) for field in key.DESCRIPTOR.fields}
            assert {**found, **({"context": dict(found["context"])} if "context" in found else {})} == fields
        metadata = yaml.safe_load(text)["sops"]
        enc = {name: entries[0]["enc"] for name, entries in metadata.items() if isinstance(entries, list) and entries}
        assert enc["pgp"] == answers["openpgp"].rstrip("\n")
        assert {name for name, value in enc.items() if value == "QUJD"} == {"kms", "gcp_kms", "azure_kv", "hckms"}
        # What is no encrypted key does not come into a file.
        for answer in ("", "two\nlines", "\x1b[31m", "-----BEGIN PGP MESSAGE-----\n"):
            answers["aws"] = answer
            said = work.refused(
                work.poor, "encrypt", "--kms", ARN, "--keyservice", address, "--enable-local-keyservice=false",
                "plain.yaml", status=1,
            )  # fmt: skip
            assert "its answer is no encrypted key" in said


GARBAGE = [
    (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "does not speak"),
    (b"\x15\x03\x01\x00\x02\x02\x46", "closed the connection"),
    (b"\x00\x00\x00\x04\x00\x00\x00\x00\x00", "closed the connection"),
    (b"\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x05\x00\x00\x00\x01\x88", "but not gRPC"),
    (b"", "closed the connection"),
    (os.urandom(1 << 20), "key service at"),
    (b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" + b"\x00\x00\x08\x06\x00\x00\x00\x00\x00PINGPONG" * 90000, "key service at"),
]


def test_servers_that_are_none(work):
    """Garbage, dead addresses, wrong keys and malformed addresses end in errors that say so."""
    work.encrypted()
    for answer, said in GARBAGE:
        with saying(answer) as address:
            assert said in work.refused(work.poor, "decrypt", "--keyservice", address, "encrypted.yaml")
    with socket.create_server(("127.0.0.1", 0)) as dead:
        port = dead.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", f"unix://{work.folder}/none.sock"):
        said = work.refused(work.poor, "decrypt", "--keyservice", address, "encrypted.yaml")
        assert "cannot connect to" in said
    # A key of the right size that is another's, and what is no key at all.
    for key, said in ((bytes(32), "does not open"), (b"short", "no data key"), (b"", "no data key")):
        with serving(Service(decrypt=lambda _: key), "127.0.0.1:0") as address:
            result = work.result(work.poor, "decrypt", "--keyservice", address, "encrypted.yaml")
            assert result.returncode != 0 and result.stdout == b"" and said in result.stderr.decode()
    for address in ("127.0.0.1:5000", "tcp://", "tcp://h", "tcp://h:0", "unix://", "http://h:1", "tcp://h:99999", ""):
        said = work.refused(work.poor, "decrypt", "--keyservice", address, "encrypted.yaml", status=1)
        assert "no address of a key service" in said
    work.refused(work.rich, "decrypt", "--enable-local-keyservice=false", "encrypted.yaml")
    # What leaves the machine in plaintext is said.
    said = work.result(work.rich, "decrypt", "--keyservice", "tcp://keys.example.org:5000", "encrypted.yaml")
    assert said.stdout.decode() == PLAIN and b"unencrypted" in said.stderr
    said = work.result(work.rich, "decrypt", "encrypted.yaml", program=(), SOPS_KEYSERVICE="tcp://192.0.2.1:5000")
    assert b"unencrypted" in said.stderr and b"192.0.2.1" in said.stderr
    said = work.result(work.rich, "decrypt", "--keyservice", "tcp://[::1]:5000", "encrypted.yaml")
    assert said.stdout.decode() == PLAIN and b"unencrypted" not in said.stderr


def code(call, *arguments, **more):
    with pytest.raises(grpc.RpcError) as failure:
        call(*arguments, **more)
    return failure.value.code(), failure.value.details()


def test_our_server(work):
    """gRPC's client gets data keys, many at once, and nothing else; nothing of them is said."""
    enc = work.encrypted().encode()
    key = messages.Key(age={"recipient": work.recipient})
    with Own(work.rich, "--address", "127.0.0.1:0") as own:
        stub = own.stub()
        plain = stub.Decrypt(messages.DecryptRequest(key=key, ciphertext=enc), timeout=10).plaintext
        assert len(plain) == 32
        made = stub.Encrypt(messages.EncryptRequest(key=key, plaintext=plain), timeout=10).ciphertext
        identity = work.folder / "identity.txt"
        identity.write_text(work.identity + "\n")
        assert work.age("-d", "-i", "identity.txt", input=made) == plain
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            stubs = [own.stub() for _ in range(8)]
            calls = [
                threads.submit(stubs[index % 8].Decrypt, messages.DecryptRequest(key=key, ciphertext=enc), timeout=30)
                for index in range(200)
            ]
            assert {call.result().plaintext for call in calls} == {plain}
        other = work.age("-a", "-r", work.recipient, input=b"a letter")
        stranger = subprocess.run(["age-keygen"], capture_output=True, check=True).stdout.decode()
        stranger = stranger.split("public key: ")[1].split()[0]
        foreign = work.age("-a", "-r", stranger, input=plain)
        refusals = [
            (messages.DecryptRequest(key=key, ciphertext=other), "UNKNOWN", "what opens is no data key"),
            (messages.DecryptRequest(key=key, ciphertext=foreign), "NOT_FOUND", "there is no key for"),
            (messages.DecryptRequest(key=key, ciphertext=enc[:-90]), "UNKNOWN", "does not open"),
            (messages.DecryptRequest(key=key), "INVALID_ARGUMENT", "no encrypted key"),
            (messages.DecryptRequest(ciphertext=enc), "NOT_FOUND", "names no key"),
            (messages.DecryptRequest(key=messages.Key(), ciphertext=enc), "NOT_FOUND", "no key of a known kind"),
            (messages.DecryptRequest(key=key, ciphertext=bytes(1 << 17)), "RESOURCE_EXHAUSTED", "too long"),
        ]
        for request, name, said in refusals:
            found, details = code(stub.Decrypt, request, timeout=10)
            assert found.name == name and said in details
        assert code(stub.Encrypt, messages.EncryptRequest(key=key, plaintext=b"mail"), timeout=10)[0].name == (
            "INVALID_ARGUMENT"
        )
        for method, request, name in (
            ("/KeyService/Delete", b"", "UNIMPLEMENTED"),
            ("/KeyService/Decrypt", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "INVALID_ARGUMENT"),
            ("/KeyService/Decrypt", b"\x0b\x0c", "INVALID_ARGUMENT"),
            ("/KeyService/Decrypt", b"\x80" * 20, "INVALID_ARGUMENT"),
        ):
            assert code(own.channel.unary_unary(method), request, timeout=10)[0].name == name
        status, said = own.stop()
        assert status == 0 and "decrypt with age age1" in said and "every user and every process" in said
        for secret in (work.identity, plain.hex(), "a letter", "hunter2", enc.decode()[40:80]):
            assert secret not in said


def test_both_are_ours(work):
    """Our client and our server, at a socket for its owner alone, which goes with the server."""
    work.encrypted()
    path = work.folder / "keys.sock"
    for number in (signal.SIGTERM, signal.SIGINT):
        with Own(work.rich, "--network", "unix", "--address", str(path)) as own:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert work.run(work.poor, "decrypt", "--keyservice", f"unix://{path}", "encrypted.yaml") == PLAIN
            # It is not taken away from a server that runs.
            said = work.refused(
                work.rich, "keyservice", "--network", "unix", "--address", path, status=3, SOPS_KEYSERVICE="x"
            )
            assert "it already exists" in said
            status, said = own.stop(number)
            assert status == 0 and not path.exists() and "warning" not in said
    # A killed one leaves its socket, which the next takes; another file is left alone.
    with Own(work.rich, "--network", "unix", "--address", str(path)) as own:
        own.process.kill()
        own.process.wait()
    assert path.exists()
    with Own(work.rich, "--net", "unix", "--addr", str(path)) as own:
        assert work.run(work.poor, "-d", "--keyservice", f"unix://{path}", "encrypted.yaml") == PLAIN
    path.unlink(missing_ok=True)
    path.write_text("mine")
    work.refused(work.rich, "keyservice", "--network", "unix", "--address", path, status=3)
    assert path.read_text() == "mine"
    for arguments, status in (
        (["--network", "udp"], 1), (["--network", "unix"], 1), (["--address", "5000"], 1), (["--prompt"], 1),
        (["--network", "unix", "--address", "@abstract"], 1), (["more"], 1),
        (["--address", "192.0.2.1:5000"], 3),
    ):  # fmt: skip
        work.refused(work.rich, "keyservice", *arguments, status=status)


def test_clients_that_are_none(work):
    """Garbage and floods end their own connection; the server goes on, in bounded memory."""
    enc = work.encrypted().encode()
    key = messages.Key(age={"recipient": work.recipient})
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"

    def frame(kind, flags, stream, body):
        return struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + body

    # POST http, with a literal field that is never ended.
    headers = b"\x83\x86" + b"\x00\x01a\x7f\x80\xff\xff\x03" + b"x" * 16000
    attacks = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        os.urandom(1 << 16),
        preface + os.urandom(1 << 16),
        preface + frame(6, 0, 0, b"PINGPONG") * 100_000,
        preface + frame(4, 0, 0, b"") * 100_000,
        preface + b"".join(frame(1, 5, 2 * n + 1, b"\x83\x86\x84") + frame(3, 0, 2 * n + 1, bytes(4)) for n in range(20_000)),
        preface + frame(1, 1, 1, headers) + frame(9, 0, 1, b"x" * 16000) * 200,
        preface + b"".join(frame(1, 4, 2 * n + 1, b"\x83\x86\x84") + frame(0, 0, 2 * n + 1, bytes(16000)) * 20 for n in range(200)),
    ]
    with Own(work.rich, "--address", "127.0.0.1:0") as own:
        place = ("127.0.0.1", int(own.address.rsplit(":", 1)[1]))
        idle = [socket.create_connection(place) for _ in range(20)]
        for attack in attacks:
            client = socket.create_connection(place)
            client.settimeout(5)
            with contextlib.suppress(OSError):
                client.sendall(attack)
                client.recv(1)
            client.close()
        # Connections that ask for nothing take all places, and give them up to who does.
        idle += [socket.create_connection(place) for _ in range(64)]
        stub = own.stub()
        # A client that does not wait for its answer.
        call = stub.Decrypt.future(messages.DecryptRequest(key=key, ciphertext=enc), timeout=10)
        call.cancel()
        assert len(stub.Decrypt(messages.DecryptRequest(key=key, ciphertext=enc), timeout=10).plaintext) == 32
        with open(f"/proc/{own.process.pid}/status") as status:
            peak = int(next(line for line in status if line.startswith("VmHWM")).split()[1])
        assert peak < 200_000
        assert own.stop()[0] == 0
        for client in idle:
            client.close()


def test_prompt(work):
    """With --prompt nothing is answered that the person at the terminal has not agreed to."""
    enc = work.encrypted().encode()
    key = messages.Key(age={"recipient": work.recipient})
    path = work.folder / "asked.sock"
    terminal = Terminal(work.rich, "sops", "keyservice", "--prompt", "--network", "unix", "--address", path)
    terminal.expect(b"listening at")
    stub = methods.KeyServiceStub(grpc.insecure_channel(f"unix:{path}"))
    for answer, name in ((b"y\n", None), (b"n\n", "PERMISSION_DENIED"), (b"\n", "PERMISSION_DENIED")):
        call = stub.Decrypt.future(messages.DecryptRequest(key=key, ciphertext=enc), timeout=20)
        terminal.expect(b"decrypt a data key with age age1")
        terminal.expect(b"[y/N] ")
        terminal.type(answer)
        if name:
            assert call.exception().code().name == name
        else:
            assert len(call.result().plaintext) == 32
    terminal.type(b"\x03")
    said, status = terminal.finish()
    assert status == 0 and not path.exists()
