"""SOPS files whose data key a key service holds: AWS KMS, Vault, Google Cloud KMS, Azure Key Vault."""

import json
import os
import re
import shutil
import subprocess

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.server import ThreadedMotoServer

import cloud_servers as servers
from program import BINARY

PLAIN = "password: hunter2\n"
REGION = "eu-west-3"


class Work:
    """A home of its own, and what the variables say."""

    def __init__(self, home):
        self.home, self.variables = home, {}

    def write(self, path, text):
        path = self.home / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def run(self, *arguments):
        """What `sealwax sops` prints, or what it says is wrong."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), **self.variables}
        result = subprocess.run(
            [BINARY, "sops", *arguments],
            capture_output=True,
            env=environment,
            cwd=self.home,
            timeout=60,
        )
        if result.returncode == 0:
            return result.stdout.decode()
        assert not result.stdout and result.stderr
        return "error: " + result.stderr.decode()

    def encrypt(self, flag, name, context="", profile=""):
        self.write("plain.yaml", PLAIN)
        more = ["--encryption-context", context] if context else []
        more += ["--aws-profile", profile] if profile else []
        return self.run("encrypt", flag, name, *more, "plain.yaml")

    def decrypt(self, text):
        self.write("encrypted.yaml", text)
        return self.run("decrypt", "encrypted.yaml")

    def round_trip(self, flag, name, **more):
        """The entry of a file that was encrypted and opened again."""
        text = self.encrypt(flag, name, **more)
        assert not text.startswith("error"), text
        assert self.decrypt(text) == PLAIN
        metadata = yaml.safe_load(text)["sops"]
        (entry,) = next(metadata[field] for field in FIELDS if metadata.get(field))
        assert "hunter2" not in text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(entry["created_at"]))
        return entry, text

    def failure(self, text_or_output):
        output = text_or_output
        if not output.startswith("error"):
            output = self.decrypt(output)
        assert output.startswith("error: ") and "hunter2" not in output, output
        return output


FIELDS = ("kms", "gcp_kms", "hckms", "azure_kv", "hc_vault")


@pytest.fixture
def work(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    return Work(home)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return servers.certificate(tmp_path_factory.mktemp("tls"))


# AWS


class Cloud:
    def __init__(self):
        self.moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self.moto.start()
        host, port = self.moto.get_host_and_port()
        import boto3

        keys = {"aws_access_key_id": "AKIAADMIN", "aws_secret_access_key": "admin"}
        client = boto3.client(
            "kms", region_name=REGION, endpoint_url=f"http://{host}:{port}", **keys
        )
        self.arn = client.create_key()["KeyMetadata"]["Arn"]
        self.other = client.create_key()["KeyMetadata"]["Arn"]
        self.server = servers.SignedAWS(
            f"http://{host}:{port}/", {"AKIAUSER": "user/secret+", "AKIABASE": "base"}
        )


@pytest.fixture(scope="module")
def cloud():
    made = Cloud()
    yield made
    made.server.stop()
    made.moto.stop()


@pytest.fixture
def aws(work, cloud):
    cloud.server.seen.clear()
    work.variables = {
        "AWS_ENDPOINT_URL_KMS": cloud.server.url,
        "AWS_ENDPOINT_URL_STS": cloud.server.url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return work


USER = {"AWS_ACCESS_KEY_ID": "AKIAUSER", "AWS_SECRET_ACCESS_KEY": "user/secret+"}
ROLE = "arn:aws:iam::123456789012:role/deploy"
CREDENTIALS = """[base]
aws_access_key_id = AKIABASE
aws_secret_access_key=base
# [other]
"""
CONFIG = f"""[default]
region = us-east-1
[profile deploy]
role_arn = {ROLE}
source_profile = base
external_id = ext+1
s3 =
  role_arn = nothing
[profile program]
credential_process = printf '{{"Version":1,"AccessKeyId":"AKIAUSER","SecretAccessKey":"user/secret+"}}'
[profile loop]
role_arn = {ROLE}
source_profile = loop2
[profile loop2]
role_arn = {ROLE}
source_profile = loop
"""


def sts_actions(cloud):
    return [
        found[1].decode()
        for *_, body in cloud.server.seen
        if (found := re.match(rb"Action=(\w+)&", body))
    ]


def test_aws_environment(aws, cloud):
    aws.variables |= USER
    entry, text = aws.round_trip("--kms", cloud.arn, context="app:web,stage:prod")
    assert list(entry) == ["arn", "aws_profile", "context", "created_at", "enc"]
    assert entry["arn"] == cloud.arn and entry["aws_profile"] == ""
    assert entry["context"] == {"app": "web", "stage": "prod"}
    body = json.loads(cloud.server.seen[-1][3])
    assert body["EncryptionContext"] == {"app": "web", "stage": "prod"}
    assert body["KeyId"] == cloud.arn
    targets = [headers["X-Amz-Target"] for _, _, headers, _ in cloud.server.seen]
    assert targets == ["TrentService.Encrypt", "TrentService.Decrypt"]
    changed = aws.failure(text.replace("app: web", "app: api"))
    assert "status 400, InvalidCiphertextException" in changed and "context was altered" in changed
    assert "NotFoundException" in aws.failure(text.replace(cloud.arn[-12:], "0" * 12))
    aws.variables["AWS_SECRET_ACCESS_KEY"] = "wrong-secret"
    wrong = aws.failure(text)
    assert "InvalidSignatureException" in wrong and "wrong-secret" not in wrong
    assert cloud.arn in wrong and "AWS_ACCESS_KEY_ID" in wrong


@pytest.mark.parametrize(
    "profile, variables, actions",
    [
        ("base", {}, []),
        # A profile that the file names comes before the environment.
        ("base", {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}, []),
        ("", {"AWS_PROFILE": "base"}, []),
        ("", {"AWS_PROFILE": "nobody", **USER}, []),
        ("", {"AWS_PROFILE": "deploy"}, ["AssumeRole"] * 2),
        ("program", {}, []),
    ],
)
def test_aws_profiles(aws, cloud, profile, variables, actions):
    aws.write(".aws/credentials", CREDENTIALS)
    aws.write(".aws/config", CONFIG)
    aws.variables |= variables
    entry, _ = aws.round_trip("--kms", cloud.arn, profile=profile)
    assert entry["aws_profile"] == profile
    assert sts_actions(cloud) == actions
    if actions:
        assert b"&ExternalId=ext%2B1" in cloud.server.seen[0][3]


def test_aws_role_of_the_file(aws, cloud):
    aws.variables |= USER
    entry, text = aws.round_trip("--kms", f"{cloud.arn}+{ROLE}")
    assert entry["role"] == ROLE and list(entry) == [
        "arn",
        "aws_profile",
        "created_at",
        "enc",
        "role",
    ]
    assert sts_actions(cloud) == ["AssumeRole"] * 2
    assert re.search(rb"&RoleSessionName=sops%40[\w.%-]+", cloud.server.seen[0][3])
    aws.variables["AWS_SECRET_ACCESS_KEY"] = "no"
    assert "sts:AssumeRole" in aws.failure(text)


def test_aws_machines(aws, cloud):
    token = aws.write("token", "web.identity.token\n")
    identity = {"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": ROLE}
    plain = dict(aws.variables)
    aws.variables |= identity
    aws.round_trip("--kms", cloud.arn)
    assert sts_actions(cloud) == ["AssumeRoleWithWebIdentity"] * 2
    cloud.server.keys["ASIAMACHINE"] = "machine"
    cloud.server.tokens["ASIAMACHINE"] = "machine+token=="
    credentials = {
        "AccessKeyId": "ASIAMACHINE",
        "SecretAccessKey": "machine",
        "Token": "machine+token==",
    }
    machine = servers.AWSMetadata(credentials)
    near = f"http://127.0.0.1:{machine.port}"
    container = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": near + "/container",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": aws.write("authorization", "container token"),
    }
    aws.variables = plain | container
    aws.round_trip("--kms", cloud.arn)
    aws.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.org/"
    assert "neither https nor this machine" in aws.failure(aws.encrypt("--kms", cloud.arn))
    aws.variables = plain | {
        "AWS_EC2_METADATA_DISABLED": "",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": near,
    }
    aws.round_trip("--kms", cloud.arn)
    machine.stop()
    assert "there are no credentials of AWS" in aws.failure(aws.encrypt("--kms", cloud.arn))


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:kms:evil.example/#:1:key/a",
        "arn:aws:kms:evil.example:1:key/a",
        "arn:aws:kms::1:key/a",
        "arn:aws:s3:eu-west-3:1:key/a",
        "arn:aws:kms:eu-west-3:1:key/",
        "eu-west-3",
    ],
)
def test_aws_names_that_are_none(aws, arn):
    aws.variables |= USER
    assert "is not the ARN of a key" in aws.failure(aws.encrypt("--kms", arn))


def test_aws_settings_that_fail(aws, cloud):
    aws.write(".aws/config", CONFIG)
    for profile, words in [("missing", "there is no profile 'missing'"), ("loop", "lead to each other")]:
        assert words in aws.failure(aws.encrypt("--kms", cloud.arn, profile=profile))
    words = aws.failure(aws.encrypt("--kms", cloud.arn, context="a:b:c"))
    assert "encryption context" in words


def test_aws_rules(aws, cloud):
    aws.write(".aws/credentials", CREDENTIALS)
    aws.write("plain.yaml", PLAIN)
    group = {"arn": cloud.arn, "aws_profile": "base", "context": {"app": "a:b,c"}}
    for rule, profile, context in [
        ({"kms": cloud.arn, "aws_profile": "base"}, "base", None),
        ({"key_groups": [{"kms": [group]}]}, "base", {"app": "a:b,c"}),
    ]:
        aws.write(".sops.yaml", json.dumps({"creation_rules": [rule]}))
        text = aws.run("encrypt", "plain.yaml")
        (entry,) = yaml.safe_load(text)["sops"]["kms"]
        assert entry["aws_profile"] == profile and entry.get("context") == context
        assert aws.decrypt(text) == PLAIN
    aws.write(".sops.yaml", json.dumps({"creation_rules": [{"kms": cloud.arn, "aws_profile": "base"}]}))
    flat = aws.run("encrypt", "--encryption-context", "app:web", "plain.yaml")
    assert yaml.safe_load(flat)["sops"]["kms"][0]["context"] == {"app": "web"}
    # A new data key goes to the same recipient: its context and profile stay.
    aws.write("encrypted.yaml", text)
    new = aws.run("rotate", "encrypted.yaml")
    (renewed,) = yaml.safe_load(new)["sops"]["kms"]
    assert renewed["enc"] != entry["enc"]
    same = ("arn", "aws_profile", "context")
    assert [renewed[name] for name in same] == [entry[name] for name in same]
    assert aws.decrypt(new) == PLAIN


# Vault


@pytest.fixture
def vault(work):
    server = servers.Vault()
    work.variables = {"VAULT_ADDR": server.url, "VAULT_TOKEN": server.token}
    yield work, server, f"{server.url}/v1/team/transit/keys/dev"
    server.stop()


def test_vault(vault):
    work, server, uri = vault
    entry, text = work.round_trip("--hc-vault-transit", uri)
    assert list(entry) == ["created_at", "enc", "engine_path", "key_name", "vault_address"]
    assert entry["vault_address"] == server.url and entry["engine_path"] == "team/transit"
    assert entry["enc"] == "vault:v1:00000000"
    del work.variables["VAULT_TOKEN"]
    assert "there is no token" in work.failure(text)
    work.write(".vault-token", server.token + "\n")
    assert work.decrypt(text) == PLAIN
    work.variables["VAULT_TOKEN"] = "hvs.other-token"
    refused = work.failure(text)
    assert "status 403" in refused and "vault login" in refused and "hvs." not in refused
    del work.variables["VAULT_TOKEN"]
    server.namespace = "team-a/"
    assert "VAULT_NAMESPACE" in work.failure(text)
    work.variables["VAULT_NAMESPACE"] = "team-a/"
    assert work.decrypt(text) == PLAIN
    assert "another key" in work.failure(text.replace("vault:v1:00000000", "vault:v1:7"))
    assert "do not name a key" in work.failure(text.replace("team/transit", "../sys/auth"))


def test_vault_gives_the_token_to_nobody_else(vault):
    work, server, uri = vault
    _, text = work.round_trip("--hc-vault-transit", uri)
    work.variables["VAULT_ADDR"] = "https://vault.example.org:8200"
    server.seen.clear()
    for refused in (text, work.encrypt("--hc-vault-transit", uri)):
        assert "which nothing but the file names" in work.failure(refused)
    work.variables["SOPS_HC_VAULT_ALLOWLIST"] = f"{server.url}0, {server.url}.example.org"
    assert "which nothing but the file names" in work.failure(text)
    assert not server.seen
    work.variables["SOPS_HC_VAULT_ALLOWLIST"] = f"https://a.example.org, {server.url}/"
    assert work.decrypt(text) == PLAIN
    far = text.replace(server.url, "http://vault.example.org:8200")
    work.variables["SOPS_HC_VAULT_ALLOWLIST"] = "none"
    work.variables["VAULT_ADDR"] = server.url
    assert "which nothing but the file names" in work.failure(text)
    work.variables["SOPS_HC_VAULT_ALLOWLIST"] = "all"
    assert work.decrypt(text) == PLAIN
    assert "in plaintext: use https" in work.failure(far)


def test_vault_tls(work, tls):
    path, _ = tls
    server = servers.Vault(tls=path)
    work.variables = {"VAULT_ADDR": server.url, "VAULT_TOKEN": server.token}
    uri = f"{server.url}/v1/team/transit/keys/dev"
    assert "not of an authority that is trusted" in work.failure(work.encrypt("--hc-vault-transit", uri))
    work.variables["VAULT_CACERT"] = str(path)
    work.round_trip("--hc-vault-transit", uri)
    server.stop()


@pytest.mark.parametrize(
    "answer, words",
    [
        (servers.Refusal(500, b"hvs.CAESIJ-secret"), "status 500"),
        ((302, {"Location": "{other}/stolen"}, b""), "status 302"),
        (b"[" * 100_000, "gave no plaintext"),
        (b'{"data":{"plaintext":"aGk"}}', "not Base64"),
        (b'{"data":{"plaintext":"aGk="}}', "not 32 bytes"),
        (b'{"data":{"plaintext":', "gave no plaintext"),
        (b'{"data":"' + b"x" * (2 << 20) + b'"}', "answers too much"),
    ],
)
def test_hostile_answers(vault, answer, words):
    work, server, uri = vault
    _, text = work.round_trip("--hc-vault-transit", uri)
    other = servers.Vault()

    def hostile(*_):
        if isinstance(answer, servers.Refusal):
            raise answer
        if isinstance(answer, tuple):
            return answer[0], {"Location": other.url + "/v1/team/transit/decrypt/dev"}, answer[2]
        return answer

    server.answer = hostile
    said = work.failure(text)
    assert words in said and "hvs." not in said
    assert not other.seen
    other.stop()


def test_tries_again_when_busy(vault):
    work, server, uri = vault
    usual, left = server.answer, [503]

    def busy(*arguments):
        if left:
            raise servers.Refusal(left.pop(), b"")
        return usual(*arguments)

    server.answer = busy
    work.round_trip("--hc-vault-transit", uri)


def test_curl_gets_no_secret_in_its_arguments(vault):
    work, server, uri = vault
    log, curl = work.home / "log", shutil.which("curl")
    script = work.write(
        "bin/curl", f'#!/bin/sh\necho "$@" >>{log}\nenv >>{log}\nexec {curl} "$@"\n'
    )
    os.chmod(script, 0o755)
    # What the user's own configuration says is not for credentials.
    work.write(".curlrc", "verbose\nlocation\n")
    work.variables["PATH"] = f"{work.home}/bin:{os.environ['PATH']}"
    work.variables["AWS_SECRET_ACCESS_KEY"] = "aws-secret"
    work.round_trip("--hc-vault-transit", uri)
    lines = log.read_text().splitlines()
    assert lines[0] == "-q --config -"
    assert not any("hvs." in line or "aws-secret" in line for line in lines)


def test_curl_is_not_here(vault):
    work, _, uri = vault
    work.variables["PATH"] = str(work.home)
    assert "install the package curl" in work.failure(work.encrypt("--hc-vault-transit", uri))


# Google


@pytest.fixture
def google(work):
    server = servers.Google(rsa.generate_private_key(65537, 2048))
    work.variables = {"SOPS_GCP_KMS_ENDPOINT": server.url, "GCE_METADATA_HOST": "127.0.0.1:1"}
    yield work, server
    server.stop()


def account(server, key):
    return json.dumps(
        {
            "type": "service_account",
            "client_email": server.email,
            "private_key_id": "key1",
            "private_key": servers.pem(key).decode(),
            "token_uri": server.url + "/token",
        }
    ).replace("=", "\\u003d")


def user(server):
    return json.dumps(
        {
            "type": "authorized_user",
            "client_id": "id.apps",
            "client_secret": "client+secret/",
            "refresh_token": "1//refresh",
            "token_uri": server.url + "/token",
            "quota_project_id": "p-1",
        }
    )


def test_google_credentials(google):
    work, server = google
    base, name = dict(work.variables), server.key_name
    assert "gcloud auth application-default login" in work.failure(work.encrypt("--gcp-kms", name))
    text = account(server, server.account)
    for variables in [
        {"GOOGLE_OAUTH_ACCESS_TOKEN": server.token},
        {"GOOGLE_CREDENTIALS": text},
        {"GOOGLE_CREDENTIALS": work.write("sa.json", text), "GOOGLE_OAUTH_ACCESS_TOKEN": "no"},
        {"GOOGLE_APPLICATION_CREDENTIALS": work.write("sa.json", text)},
        {"GCE_METADATA_HOST": f"127.0.0.1:{server.port}"},
    ]:
        work.variables = base | variables
        entry, _ = work.round_trip("--gcp-kms", name)
    assert list(entry) == ["created_at", "enc", "resource_id"] and entry["resource_id"] == name
    work.variables = base
    work.write(".config/gcloud/application_default_credentials.json", user(server))
    server.quota = "p-1"
    work.round_trip("--gcp-kms", name)


def test_google_failures(google):
    work, server = google
    work.variables["GOOGLE_OAUTH_ACCESS_TOKEN"] = server.token
    _, text = work.round_trip("--gcp-kms", server.key_name)
    assert "NOT_FOUND" in work.failure(text.replace("cryptoKeys/k", "cryptoKeys/other"))
    for name in ["cryptoKeys/k/cryptoKeyVersions/1", "cryptoKeys/..", "cryptoKeys/"]:
        assert "is not the name of a key" in work.failure(text.replace("cryptoKeys/k", name))
    work.variables["GOOGLE_OAUTH_ACCESS_TOKEN"] = "ya29.expired"
    expired = work.failure(text)
    assert "status 401, UNAUTHENTICATED" in expired and "ya29" not in expired
    stranger = rsa.generate_private_key(65537, 2048)
    work.variables["GOOGLE_CREDENTIALS"] = account(server, stranger)
    assert "invalid_grant" in work.failure(text)
    work.variables["GOOGLE_CREDENTIALS"] = json.dumps({"type": "external_account"})
    assert "external_account" in work.failure(text)
    far = account(server, stranger).replace(server.url, "http://oauth2.example.org")
    work.variables["GOOGLE_CREDENTIALS"] = far
    assert "in plaintext" in work.failure(text)


# Huawei


def test_huawei(work):
    server = servers.Huawei()
    name = "tr-west-1:0d0466b0-e727-4d9c-b35d-f84bb474a37f"
    work.variables = {
        "HUAWEICLOUD_SDK_REGION_KMS_TR_WEST_1": server.url,
        "HUAWEICLOUD_SDK_AK": "AKHUAWEI",
        "HUAWEICLOUD_SDK_SK": server.secret.decode(),
        "HUAWEICLOUD_SDK_PROJECT_ID": "p1",
    }
    entry, text = work.round_trip("--hckms", name)
    assert list(entry) == ["created_at", "enc", "key_id"] and entry["key_id"] == name
    assert entry["enc"] == "AgDoAG70=="
    assert "KMS.0205" in work.failure(text.replace("0d0466b0", "00000000"))
    assert "is not a key of Huawei" in work.failure(text.replace("tr-west-1:", "evil.example/:"))
    server.token = "session"
    work.variables["HUAWEICLOUD_SDK_SECURITY_TOKEN"] = "session"
    assert work.decrypt(text) == PLAIN
    work.variables["HUAWEICLOUD_SDK_SK"] = "wrong-secret"
    wrong = work.failure(text)
    assert "APIGW.0301" in wrong and "wrong-secret" not in wrong
    del work.variables["HUAWEICLOUD_SDK_PROJECT_ID"]
    assert "set HUAWEICLOUD_SDK_AK" in work.failure(text)
    server.stop()


# Azure


@pytest.fixture
def azure(work, tls):
    path, client = tls
    vault, entra = servers.Azure(path), servers.Entra(client)
    work.variables = {
        "SSL_CERT_FILE": str(path),
        "SEALWAX_AZURE_KV_ALLOWLIST": vault.url,
        "AZURE_AUTHORITY_HOST": entra.url,
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": f"http://127.0.0.1:{entra.port}",
    }
    yield work, vault, entra
    vault.stop()
    entra.stop()


def test_azure_credentials(azure, tls):
    work, vault, _ = azure
    base = dict(work.variables)
    application = base | {"AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "client-1"}
    for variables in [
        base,
        application | {"AZURE_CLIENT_SECRET": "client~secret&1"},
        application | {"AZURE_CLIENT_CERTIFICATE_PATH": str(tls[0])},
        application | {"AZURE_FEDERATED_TOKEN_FILE": work.write("token", "workload.token\n")},
    ]:
        work.variables = variables
        entry, text = work.round_trip("--azure-kv", f"{vault.url}/keys/sops")
    assert list(entry) == ["created_at", "enc", "name", "vault_url", "version"]
    assert entry["vault_url"] == vault.url and entry["name"] == "sops"
    assert entry["version"] == vault.version
    work.round_trip("--azure-kv", f"{vault.url}/keys/sops/{vault.version}")
    work.round_trip("--azure-kv", f"{vault.url}/sops/{vault.version}")
    work.variables = application | {"AZURE_CLIENT_SECRET": "wrong-secret"}
    refused = work.failure(text)
    assert "invalid_client AADSTS7000215" in refused and "wrong-secret" not in refused
    program = work.write("bin/az", '#!/bin/sh\necho \'{"accessToken": "%s"}\'\n' % vault.token)
    os.chmod(program, 0o755)
    work.variables = base | {
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1",
        "PATH": f"{work.home}/bin:{os.environ['PATH']}",
    }
    assert work.decrypt(text) == PLAIN
    os.remove(program)
    assert "run 'az login'" in work.failure(text)


def test_azure_gives_the_token_to_nobody_else(azure):
    work, vault, entra = azure
    _, text = work.round_trip("--azure-kv", f"{vault.url}/keys/sops")
    del work.variables["SEALWAX_AZURE_KV_ALLOWLIST"]
    vault.seen.clear()
    entra.seen.clear()
    for url in [
        vault.url,
        "https://vault.azure.net.evil.example",
        "https://evilvault.azure.net",
        "https://x.vault.azure.net:8443",
    ]:
        assert "which is no domain of Azure" in work.failure(text.replace(vault.url, url))
    for url in ["http://x.vault.azure.net", "https://evil.example#.vault.azure.net"]:
        assert "is not the address of a key" in work.failure(text.replace(vault.url, url))
    assert not vault.seen and not entra.seen
