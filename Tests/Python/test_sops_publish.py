"""`sops publish`: moto's S3 behind AWS's own signature check, strict stand-ins of the others."""

import json

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.server import ThreadedMotoServer

import cloud_servers as servers
from program import identity, run

PLAIN = "# first\nuser: admin\nport: 5432\nshare: 0.5\nready: true\nlist:\n    - a: x\n      b: null\n"
FIELDS = {"user": "admin", "port": 5432, "share": 0.5, "ready": True, "list": [{"a": "x", "b": None}]}
USER = {"AWS_ACCESS_KEY_ID": "AKIAUSER", "AWS_SECRET_ACCESS_KEY": "user/secret+", "AWS_REGION": "eu-west-3"}


class Work:
    """A folder with rules and an encrypted file."""

    def __init__(self, home):
        self.home, self.variables = home, {}
        self.recipient = identity(home)
        (home / "secrets/deep").mkdir(parents=True)
        (home / "plain.yaml").write_text(PLAIN)
        text = run(home, "sops", "encrypt", "--age", self.recipient, "plain.yaml").stdout
        for name in ("secrets/db.enc.yaml", "secrets/deep/a b.yaml"):
            (home / name).write_bytes(text)

    def rules(self, *rules):
        """Each rule in JSON, which is YAML."""
        (self.home / ".sops.yaml").write_text(json.dumps({"destination_rules": rules}))

    def publish(self, *arguments, status=0, input=b""):
        words = ("sops", "publish", *arguments)
        result = run(self.home, *words, check=False, input=input, **self.variables)
        shown = result.stdout.decode() + result.stderr.decode()
        assert result.returncode == status, shown
        assert "admin" not in shown and "hvs." not in shown and "secret+" not in shown
        return shown


@pytest.fixture
def work(tmp_path):
    return Work(tmp_path)


@pytest.fixture(scope="module")
def bucket():
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    client = boto3.client(
        "s3", region_name="eu-west-3", endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="AKIAADMIN", aws_secret_access_key="admin",
    )
    client.create_bucket(Bucket="our-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    server = servers.SignedS3(f"http://{host}:{port}/", {"AKIAUSER": "user/secret+"})
    yield server, lambda key: client.get_object(Bucket="our-bucket", Key=key)["Body"].read()
    server.stop()
    moto.stop()


@pytest.fixture
def s3(work, bucket):
    server, stored = bucket
    work.variables = {**USER, "AWS_ENDPOINT_URL_S3": server.url, "AWS_EC2_METADATA_DISABLED": "true"}
    return work, server, stored


def test_s3(s3):
    work, server, stored = s3
    file = work.home / "secrets/db.enc.yaml"
    work.rules({"path_regex": "^other", "gcs_bucket": "x"}, {"s3_bucket": "our-bucket", "s3_prefix": "sops/é "})
    work.publish("-y", "secrets/db.enc.yaml")
    assert stored("sops/é db.enc.yaml") == file.read_bytes()
    work.publish("--yes", "--omit-extensions", "secrets/db.enc.yaml")
    assert stored("sops/é db.enc") == file.read_bytes()
    # All of a folder that is encrypted, under its paths in it.
    (work.home / "secrets/notes.txt").write_text("not encrypted")
    assert "is a folder" in work.publish("-y", "secrets", status=1)
    assert "notes.txt: left out" in work.publish("-y", "--recursive", "secrets/")
    assert stored("sops/é deep/a b.yaml") == file.read_bytes()
    # Nobody is asked twice, and without an answer nothing goes.
    server.seen.clear()
    shown = work.publish("secrets/db.enc.yaml", input=b"n\n", status=1)
    assert "to s3://our-bucket/sops/" in shown and not server.seen
    work.publish("secrets/db.enc.yaml", status=1)
    work.publish("secrets/db.enc.yaml", input=b"y\n")
    assert len(server.seen) == 1
    work.variables["AWS_SECRET_ACCESS_KEY"] = "wrong"
    assert "SignatureDoesNotMatch" in work.publish("-y", "secrets/db.enc.yaml", status=1)
    work.variables["AWS_SECRET_ACCESS_KEY"] = "user/secret+"
    work.rules({"s3_bucket": "no-such-bucket", "omit_extensions": True})
    assert "NoSuchBucket" in work.publish("-y", "secrets/db.enc.yaml", status=1)
    del work.variables["AWS_REGION"]
    assert "AWS_REGION" in work.publish("-y", "secrets/db.enc.yaml", status=1)


def test_encrypted_anew_for_others(s3):
    work, _, stored = s3
    other = work.home / "other.txt"
    run(work.home, "keygen", "-o", other)
    recipient = run(work.home, "keys", "--recipients", other).stdout.decode().strip()
    rule = {"age": recipient, "encrypted_regex": "^(user|list)$"}
    work.rules({"s3_bucket": "our-bucket", "recreation_rule": rule, "omit_extensions": True})
    assert recipient in work.publish("-y", "secrets/db.enc.yaml")
    (work.home / "published.yaml").write_bytes(stored("db.enc"))
    assert "port: 5432" in (work.home / "published.yaml").read_text()
    opened = run(work.home, "sops", "decrypt", "published.yaml", SOPS_AGE_KEY_FILE=str(other))
    assert opened.stdout.decode() == PLAIN
    (work.home / ".config/sealwax/keys.txt").unlink()
    assert run(work.home, "sops", "decrypt", "published.yaml", check=False).returncode == 128
    work.publish("-y", "secrets/db.enc.yaml", status=128)


def test_google(work):
    account = rsa.generate_private_key(65537, 2048)
    server = servers.GoogleStorage(account)
    work.rules({"gcs_bucket": "our-bucket", "gcs_prefix": "a&b/"})
    variables = {"GCE_METADATA_HOST": "127.0.0.1:1"}
    endpoint = {"CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": server.url}
    work.variables = {**variables, **endpoint}
    assert "there are no credentials" in work.publish("-y", "secrets/db.enc.yaml", status=1)
    (work.home / "account.json").write_text(
        json.dumps({
            "type": "service_account", "client_email": server.email, "private_key_id": "key1",
            "private_key": servers.pem(account).decode(), "token_uri": server.url + "/token",
        })
    )
    work.variables["GOOGLE_APPLICATION_CREDENTIALS"] = str(work.home / "account.json")
    work.publish("-y", "secrets/db.enc.yaml")
    assert server.objects["a&b/db.enc.yaml"] == (work.home / "secrets/db.enc.yaml").read_bytes()
    # An emulator gets no credentials.
    server.seen.clear()
    work.variables = {**variables, "STORAGE_EMULATOR_HOST": f"localhost:{server.port}"}
    assert "status 401" in work.publish("-y", "secrets/db.enc.yaml", status=1)
    assert all("Authorization" not in headers for _, _, headers, _ in server.seen)
    server.stop()


def test_vault(work):
    server = servers.VaultValues()
    own = {"VAULT_ADDR": server.url, "VAULT_TOKEN": server.token}
    work.variables = dict(own)
    work.rules(
        {"path_regex": "deep", "vault_path": "team/", "vault_kv_mount_name": "old/kv/", "vault_kv_version": 1},
        {"vault_path": "team", "vault_address": server.url, "omit_extensions": True},
    )
    shown = work.publish("secrets/db.enc.yaml", input=b"y\n")
    assert f"{server.url}/v1/secret/data/team/db.enc" in shown
    assert server.secrets == {"/v1/secret/data/team/db.enc": FIELDS}
    # What is there already is not a new version.
    server.seen.clear()
    work.publish("-y", "secrets/db.enc.yaml")
    assert [method for method, *_ in server.seen] == ["GET"]
    server.is_readable = False
    work.publish("-y", "secrets/db.enc.yaml")
    assert [method for method, *_ in server.seen][1:] == ["GET", "PUT"]
    server.is_readable = True
    for _ in range(2):
        work.publish("-y", "secrets/deep/a b.yaml")
    assert server.secrets["/v1/old/kv/team/a%20b.yaml"] == FIELDS
    assert [method for method, *_ in server.seen][3:] == ["GET", "PUT", "GET"]
    # Plaintext goes to no server that nothing but the rules name.
    server.seen.clear()
    work.variables["VAULT_ADDR"] = "https://vault.example.org:8200"
    assert "which nothing but the file names" in work.publish("-y", "secrets/db.enc.yaml", status=1)
    assert not server.seen
    work.variables = {**own, "VAULT_TOKEN": "hvs.other"}
    assert "vault login" in work.publish("-y", "secrets/db.enc.yaml", status=1)
    # An altered file is published nowhere.
    work.variables = dict(own)
    path = work.home / "secrets/db.enc.yaml"
    path.write_text(path.read_text().replace("ready: ENC", "read: ENC"))
    server.seen.clear()
    work.publish("-y", "secrets/db.enc.yaml", status=25)
    assert not server.seen
    server.stop()


@pytest.mark.parametrize(
    "rules, words",
    [
        ([], "no destination rule is for"),
        ([{"path_regex": "other", "s3_bucket": "our-bucket"}], "no destination rule is for"),
        ([{"s3_bucket": "our-bucket", "gcs_bucket": "b"}], "names one of"),
        ([{"path_regex": "(", "s3_bucket": "our-bucket"}], "regular expression"),
        ([{"vault_path": "a", "vault_kv_version": 3}], "is 1 or 2"),
        ([{"vault_path": "../sys", "vault_address": "https://127.0.0.1:1"}], "is not the path"),
        ([{"s3_bucket": "evil.example.org/x"}], "is not the name of a bucket"),
        ([{"s3_bucket": "our-bucket", "s3_prefix": "../"}], "cannot be the name of an object"),
    ],
)
def test_rules_that_are_refused(work, rules, words):
    work.variables = dict(USER)
    work.rules(*rules)
    assert words in work.publish("-y", "secrets/db.enc.yaml", status=1)


def test_what_is_no_file_to_publish(work):
    assert "no .sops.yaml" in work.publish("-y", "secrets/db.enc.yaml", status=1)
    work.rules({"s3_bucket": "our-bucket"})
    work.publish("-y", status=100)
    work.publish("-y", "nothing", status=1)
    assert "not encrypted" in work.publish("-y", "plain.yaml", status=1)
