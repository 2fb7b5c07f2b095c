"""Key services of SOPS's: gRPC's own server and client, and servers that are none."""

import concurrent.futures
import contextlib
import os
import signal
import socket
import subprocess
import threading

import grpc

from program import BINARY

messages, methods = grpc.protos_and_services("keyservice.proto")


class Service(methods.KeyServiceServicer):
    """Answers what it was made for, and keeps what it was asked."""

    def __init__(self, encrypt=None, decrypt=None):
        self.encrypt, self.decrypt, self.seen = encrypt, decrypt, []

    def Encrypt(self, request, context):
        self.seen.append(request)
        if not self.encrypt:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "nothing is encrypted\x1b[31m here – sorry")
        return messages.EncryptResponse(ciphertext=self.encrypt(request))

    def Decrypt(self, request, context):
        self.seen.append(request)
        if not self.decrypt:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "nothing is decrypted\x1b[31m here – sorry")
        return messages.DecryptResponse(plaintext=self.decrypt(request))


@contextlib.contextmanager
def serving(service, address):
    """gRPC's server; gives the address for --keyservice."""
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
    methods.add_KeyServiceServicer_to_server(service, server)
    port = server.add_insecure_port(address)
    server.start()
    try:
        yield address.replace("unix:", "unix://") if address.startswith("unix:") else f"tcp://127.0.0.1:{port}"
    finally:
        server.stop(None)


@contextlib.contextmanager
def saying(answer, after=1):
    """A server that is none: sends bytes, and then closes or says nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = []

    def run():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                held.append(client)
                with contextlib.suppress(OSError):
                    if after:
                        client.recv(65536)
                    client.sendall(answer)
                    if after:
                        client.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        for client in held:
            client.close()


class Own:
    """Our own service as a process of its own."""

    def __init__(self, home, *arguments, **variables):
        self.process = subprocess.Popen(
            [BINARY, "sops", "keyservice", "--verbose", *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "HOME": str(home), **variables},
            cwd=home,
            umask=0,
        )
        self.said = []
        while True:
            line = self.process.stderr.readline().decode()
            assert line, "".join(self.said)
            self.said.append(line)
            if line.startswith("listening at "):
                break
        self.address = line.split()[-1]

    def stub(self):
        target = self.address.replace("tcp://", "").replace("unix://", "unix:")
        # A connection of its own: gRPC would share one.
        self.channel = grpc.insecure_channel(target, [("grpc.use_local_subchannel_pool", 1)])
        return methods.KeyServiceStub(self.channel)

    def stop(self, number=signal.SIGTERM):
        """How it ended, and all it said."""
        self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=20)
        assert out == b""
        return self.process.returncode, "".join(self.said) + errors.decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
