"""`tls coverage` as a user who may not read everything."""

import json
import os
import pwd
import subprocess
import tempfile

import pytest
from program import BINARY, environment

ETCD = "{kind: Pod, spec: {containers: [{command: [etcd, --listen-client-urls=http://0.0.0.0:2379]}]}}"


@pytest.fixture
def node():
    """A node's root that other users may enter."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        manifests = os.path.join(folder, "etc/kubernetes/manifests")
        os.makedirs(manifests)
        with open(os.path.join(manifests, "etcd.yaml"), "w") as file:
            file.write(ETCD)
        yield folder


def coverage(folder, *arguments):
    """As a user that is not root and not the owner, or with the owner's rights taken away."""
    daemon = pwd.getpwnam("daemon")
    demoted = {"user": daemon.pw_uid, "group": daemon.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    words = [BINARY, "tls", "coverage", "--root", folder, *arguments]
    return subprocess.run(words, capture_output=True, cwd="/", env=environment("/"), **demoted)


@pytest.mark.parametrize("closed", ["etc/kubernetes/manifests", "etc/kubernetes"])
def test_a_folder_that_may_not_be_read_is_told_of(node, closed):
    path = os.path.join(node, closed)
    os.chmod(path, 0o000)
    try:
        result = coverage(node)
        assert result.returncode == 66
        assert b"there is nothing to judge" in result.stderr
        assert b"etc/kubernetes/manifests: permission denied" in result.stderr
        assert b"nothing of a control plane" not in result.stderr
        # Beside what can be read it is a finding.
        kubelet = os.path.join(node, "var/lib/kubelet")
        os.makedirs(kubelet)
        with open(os.path.join(kubelet, "config.yaml"), "w") as file:
            file.write("kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n")
        result = coverage(node, "--json")
        found = [(item["rule"], item["message"]) for item in json.loads(result.stdout)["findings"]]
        assert ("tls/unreadable-file", "permission denied") in found
    finally:
        os.chmod(path, 0o755)
    assert b"tls/link-etcd-plaintext" in coverage(node).stdout
