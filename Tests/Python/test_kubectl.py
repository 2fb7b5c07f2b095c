"""kubectl and kustomize accept sealed manifests.

`kubectl create --dry-run=client` asks a server which resources there are, so a stand-in on a
loopback port answers just that (the discovery endpoints of the Kubernetes API).
"""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEALED = ROOT / "Examples" / "sealed"


def resource(name, kind):
    return {"name": name, "singularName": "", "namespaced": True, "kind": kind, "verbs": ["create", "get", "list"]}


def resource_list(version, *resources):
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": list(resources)}


ANSWERS = {
    "/api": {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []},
    "/api/v1": resource_list("v1", resource("secrets", "Secret"), resource("configmaps", "ConfigMap")),
    "/apis": {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [
            {
                "name": "apps",
                "versions": [{"groupVersion": "apps/v1", "version": "v1"}],
                "preferredVersion": {"groupVersion": "apps/v1", "version": "v1"},
            }
        ],
    },
    "/apis/apps/v1": resource_list("apps/v1", resource("deployments", "Deployment")),
    "/version": {"major": "1", "minor": "30", "gitVersion": "v1.30.0"},
}


class Discovery(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        answer = ANSWERS.get(self.path.split("?")[0])
        body = json.dumps(answer or {"kind": "Status", "code": 404}).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Discovery)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def kubectl():
    program = shutil.which("kubectl")
    assert program, "kubectl is missing: run scripts/setup"
    return program


@pytest.mark.parametrize("path", sorted(p.name for p in SEALED.iterdir() if p.name != "kustomization.yaml"))
def test_create_accepts_sealed_manifests(path, server, kubectl, tmp_path):
    plain = create(kubectl, server, ROOT / "Examples" / "manifests" / path, tmp_path)
    sealed = create(kubectl, server, SEALED / path, tmp_path)
    # The same objects, by their names.
    assert names(sealed) == names(plain) and names(sealed)
    for item in items(sealed):
        if item["kind"] == "Secret":
            assert "sealwax.dev/envelope" in item["metadata"]["annotations"]


def create(kubectl, server, path, home):
    result = subprocess.run(
        [kubectl, "--server", server, "create", "--dry-run=client", "--validate=false", "-o", "json", "-f", path],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def items(text):
    objects, decoder, rest = [], json.JSONDecoder(), text.strip()
    while rest:
        found, end = decoder.raw_decode(rest)
        objects += found["items"] if found["kind"] == "List" else [found]
        rest = rest[end:].strip()
    return objects


def names(text):
    return sorted((item["kind"], item["metadata"]["name"]) for item in items(text))


def test_kustomize_accepts_sealed_manifests(kubectl):
    result = subprocess.run([kubectl, "kustomize", SEALED], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("sealwax.dev/envelope") == 2
