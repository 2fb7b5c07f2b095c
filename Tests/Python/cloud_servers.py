"""Stand-ins of key services that follow their published interfaces: what departs is refused."""

import base64
import datetime
import hashlib
import hmac
import http.server
import json
import re
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


class Server:
    """An HTTP server on this machine; what it was asked is in `seen`."""

    def __init__(self, tls=None):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                outer.seen.append((self.command, self.path, dict(self.headers.items()), body))
                try:
                    answer = outer.answer(self.command, self.path, self.headers, body)
                    status, extra = 200, {}
                    if isinstance(answer, tuple):
                        status, extra, answer = answer
                except Refusal as refusal:
                    status, extra, answer = refusal.status, {}, refusal.body
                if not isinstance(answer, bytes):
                    answer = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in extra.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, *_):
                pass

        self.seen = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        scheme = "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            scheme = "https"
        self.port = self.server.server_address[1]
        self.url = f"{scheme}://localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, method, path, headers, body):
        raise NotImplementedError

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def certificate(folder, name="localhost"):
    """A certificate that signs itself, with its key: a PEM file."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + pem(key))
    return path, made


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_unpadded(text):
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text), text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims(token, key, scheme):
    """The header and the claims of a JSON Web Token whose signature holds."""
    header, payload, signature = token.split(".")
    try:
        key.verify(
            decode_unpadded(signature), f"{header}.{payload}".encode(), scheme, hashes.SHA256()
        )
    except InvalidSignature:
        raise Refusal(400, {"error": "invalid_grant"}) from None
    return json.loads(decode_unpadded(header)), json.loads(decode_unpadded(payload))


class SignedAWS(Server):
    """Checks signatures with AWS's own library and passes requests on to moto."""

    def __init__(self, moto, keys):
        self.moto, self.keys, self.tokens = moto, dict(keys), {}
        super().__init__()

    def answer(self, method, path, headers, body):
        if method != "POST" or path != "/":
            raise Refusal(400, {"__type": "UnknownOperationException"})
        anonymous = b"Action=AssumeRoleWithWebIdentity&" in body
        if anonymous:
            assert "Authorization" not in headers
        else:
            self.check(headers, body)
        request = urllib.request.Request(self.moto, body, dict(headers.items()), method="POST")
        try:
            with urllib.request.urlopen(request) as response:
                answer = response.read()
        except urllib.error.HTTPError as error:
            raise Refusal(error.code, error.read()) from None
        found = {
            name: re.search(rf"<{name}>([^<]+)</{name}>".encode(), answer)
            for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
        }
        if all(found.values()):
            identifier, secret, token = (found[name][1].decode() for name in found)
            self.keys[identifier], self.tokens[identifier] = secret, token
        return answer

    services, signer, needed = "kms|sts", SigV4Auth, {"host", "x-amz-date", "content-type"}

    def check(self, headers, body, method="POST", path="/"):
        parts = re.fullmatch(
            rf"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{{8}})/([a-z0-9-]+)/({self.services})/aws4_request, "
            r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
            headers["Authorization"],
        )
        assert parts, headers["Authorization"]
        identifier, day, region, service, signed, signature = parts.groups()
        names = signed.split(";")
        assert self.needed <= set(names)
        assert headers["X-Amz-Date"].startswith(day)
        sent = time.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
        skew = datetime.datetime(*sent[:6]) - datetime.datetime.utcnow()
        assert abs(skew.total_seconds()) < 60
        if identifier not in self.keys:
            raise Refusal(400, {"__type": "UnrecognizedClientException"})
        if (token := self.tokens.get(identifier)) != headers.get("X-Amz-Security-Token"):
            raise Refusal(400, {"__type": "UnrecognizedClientException"})
        if token:
            assert "x-amz-security-token" in names
        request = AWSRequest(
            method, f"http://{headers['Host']}{path}", {name: headers[name] for name in names}, body
        )
        request.context["timestamp"] = headers["X-Amz-Date"]
        signer = self.signer(Credentials(identifier, self.keys[identifier]), service, region)
        expected = signer.signature(
            signer.string_to_sign(request, signer.canonical_request(request)), request
        )
        if expected != signature:
            raise Refusal(400, {"__type": "InvalidSignatureException"})


class SignedS3(SignedAWS):
    """The same for objects of S3; the payload's digest must be signed and be the payload's."""

    services, signer = "s3", S3SigV4Auth
    needed = {"host", "x-amz-date", "x-amz-content-sha256"}

    def answer(self, method, path, headers, body):
        assert method == "PUT" and headers["X-Amz-Content-Sha256"] == hashlib.sha256(body).hexdigest()
        try:
            self.check(headers, body, method, path)
        except Refusal:
            raise Refusal(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>") from None
        request = urllib.request.Request(
            self.moto.rstrip("/") + path, body, dict(headers.items()), method="PUT"
        )
        try:
            with urllib.request.urlopen(request) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            raise Refusal(error.code, error.read()) from None


class AWSMetadata(Server):
    """EC2's metadata service, version 2 alone, and the credential server of a container."""

    def __init__(self, credentials):
        self.credentials = credentials
        super().__init__()

    def answer(self, method, path, headers, body):
        if path == "/container":
            if headers.get("Authorization") != "container token":
                raise Refusal(401, b"")
            return self.credentials
        if path == "/latest/api/token":
            if method != "PUT" or not headers.get("X-aws-ec2-metadata-token-ttl-seconds"):
                raise Refusal(400, b"")
            return b"session=="
        if method != "GET" or headers.get("X-aws-ec2-metadata-token") != "session==":
            raise Refusal(401, b"")
        folder = "/latest/meta-data/iam/security-credentials/"
        if path == folder:
            return b"deployer"
        if path == folder + "deployer":
            return {"Code": "Success", "Type": "AWS-HMAC", **self.credentials}
        raise Refusal(404, b"")


class Vault(Server):
    """A transit engine (Vault's HTTP API, Transit secrets engine)."""

    token, namespace = "hvs.CAESIJ-secret", None

    def __init__(self, tls=None):
        self.plaintexts = {}
        super().__init__(tls)

    def answer(self, method, path, headers, body):
        if headers.get("X-Vault-Token") != self.token:
            raise Refusal(403, {"errors": ["permission denied"]})
        if headers.get("X-Vault-Namespace") != self.namespace:
            raise Refusal(404, {"errors": []})
        found = re.fullmatch(r"/v1/team/transit/(encrypt|decrypt)/dev", path)
        if method not in ("PUT", "POST") or not found or headers["X-Vault-Request"] != "true":
            raise Refusal(404, {"errors": []})
        fields = json.loads(body)
        if found[1] == "encrypt":
            assert list(fields) == ["plaintext"]
            base64.b64decode(fields["plaintext"], validate=True)
            ciphertext = f"vault:v1:{len(self.plaintexts):08}"
            self.plaintexts[ciphertext] = fields["plaintext"]
            data = {"ciphertext": ciphertext, "key_version": 1}
        else:
            assert list(fields) == ["ciphertext"]
            if fields["ciphertext"] not in self.plaintexts:
                raise Refusal(400, {"errors": ["invalid ciphertext: no prefix"]})
            data = {"plaintext": self.plaintexts[fields["ciphertext"]]}
        return {"request_id": "1", "lease_id": "", "renewable": False, "data": data}


class VaultValues(Server):
    """A key-value engine (Vault's HTTP API, KV secrets engine): version 2 at `secret`, 1 at `old/kv`."""

    token = "hvs.CAESIJ-secret"

    def __init__(self, tls=None):
        self.secrets, self.is_readable = {}, True
        super().__init__(tls)

    def answer(self, method, path, headers, body):
        if headers.get("X-Vault-Token") != self.token:
            raise Refusal(403, {"errors": ["permission denied"]})
        found = re.fullmatch(r"/v1/(secret/data|old/kv)/([A-Za-z0-9._~%/-]+)", path)
        if not found or headers["X-Vault-Request"] != "true" or "//" in path:
            raise Refusal(404, {"errors": []})
        is_second = found[1] == "secret/data"
        if method == "GET":
            if not self.is_readable:
                raise Refusal(403, {"errors": ["permission denied"]})
            if path not in self.secrets:
                raise Refusal(404, {"errors": []})
            data = dict(sorted(self.secrets[path].items(), reverse=True))
            return {"data": {"data": data, "metadata": {"version": 1}} if is_second else data}
        assert method in ("PUT", "POST") and headers["Content-Type"] == "application/json"
        fields = json.loads(body)
        if is_second:
            if list(fields) != ["data"]:
                raise Refusal(400, {"errors": ["no data provided"]})
            fields = fields["data"]
        self.secrets[path] = fields
        return {"data": {"version": 1}} if is_second else (204, {}, b"")


class Google(Server):
    """Cloud KMS (REST, v1), the token service, and the metadata server."""

    key_name = "projects/example.com:p-1/locations/europe-west1/keyRings/r/cryptoKeys/k"
    email = "deployer@p-1.iam.gserviceaccount.com"
    token, scope = "ya29.secret-token", "auth/cloud"

    def __init__(self, account):
        self.account, self.plaintexts, self.quota = account, {}, None
        super().__init__()

    def answer(self, method, path, headers, body):
        granted = {"access_token": self.token, "expires_in": 3599, "token_type": "Bearer"}
        if path == "/computeMetadata/v1/instance/service-accounts/default/token":
            if method != "GET" or headers.get("Metadata-Flavor") != "Google":
                raise Refusal(403, b"")
            return granted
        if path == "/token":
            self.grant(headers, body)
            return granted
        if headers.get("Authorization") != "Bearer " + self.token:
            raise Refusal(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
        if headers.get("x-goog-user-project") != self.quota:
            raise Refusal(403, {"error": {"code": 403, "status": "PERMISSION_DENIED"}})
        name, _, operation = urllib.parse.unquote(path).rpartition(":")
        if method != "POST" or name != "/v1/" + self.key_name:
            raise Refusal(404, {"error": {"code": 404, "status": "NOT_FOUND"}})
        fields = json.loads(body)
        if operation == "encrypt":
            assert list(fields) == ["plaintext"]
            secret = base64.b64decode(fields["plaintext"], validate=True)
            ciphertext = base64.b64encode(hashlib.sha256(secret).digest()).decode()
            self.plaintexts[ciphertext] = fields["plaintext"]
            return {"name": self.key_name + "/cryptoKeyVersions/1", "ciphertext": ciphertext}
        assert operation == "decrypt" and list(fields) == ["ciphertext"]
        if fields["ciphertext"] not in self.plaintexts:
            raise Refusal(400, {"error": {"code": 400, "status": "INVALID_ARGUMENT"}})
        return {"plaintext": self.plaintexts[fields["ciphertext"]], "usedPrimary": True}

    def grant(self, headers, body):
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        form = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))
        if form["grant_type"] == "refresh_token":
            if form != {
                "grant_type": "refresh_token",
                "client_id": "id.apps",
                "client_secret": "client+secret/",
                "refresh_token": "1//refresh",
            }:
                raise Refusal(400, {"error": "invalid_grant"})
            return
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        header, said = claims(form["assertion"], self.account.public_key(), padding.PKCS1v15())
        assert header == {"alg": "RS256", "typ": "JWT", "kid": "key1"}
        assert said["iss"] == self.email and said["aud"] == self.url + "/token"
        assert self.scope in said["scope"]
        assert abs(said["iat"] - time.time()) < 60 and said["exp"] - said["iat"] <= 3600


class GoogleStorage(Google):
    """Cloud Storage (JSON, v1): simple uploads; and the token service."""

    scope = "auth/devstorage.read_write"

    def __init__(self, account):
        self.objects = {}
        super().__init__(account)

    def answer(self, method, path, headers, body):
        place = urllib.parse.urlsplit(path)
        if place.path != "/upload/storage/v1/b/our-bucket/o":
            return super().answer(method, path, headers, body)
        if headers.get("Authorization") != "Bearer " + self.token:
            raise Refusal(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
        query = dict(urllib.parse.parse_qsl(place.query, strict_parsing=True))
        assert method == "POST" and query.pop("uploadType") == "media" and list(query) == ["name"]
        self.objects[query["name"]] = body
        return {"kind": "storage#object", "name": query["name"], "size": str(len(body))}


class Huawei(Server):
    """Huawei Cloud KMS (version 1.0), and its signatures (API Request Signing Guide)."""

    secret = b"huawei/secret"

    def __init__(self):
        self.plaintexts, self.token = {}, None
        super().__init__()

    def answer(self, method, path, headers, body):
        parts = re.fullmatch(
            r"SDK-HMAC-SHA256 Access=AKHUAWEI, SignedHeaders=([a-z;-]+), Signature=([0-9a-f]{64})",
            headers["Authorization"],
        )
        names = parts[1].split(";")
        assert {"host", "x-sdk-date"} <= set(names) and names == sorted(names)
        request = "\n".join(
            [method, path.rstrip("/") + "/", ""]
            + [f"{name}:{headers[name].strip()}" for name in names]
            + ["", parts[1], hashlib.sha256(body).hexdigest()]
        )
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"SDK-HMAC-SHA256\n{headers['X-Sdk-Date']}\n{digest}".encode()
        if hmac.new(self.secret, text, "sha256").hexdigest() != parts[2]:
            raise Refusal(401, {"error_code": "APIGW.0301", "error_msg": "Incorrect IAM"})
        assert headers.get("X-Security-Token") == self.token and headers["X-Project-Id"] == "p1"
        fields = json.loads(body)
        assert fields.pop("encryption_algorithm") == "SYMMETRIC_DEFAULT"
        if fields.pop("key_id") != "0d0466b0-e727-4d9c-b35d-f84bb474a37f":
            raise Refusal(400, {"error": {"error_code": "KMS.0205", "error_msg": "no key"}})
        operation = path.removeprefix("/v1.0/p1/kms/")
        if operation == "encrypt-data":
            (text,) = fields.values()
            base64.b64decode(text, validate=True)
            self.plaintexts[f"AgDoAG7{len(self.plaintexts)}=="] = text
            return {"key_id": "k", "cipher_text": list(self.plaintexts)[-1]}
        assert operation == "decrypt-data" and list(fields) == ["cipher_text"]
        return {"key_id": "k", "plain_text": self.plaintexts[fields["cipher_text"]]}


class Azure(Server):
    """Key Vault (REST, 7.4)."""

    version = "0123456789abcdef0123456789abcdef"
    token = "eyJ0.secret.token"

    def __init__(self, tls):
        self.key = rsa.generate_private_key(65537, 2048)
        super().__init__(tls)

    def answer(self, method, path, headers, body):
        if headers.get("Authorization") != "Bearer " + self.token:
            raise Refusal(401, {"error": {"code": "Unauthorized", "message": "AKV10000"}})
        address, _, query = path.partition("?")
        assert re.fullmatch(r"api-version=7\.\d", query), query
        identifier = f"{self.url}/keys/sops/{self.version}"
        if method == "GET" and address == "/keys/sops":
            return {"key": {"kid": identifier, "kty": "RSA", "key_ops": ["encrypt", "decrypt"]}}
        found = re.fullmatch(rf"/keys/sops/{self.version}/(encrypt|decrypt)", address)
        if method != "POST" or not found:
            raise Refusal(404, {"error": {"code": "KeyNotFound", "message": "not found"}})
        assert headers["Content-Type"] == "application/json"
        fields = json.loads(body)
        assert fields["alg"] == "RSA-OAEP-256" and sorted(fields) == ["alg", "value"]
        value = decode_unpadded(fields["value"])
        scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        try:
            if found[1] == "encrypt":
                result = self.key.public_key().encrypt(value, scheme)
            else:
                result = self.key.decrypt(value, scheme)
        except ValueError:
            raise Refusal(400, {"error": {"code": "BadParameter"}}) from None
        return {"kid": identifier, "value": unpadded(result)}


class Entra(Server):
    """Microsoft Entra ID's token endpoint, and the metadata service of a machine."""

    resource = "https://vault.azure.net"

    def __init__(self, client):
        self.client = client
        super().__init__()

    def answer(self, method, path, headers, body):
        granted = {"access_token": Azure.token, "expires_in": 3599, "token_type": "Bearer"}
        address, _, query = path.partition("?")
        if address == "/metadata/identity/oauth2/token":
            asked = dict(urllib.parse.parse_qsl(query))
            if headers.get("Metadata") != "true" or asked["resource"] != self.resource:
                raise Refusal(400, {"error": "invalid_request"})
            assert method == "GET" and asked["api-version"] == "2018-02-01"
            return granted
        assert method == "POST" and path == "/tenant-1/oauth2/v2.0/token", path
        form = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))
        assert form["grant_type"] == "client_credentials" and form["client_id"] == "client-1"
        assert form["scope"] == self.resource + "/.default"
        if form.get("client_secret") == "client~secret&1":
            return granted
        if "client_assertion" not in form:
            raise Refusal(401, {"error": "invalid_client", "error_codes": [7000215]})
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert form["client_assertion_type"] == kind
        if form["client_assertion"] != "workload.token":
            scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
            header, said = claims(form["client_assertion"], self.client.public_key(), scheme)
            assert header["alg"] == "PS256" and header["typ"] == "JWT"
            assert header["x5t#S256"] == unpadded(self.client.fingerprint(hashes.SHA256()))
            assert said["aud"] == self.url + path and said["iss"] == said["sub"] == "client-1"
            assert len(said["jti"]) >= 16 and said["nbf"] <= time.time() < said["exp"]
        return granted
