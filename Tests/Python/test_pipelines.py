"""apply, mask and kustomize: with the real kubectl, with stand-ins, and the example pipelines."""

import base64
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import threading
import time

import pytest
import yaml
from program import BINARY, ROOT, SECRET, Terminal, environment, identity, run
from test_kubectl import ANSWERS

VALUE = "hunter2 'x' & <100%>"
PIPELINES = ROOT / "Examples" / "pipelines"


class Server(http.server.BaseHTTPRequestHandler):
    """As much of the Kubernetes API as `kubectl apply` needs for Secrets."""

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0]
        if path in ANSWERS:
            return self.answer(200, ANSWERS[path])
        if not path.startswith("/api/v1/namespaces/"):
            return self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404})
        if self.command == "GET":
            failure = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
            return self.answer(404, failure)
        self.server.sent.append((self.command, self.path, self.headers["Content-Type"], body))
        if self.server.refuses:
            failure = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403}
            return self.answer(403, failure)
        # Server-side apply sends YAML, everything else JSON.
        self.answer(201, yaml.safe_load(body))

    do_GET = do_POST = do_PATCH = handle_any

    def log_message(self, *arguments):
        pass


@pytest.fixture
def cluster():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.sent, server.refuses = [], False
    server.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    recipient = identity(home)
    folder = home / "secrets"
    folder.mkdir()
    (folder / "a.yaml").write_text(SECRET.format(name="a", value=VALUE))
    (folder / "b.json").write_text(
        json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}, "data": {"k": "v"}})
    )
    run(home, "encrypt", "-q", "-I", "-r", recipient, folder)
    return home


def kubectl_arguments(cluster):
    return ["--server", cluster.address, "--validate=false", "--namespace", "shop"]


def stand_in(home, text):
    path = home / "stand-in"
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("more", [[], ["--server-side"]])
def test_kubectl_gets_the_plaintext(home, cluster, more):
    result = run(home, "apply", "secrets", "--", *kubectl_arguments(cluster), *more)
    sent = {body["metadata"]["name"]: body for *_, data in cluster.sent for body in [yaml.safe_load(data)]}
    assert set(sent) == {"a", "b"}, result.stderr
    assert sent["a"]["stringData"] == {"password": VALUE}
    annotations = sent["a"]["metadata"].get("annotations", {})
    assert "sealwax.dev/envelope" not in annotations
    # What the warning is about.
    repeats = "kubectl.kubernetes.io/last-applied-configuration" in annotations
    assert repeats == (not more) == (b"last-applied-configuration" in result.stderr)


def test_kubectl_decides_the_exit_status(home, cluster):
    cluster.refuses = True
    result = run(home, "apply", "secrets/a.yaml", "--", *kubectl_arguments(cluster), check=False)
    assert result.returncode == 1 and b"orbidden" in result.stderr


def test_nothing_is_sent_unless_every_file_opens(home, cluster):
    path = home / "secrets" / "c.yaml"
    path.write_text((home / "secrets" / "a.yaml").read_text().replace("name: a", "name: c"))
    result = run(home, "apply", "secrets", "--", *kubectl_arguments(cluster), check=False)
    assert result.returncode == 65 and b"c.yaml" in result.stderr and not cluster.sent


def test_plaintext_is_in_no_argument_variable_or_file(home):
    witness = stand_in(
        home,
        'tr "\\0" " " < /proc/self/cmdline; tr "\\0" " " < /proc/$$/cmdline; env; readlink /proc/$$/fd/0 >&2; cat > got\n',
    )
    secret = (home / ".config" / "sealwax" / "keys.txt").read_text()
    result = run(home, "apply", "--kubectl", witness, "secrets/a.yaml", "--", "--x", SEALWAX_IDENTITY=secret)
    assert b"apply -f - --x" in result.stdout and b"hunter2" not in result.stdout + result.stderr
    assert b"memfd:" in result.stderr and b"AGE-SECRET-KEY" not in result.stdout
    assert VALUE in (home / "got").read_text()


def test_a_kill_cuts_no_manifest_short(home):
    path = home / "secrets" / "a.yaml"
    text = run(home, "decrypt", path).stdout + b"".join(b"  k%d: %s\n" % (n, b"v" * 1000) for n in range(300))
    path.write_bytes(text)
    run(home, "encrypt", "-q", "-I", "-r", run(home, "keys", "--recipients").stdout.decode().strip(), path)
    slow = stand_in(home, "touch started; sleep 0.5; cat > part; mv part got\n")
    process = subprocess.Popen([BINARY, "apply", "--kubectl", slow, path], cwd=home, env=environment(home))
    wait_for(home / "started")
    process.kill()
    process.wait()
    wait_for(home / "got")
    assert (home / "got").read_bytes() == text


def wait_for(path):
    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not come")


@pytest.mark.parametrize("arguments", [["apply", "--kubectl", "./stand-in", "secrets/a.yaml"],
                                       ["exec", "--mask", "gitlab", "secrets/a.yaml", "--", "./stand-in"]])
def test_signals_reach_the_program(home, arguments):
    stand_in(home, "trap 'echo bye; exit 9' TERM; touch started; while :; do sleep 0.05; done\n")
    process = subprocess.Popen([BINARY, *arguments], cwd=home, env=environment(home), stdout=subprocess.PIPE)
    wait_for(home / "started")
    process.send_signal(signal.SIGTERM)
    assert process.communicate()[0] == b"bye\n" and process.returncode == 9


# Masks

def fragments(text):
    rng = random.Random(len(text))
    while text:
        count = rng.choice([1, 2, 3, 7, 50])
        yield text[:count]
        text = text[count:]


def test_values_are_masked_in_every_form_and_however_they_are_cut(home):
    value = VALUE.encode()
    forms = [
        value,
        json.dumps(VALUE)[1:-1].encode(),
        VALUE.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e").encode(),
        b"hunter2%20%27x%27%20%26%20%3C100%25%3E",
        b"hunter2+%27x%27+%26+%3C100%25%3E",
        VALUE.replace("'", "'\\''").encode(),
        base64.b64encode(value),
        base64.urlsafe_b64encode(value),
        value.hex().encode(),
        value.hex().upper().encode(),
        base64.b64encode(b"a" + value)[2:],
        base64.b64encode(b"ab" + value + b"xyz")[3:-6],
    ]
    text = b"start hunter2 " + b" between ".join(form + b"|" + form for form in forms) + b" end hunte"
    chunks = home / "chunks"
    chunks.mkdir()
    for number, part in enumerate(fragments(text)):
        (chunks / f"{number:05}").write_bytes(part)
    script = stand_in(home, "for f in chunks/*; do cat $f; cat $f >&2; done\n")
    result = run(home, "exec", "--mask", "gitlab", "secrets/a.yaml", "--", script)
    # Of Base64 without padding the last characters may stay: they are not of the value alone.
    wanted = re.escape(b"start hunter2 " + b" between ".join([b"[MASKED]|[MASKED]"] * len(forms)) + b" end hunte")
    wanted = wanted.replace(re.escape(b"[MASKED]"), rb"\[MASKED\][A-Za-z0-9=]{0,3}")
    assert re.fullmatch(wanted, result.stdout), result.stdout
    assert re.fullmatch(wanted, result.stderr), result.stderr


def test_the_filter_agrees_with_a_plain_search(tmp_path):
    home = tmp_path
    recipient = identity(home)
    rng = random.Random(5)
    for number in range(6):
        values = ["".join(rng.choices("ab", k=rng.randint(1, 6))) for _ in range(3)]
        lines = "".join(f"  k{index}: '{value}'\n" for index, value in enumerate(values))
        (home / "s.yaml").write_text(SECRET.split("  password")[0].format(name="s") + lines)
        run(home, "encrypt", "-q", "-I", "-r", recipient, "s.yaml")
        text = "".join(rng.choices("abc", weights=[4, 4, 1], k=4000))
        (home / "text").write_text(text)
        got = run(home, "exec", "--mask", "gitlab", "s.yaml", "--", "cat", "text").stdout.decode()
        covered = bytearray(len(text))
        for value in values:
            for start in range(len(text)):
                if text.startswith(value, start):
                    covered[start : start + len(value)] = b"\1" * len(value)
        kept = "".join(letter if not mark else "." for letter, mark in zip(text, covered))
        assert re.sub(r"(\[MASKED\])+", ".", got) == re.sub(r"\.+", ".", kept)


def test_a_value_said_for_ever_is_not_held_back(tmp_path):
    home = tmp_path
    recipient = identity(home)
    (home / "s.yaml").write_text(SECRET.format(name="s", value="aaa"))
    run(home, "encrypt", "-q", "-I", "-r", recipient, "s.yaml")
    # It goes on only when what it has said so far was seen.
    script = stand_in(home, "printf hunter; head -c 300000 /dev/zero | tr '\\0' a; "
        "for i in $(seq 600); do [ -e shown ] && break; sleep 0.02; done; [ -e shown ] || echo late; echo; echo hunter\n")
    arguments = [BINARY, "exec", "--mask", "gitlab", "s.yaml", "--", script]
    with subprocess.Popen(arguments, cwd=home, env=environment(home), stdout=subprocess.PIPE) as process:
        seen = b""
        while len(seen) < len(b"hunter[MASKED]"):
            seen += os.read(process.stdout.fileno(), 65536)
        (home / "shown").touch()
        assert seen + process.stdout.read() == b"hunter[MASKED]\nhunter\n"


def test_programs_that_are_left_running_are_not_waited_for(home):
    script = stand_in(home, "sleep 20 & echo said; exit 3\n")
    started = time.monotonic()
    result = run(home, "exec", "--mask", "gitlab", "secrets/a.yaml", "--", script, check=False)
    assert result.returncode == 3 and result.stdout == b"said\n" and time.monotonic() - started < 10


def test_masks_are_for_runners_alone(home):
    value = VALUE.replace("%", "%25").encode()
    expected = b"::add-mask::" + value + b"\n::add-mask::" + base64.b64encode(VALUE.encode()) + b"\n"
    assert run(home, "mask", "secrets", GITHUB_ACTIONS="true").stdout == expected
    azure = b"##vso[task.setsecret]" + VALUE.replace("%", "%AZP25").encode() + b"\n"
    assert run(home, "mask", "secrets", TF_BUILD="True").stdout.startswith(azure)
    out = run(home, "exec", "--mask", "github", "secrets/a.yaml", "--", "echo", "later").stdout
    assert out == expected + b"later\n"
    for more in [{}, {"GITLAB_CI": "true"}]:
        result = run(home, "mask", "secrets", check=False, **more)
        assert result.returncode == 64 and not result.stdout
    for arguments in [["mask", "secrets"], ["exec", "--mask", "github", "secrets/a.yaml", "--", "true"]]:
        seen, status = Terminal(home, *arguments, GITHUB_ACTIONS="true").finish()
        assert status == 64 and b"hunter2" not in seen and b"terminal" in seen


def test_no_value_can_give_the_runner_a_command(home):
    (home / "s.yaml").write_text(SECRET.format(name="s", value="x\\n::set-env name=A::b\\r##vso[task.setvariable]c"))
    run(home, "encrypt", "-q", "-I", "-r", run(home, "keys", "--recipients").stdout.decode().strip(), "s.yaml")
    for pipeline, command in [("github", "::add-mask::"), ("azure", "##vso[task.setsecret]")]:
        lines = run(home, "mask", "--for", pipeline, "s.yaml").stdout.decode().replace("\r", "\n").splitlines()
        assert len(lines) == 3 and all(line.startswith(command) for line in lines)


# Kustomize

def resource_list(*items, **config):
    whole = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": list(items)}
    if config:
        config = {"apiVersion": "sealwax.dev/v1", "kind": "OpenSecrets", "metadata": {"name": "o"}, **config}
        whole["functionConfig"] = config
    return whole


@pytest.mark.parametrize("write", [yaml.safe_dump, lambda value: json.dumps(value, indent=1)])
def test_krm_function(home, write):
    sealed = yaml.safe_load((home / "secrets" / "a.yaml").read_text())
    other = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"x": "a\n  b\n\n", "y": "1"}}
    request = resource_list(other, sealed, spec={"files": ["secrets/a.yaml", "secrets/b.json"]})
    answer = yaml.safe_load(run(home, "kustomize", input=write(request).encode()).stdout)
    assert answer["apiVersion"] == "config.kubernetes.io/v1" and answer["kind"] == "ResourceList"
    assert answer["functionConfig"] == request["functionConfig"] and answer["items"][0] == other
    opened = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"password": VALUE}}
    assert answer["items"][1] == answer["items"][2] == opened
    assert answer["items"][3]["metadata"] == {"name": "b"}
    # Nothing to do is no error.
    assert yaml.safe_load(run(home, "kustomize", input=write(resource_list()).encode()).stdout)["items"] == []


@pytest.mark.parametrize(
    "config, status",
    [
        ({"spec": {"files": ["/etc/passwd"]}}, 64),
        ({"spec": {"files": ["../outside.yaml"]}}, 64),
        ({"spec": {"files": ["link.yaml"]}}, 64),
        ({"spec": {"files": ["gone.yaml"]}}, 66),
        ({"spec": {"file": ["secrets/a.yaml"]}}, 65),
        ({"spec": {"files": "secrets/a.yaml"}}, 65),
        ({"spec": {"files": [{"a": "b"}]}}, 65),
        ({"kind": "ConfigMap"}, 65),
        ({"other": 1}, 65),
    ],
)
def test_krm_errors_have_results_and_no_objects(home, config, status):
    outside = home.parent / "outside.yaml"
    shutil.copy(home / "secrets" / "a.yaml", outside)
    (home / "link.yaml").symlink_to(outside)
    other = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
    result = run(home, "kustomize", input=yaml.safe_dump(resource_list(other, **config)).encode(), check=False)
    answer = yaml.safe_load(result.stdout)
    assert result.returncode == status and answer["items"] == []
    assert [entry["severity"] for entry in answer["results"]] == ["error"] and answer["results"][0]["message"]
    assert result.stderr.startswith(b"sealwax: error: ")
    # As an exec plugin, nothing at all.
    (home / "config.yaml").write_text(yaml.safe_dump(resource_list(**config)["functionConfig"]))
    result = run(home, "kustomize", "config.yaml", check=False)
    assert result.returncode == status and not result.stdout


def test_a_renamed_secret_does_not_open_as_a_transformer(home):
    sealed = yaml.safe_load((home / "secrets" / "a.yaml").read_text())
    sealed["metadata"]["namespace"] = "elsewhere"
    result = run(home, "kustomize", input=yaml.safe_dump(resource_list(sealed)).encode(), check=False)
    assert result.returncode == 65 and b"generator" in result.stderr
    assert yaml.safe_load(result.stdout)["items"] == []


# The example pipelines

@pytest.fixture
def pipelines(tmp_path):
    """A copy of the examples, and an environment in which pipelines run."""
    shutil.copytree(ROOT / "Examples", tmp_path / "Examples")
    shutil.copytree(ROOT / "Keys", tmp_path / "Examples" / "Keys", dirs_exist_ok=True)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "sealwax").symlink_to(BINARY)
    for name in ["kubectl", "helm"]:
        # Says what it was given, and what is in the file that it was given.
        (tools / name).write_text(
            f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/calls\n'
            f'if [ "$1" = apply ]; then cat > {tmp_path}/applied; exit; fi\n'
            f'for a; do case "$a" in */values.yaml) cat "$a" > {tmp_path}/values;; esac; done\n'
        )
        (tools / name).chmod(0o755)
    more = environment(tmp_path)
    more["PATH"] = f"{tools}:{more['PATH']}"
    return tmp_path, tmp_path / "Examples" / "pipelines", more


IDENTITY = (ROOT / "Keys" / "demo" / "identity.txt").read_text()
PASSWORD = "battery-staple 42"


def shell(script, folder, variables):
    result = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=folder, env=variables, capture_output=True)
    assert result.returncode == 0, (script, result.stderr.decode())
    return result.stdout.decode()


def steps(name):
    """The scripts of a pipeline, each with its variables."""
    whole = yaml.safe_load((PIPELINES / name).read_text())
    if name == "github-actions.yml":
        for job in whole["jobs"].values():
            yield from [(step["run"], step.get("env", {})) for step in job["steps"] if "run" in step]
    elif name == "gitlab-ci.yml":
        for job in [whole["check"], whole["deploy"]]:
            yield from [(line, {"SEALWAX_IDENTITY_FILE": ""} if job is whole["deploy"] else {}) for line in job["script"]]
    else:
        yield from [(step["script"], step.get("env", {})) for step in whole["steps"]]


@pytest.mark.parametrize(
    "name, mark",
    [("github-actions.yml", {"GITHUB_ACTIONS": "true"}), ("gitlab-ci.yml", {"GITLAB_CI": "true"}),
     ("azure-pipelines.yml", {"TF_BUILD": "True"})],
)
def test_ci_examples(pipelines, name, mark):
    base, folder, more = pipelines
    key = base / "identity"
    key.write_text(IDENTITY)
    values = {"SEALWAX_IDENTITY": IDENTITY, "SEALWAX_IDENTITY_FILE": str(key)}
    log, masks = "", []
    for script, wanted in steps(name):
        out = shell(script, folder, {**more, **mark, **{variable: values[variable] for variable in wanted}})
        # What the runner does with it.
        for line in out.splitlines():
            found = re.fullmatch(r"(?:::add-mask::|##vso\[task\.setsecret\])(.+)", line)
            if found:
                masks.append(found[1].replace("%AZP25", "%").replace("%25", "%"))
                continue
            for mask in masks:
                line = line.replace(mask, "***")
            log += line + "\n"
    assert "connecting with" in log and PASSWORD not in log
    assert yaml.safe_load((base / "applied").read_text())["stringData"]["password"] == PASSWORD
    assert (base / "calls").read_text().startswith("kubectl apply -f - --server-side\n")


def test_argo_cd_example(pipelines):
    base, folder, more = pipelines
    more["SEALWAX_IDENTITY"] = IDENTITY
    spec = yaml.safe_load((folder / "argocd" / "plugin.yaml").read_text())["spec"]

    def call(command, app):
        # Argo CD runs a plugin's command without a shell, in the folder of the application.
        whole = command["command"] + command.get("args", [])
        return subprocess.run(whole, cwd=app, env=more, capture_output=True, check=True).stdout.decode()

    assert call(spec["discover"]["find"], folder / "secrets") and not call(spec["discover"]["find"], folder / "flux")
    objects = list(yaml.safe_load_all(call(spec["generate"], folder / "secrets")))
    assert objects[0]["stringData"]["password"] == PASSWORD
    # With a kustomization, the real kubectl and the plugin that the sidecar has.
    (base / "tools" / "kubectl").unlink()
    sidecar = yaml.safe_load((folder / "argocd" / "repo-server.yaml").read_text())
    (container,) = sidecar["spec"]["template"]["spec"]["containers"]
    names = {entry["name"] for entry in container["env"]}
    assert names == {"SEALWAX_IDENTITY_FILE", "KUSTOMIZE_PLUGIN_HOME"}
    more["KUSTOMIZE_PLUGIN_HOME"] = str(folder / "kustomize" / "plugin")
    (secret,) = yaml.safe_load_all(call(spec["generate"], folder / "kustomize"))
    assert secret["metadata"] == {"name": "eu-database", "namespace": "shop"}
    assert secret["stringData"]["password"] == PASSWORD


def test_kustomize_example_as_krm_function(pipelines):
    _, folder, more = pipelines
    more["SEALWAX_IDENTITY"] = IDENTITY
    config = yaml.safe_load((folder / "kustomize" / "open-krm.yaml").read_text())
    function = yaml.safe_load(config["metadata"]["annotations"]["config.kubernetes.io/function"])
    request = yaml.safe_dump({**resource_list(), "functionConfig": config}).encode()
    result = subprocess.run(
        [function["exec"]["path"]], input=request, cwd=folder / "kustomize", env=more, capture_output=True, check=True
    )
    assert yaml.safe_load(result.stdout)["items"][0]["stringData"]["password"] == PASSWORD


def test_helm_examples(pipelines):
    base, folder, more = pipelines
    more["SEALWAX_IDENTITY"] = IDENTITY
    rendered = "---\n# Source: shop/templates/secret.yaml\n" + (folder / "secrets" / "database.yaml").read_text()
    rendered += "---\n# Source: shop/templates/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    plugin = yaml.safe_load((folder / "helm" / "plugin" / "plugin.yaml").read_text())
    (command,) = plugin["runtimeConfig"]["platformCommand"]
    for program in [["./post-render"], [command["command"], *command["args"]]]:
        # More's PATH, as Helm's own would be.
        program[0] = shutil.which(program[0], path=more["PATH"]) or program[0]
        result = subprocess.run(
            program, input=rendered.encode(), cwd=folder / "helm", env=more, capture_output=True, check=True
        )
        secret, other = yaml.safe_load_all(result.stdout)
        assert secret["stringData"]["password"] == PASSWORD and other["kind"] == "ConfigMap"
    shell("./upgrade shop ./chart", folder / "helm", more)
    assert (base / "calls").read_text().startswith("helm upgrade --install shop ./chart --values /")
    assert yaml.safe_load((base / "values").read_text()) == {"database": {"password": PASSWORD}}


def test_flux_example(pipelines):
    _, folder, _ = pipelines
    repository, kustomization = yaml.safe_load_all((folder / "flux" / "repository.yaml").read_text())
    assert repository["spec"]["ignore"].split() == ["/secrets/"]
    # Flux would refuse what is not SOPS's.
    assert "decryption" not in kustomization["spec"]


# Whatever comes in

@pytest.mark.parametrize("command", [["apply", "--kubectl", "false"], ["mask", "--for", "github"], ["kustomize"],
                                     ["exec", "--mask", "gitlab"]], ids=lambda command: command[0])
def test_bad_input(home, command):
    sealed = (home / "secrets" / "a.yaml").read_bytes()
    inputs = {
        "empty": b"",
        "binary": bytes(range(256)) * 16,
        "truncated": sealed[: len(sealed) * 2 // 3],
        "large": None,
        "gone": None,
    }
    for name, data in inputs.items():
        path = home / name
        if data is not None:
            path.write_bytes(data)
        elif name == "large":
            with path.open("wb") as file:
                file.truncate(100 << 20)
        if command[0] == "kustomize":
            if name == "gone":
                continue
            with path.open("rb") as file:
                result = subprocess.run([BINARY, *command], stdin=file, capture_output=True, env=environment(home))
            assert yaml.safe_load(result.stdout)["items"] == []
        else:
            more = ["--", "true"] if command[0] == "exec" else []
            result = run(home, *command, path, *more, check=False)
            assert not result.stdout
        assert result.returncode in (65, 66), (name, result)
        assert result.stderr.startswith(b"sealwax: error: ")
    if command[0] != "kustomize":
        result = run(home, *command, home / "nothing-here", *(["--", "true"] if command[0] == "exec" else []), check=False)
        assert result.returncode == 66
    # A reader that goes away.
    more = ["--", "yes"] if command[0] == "exec" else []
    read, write = os.pipe()
    os.close(read)
    arguments = command if command[0] == "kustomize" else [*command, home / "secrets" / "a.yaml", *more]
    source = yaml.safe_dump(resource_list(yaml.safe_load(sealed))).encode()
    if command[0] != "apply":
        result = subprocess.run(
            [BINARY, *arguments], input=source, stdout=write, stderr=subprocess.PIPE, env=environment(home), cwd=home
        )
        assert result.returncode in (74, 141), result
    os.close(write)
