"""`tls probe` against real servers on loopback: openssl s_server, nginx, etcd."""

import json
import os
import re
import ssl
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from probe_pki import PKI
from probe_servers import LOOPBACK, etcd, nginx, program, s_server
from program import run

LEGACY = ("-cipher", "ALL:@SECLEVEL=0")
MODERN = ("-cipher", "ECDHE+AESGCM")
# RFC 2409, section 6.2.
OAKLEY_1024 = bytes.fromhex(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
)
NEW, OLD = ["TLS 1.3", "TLS 1.2"], ["TLS 1.1", "TLS 1.0"]


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return PKI(tmp_path_factory.mktemp("pki"))


def probe(home, *arguments, check=None, **more):
    """The reports as JSON; checks the exit status when told."""
    result = run(home, "tls", "probe", "--json", "--timeout", "4", *map(str, arguments), check=False, **more)
    reports = json.loads(result.stdout) if result.stdout else None
    if check is not None:
        assert result.returncode == check, (result.stderr.decode(), reports)
    return reports


def one(home, port, *arguments, host="localhost", check=None):
    (report,) = probe(home, *arguments, f"{host}:{port}", check=check)
    return report


def rules(report):
    return {finding["rule"].removeprefix("tls/") for finding in report["findings"]}


def versions(report):
    return [version["version"] for version in report["versions"]]


def suites(report, version):
    (found,) = [one["suites"] for one in report["versions"] if one["version"] == version]
    return found


# Protocols

@pytest.mark.parametrize(
    "arguments, accepted, found",
    [
        (("-tls1_3",), ["TLS 1.3"], set()),
        (("-tls1_2", *MODERN), ["TLS 1.2"], {"port-no-tls13"}),
        (MODERN, NEW, set()),
        (("-tls1_1", "-cipher", "ECDHE:@SECLEVEL=0"), ["TLS 1.1"], {"port-old-protocol", "port-no-tls13"}),
        (("-tls1", "-cipher", "ECDHE:@SECLEVEL=0"), ["TLS 1.0"], {"port-old-protocol", "port-no-tls13"}),
        (("-cipher", "ECDHE:!aNULL:!eNULL:@SECLEVEL=0"), NEW + OLD, {"port-old-protocol"}),
        (("-no_tls1_2", "-no_tls1", "-cipher", "ECDHE:!aNULL:!eNULL:@SECLEVEL=0"), ["TLS 1.3", "TLS 1.1"], {"port-old-protocol"}),
    ],
    ids=["1.3", "1.2", "both", "1.1", "1.0", "all", "1.3 and 1.1"],
)
def test_versions_are_those_that_the_server_accepts(tmp_path, pki, arguments, accepted, found):
    with s_server(pki.server, *arguments) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt)
    assert versions(report) == accepted
    # Each is proved by a whole handshake, not just by an answer to a hello.
    assert {version["handshake"]["outcome"] for version in report["versions"]} == {"completed"}
    assert [version["handshake"]["version"] for version in report["versions"]] == accepted
    expected = set(found)
    if "ECDHE:@SECLEVEL=0" in arguments:
        expected |= {"port-unprotected-suite"} & rules(report)
    assert rules(report) == expected
    assert report["verification"] == {"trusted": True, "problems": []}


@pytest.mark.parametrize(
    "cipher_list, version, flag",
    [
        ("DEFAULT:@SECLEVEL=0", "TLS 1.2", "-tls1_2"),
        ("ALL:COMPLEMENTOFALL:@SECLEVEL=0", "TLS 1.2", "-tls1_2"),
        ("ALL:@SECLEVEL=0", "TLS 1.0", "-tls1"),
        ("ECDHE+CHACHA20:ECDHE+CAMELLIA", "TLS 1.2", "-tls1_2"),
        ("kRSA+AES:ARIA", "TLS 1.2", "-tls1_2"),
        ("eNULL:@SECLEVEL=0", "TLS 1.2", "-tls1_2"),
        ("aNULL:@SECLEVEL=0", "TLS 1.1", "-tls1_1"),
    ],
)
def test_suites_are_those_that_openssl_lists(tmp_path, pki, cipher_list, version, flag):
    """What the server has is what `openssl ciphers` says, those for other kinds of keys excepted."""
    listing = subprocess.run(
        [program("openssl"), "ciphers", "-stdname", "-s", flag, cipher_list],
        capture_output=True, check=True, text=True, env={"OPENSSL_CONF": os.devnull, "PATH": os.environ["PATH"]},
    ).stdout
    expected = {line.split()[0] for line in listing.splitlines()}
    expected = {name for name in expected if not re.search("ECDSA|_DSS_|PSK|SRP|^TLS_(AES|CHACHA)", name)}
    assert expected
    issued = pki.issue("suites", key="rsa")
    with s_server(issued, flag, "-cipher", cipher_list) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt)
    assert set(suites(report, version)) == expected
    assert all(one["complete"] for one in report["versions"])


@pytest.mark.parametrize(
    "arguments, found",
    [
        (("-cipher", "eNULL:@SECLEVEL=0"), "port-unprotected-suite"),
        (("-cipher", "aNULL:@SECLEVEL=0"), "port-unprotected-suite"),
        (("-cipher", "kRSA+AESGCM"), "port-no-forward-secrecy"),
        (("-cipher", "DHE+AESGCM:@SECLEVEL=0", "-dhparam", "{dh}"), "port-short-key-exchange"),
        (("-cipher", "ECDHE+AES:@SECLEVEL=0"), None),
    ],
)
def test_weak_suites(tmp_path, pki, arguments, found):
    dh = tmp_path / "dh.pem"
    # A sequence of two numbers: the modulus, and the generator 2 (PKCS #3, section 9).
    der = b"\x30\x81\x87\x02\x81\x81\x00" + OAKLEY_1024 + b"\x02\x01\x02"
    dh.write_text(ssl.DER_cert_to_PEM_cert(der).replace("CERTIFICATE", "DH PARAMETERS"))
    issued = pki.issue("weak", key="rsa")
    arguments = [argument.format(dh=dh) for argument in arguments]
    with s_server(issued, "-tls1_2", *arguments) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt)
    assert rules(report) == ({found} if found else set()) | {"port-no-tls13"}


# Certificates

@pytest.mark.parametrize(
    "changes, found",
    [
        ({}, set()),
        ({"key": "rsa"}, set()),
        ({"key": "ed25519"}, set()),
        ({"key": "p384"}, set()),
        ({"begins": -30, "ends": -1}, {"expired"}),
        ({"begins": 2, "ends": 90}, {"not-yet-valid"}),
        ({"ends": 20}, {"expires-soon"}),
        ({"names": ("other.example", "10.0.0.1")}, {"port-wrong-host"}),
        ({"names": ()}, {"port-wrong-host"}),
        ({"signer": None}, {"port-untrusted"}),
        ({"usage": (ExtendedKeyUsageOID.CLIENT_AUTH,)}, {"port-untrusted"}),
        ({"key": "rsa1024"}, {"weak-key"}),
        ({"digest": "sha1"}, {"weak-signature"}),
        ({"names": ("other.example",), "begins": -30, "ends": -1, "signer": None},
         {"port-wrong-host", "expired", "port-untrusted"}),
    ],
    ids=lambda value: "-".join(sorted(map(str, value))) if isinstance(value, (dict, set)) else None,
)
def test_certificates(tmp_path, pki, changes, found):
    issued = pki.issue_sha1("localhost") if "digest" in changes else pki.issue("localhost", **changes)
    with s_server(issued, "-cipher", "ECDHE+AESGCM:@SECLEVEL=0") as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt, check=1 if found else 0)
    assert rules(report) == found
    leaf = report["chain"][0]
    assert leaf["subject"] == "CN=localhost"
    assert leaf["sha256"].replace(":", "").lower() == issued.certificate.fingerprint(hashes.SHA256()).hex()
    assert leaf["notAfter"] == issued.certificate.not_valid_after_utc.timestamp()


@pytest.mark.parametrize("host, fine", [("localhost", True), (LOOPBACK, True), ("127.0.0.2", False)])
def test_names_and_addresses(tmp_path, pki, host, fine):
    with s_server(pki.server, address=host) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt, host=host)
    assert ("port-wrong-host" in rules(report)) == (not fine)
    assert report["address"].startswith("127.0.0.")


def test_an_intermediate_must_be_sent(tmp_path, pki):
    intermediate = pki.authority("intermediate", signer=pki.ca)
    issued = pki.issue("localhost", signer=intermediate)
    with s_server(issued) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt)
    assert "port-untrusted" in rules(report)
    (finding,) = [one for one in report["findings"] if one["rule"] == "tls/port-untrusted"]
    assert "CN=intermediate" in finding["message"] and str(pki.ca.crt) in finding["message"]
    with s_server(issued, "-cert_chain", intermediate.crt) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt)
    assert "port-untrusted" not in rules(report) and len(report["chain"]) == 2
    # Go's clients take an intermediate for an authority, too.
    with s_server(issued) as port:
        report = one(tmp_path, port, "--ca", pki.bundle("both", pki.ca, intermediate))
    assert "port-untrusted" not in rules(report)


def test_the_name_asked_for_decides_which_certificate_comes(tmp_path, pki):
    other = pki.issue("other", names=("other.example",))
    arguments = ("-servername", "other.example", "-cert2", other.crt, "-key2", other.pem)
    with s_server(pki.server, *arguments) as port:
        usual = one(tmp_path, port, "--ca", pki.ca.crt)
        named = one(tmp_path, port, "--ca", pki.ca.crt, "--server-name", "other.example")
    assert usual["chain"][0]["subject"] == "CN=server"
    assert named["chain"][0]["subject"] == "CN=other"
    assert "port-wrong-host" not in rules(usual) | rules(named)


def test_without_an_authority_the_system_is_asked(tmp_path, pki):
    with s_server(pki.server) as port:
        report = one(tmp_path, port)
    assert report["verification"] is None or "port-untrusted" in rules(report)


# Certificates of the client

@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(
    "arguments, state", [((), "not asked for"), (("-verify",), "asked for, not required"), (("-Verify",), "required")]
)
def test_whether_a_client_certificate_is_wanted(tmp_path, pki, version, arguments, state):
    if arguments:
        arguments = (*arguments, "1", "-CAfile", pki.ca.crt, "-verify_return_error")
    client = pki.issue("client", names=(), usage=(ExtendedKeyUsageOID.CLIENT_AUTH,))
    stranger = pki.issue("stranger", signer=None, names=())
    with s_server(pki.server, version, *arguments) as port:
        trust = ("--ca", pki.ca.crt)
        report = one(tmp_path, port, *trust)
        split = one(tmp_path, port, *trust, "--client-certificate", client.crt, "--client-key", client.pem)
        joined = one(tmp_path, port, *trust, "--client-certificate", client.both)
        refused = one(tmp_path, port, *trust, "--client-certificate", stranger.both)
    wanted = report["clientCertificate"]
    assert wanted["state"] == state and wanted["given"] is None
    assert wanted["authorities"] == (["CN=kubernetes"] if arguments else [])
    assert report["chain"][0]["subject"] == "CN=server"
    given = None if state == "not asked for" else True
    assert split["clientCertificate"]["given"] is given and joined["clientCertificate"]["given"] is given
    if given:
        assert split["http"]["status"] == 200
        assert refused["clientCertificate"]["given"] is False
        assert "port-certificate-refused" in rules(refused)


def test_a_server_of_another_protocol_alone(tmp_path, pki):
    """It refuses HTTP/1.1 with an alert; whether it wants a certificate shows all the same."""
    client = pki.issue("client", names=())
    wanted = ("-Verify", "1", "-CAfile", pki.ca.crt, "-verify_return_error")
    with s_server(pki.server, "-alpn", "h2", *MODERN) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt)
    assert report["handshake"]["alpn"] == "h2" and report["http"] is None
    assert report["clientCertificate"]["state"] == "not asked for" and rules(report) == set()
    with s_server(pki.server, "-alpn", "h2", *MODERN, *wanted) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt, "--client-certificate", client.both, "--timeout", "2")
    assert report["clientCertificate"]["state"] == "required"
    assert "port-certificate-refused" not in rules(report)


def test_a_certificate_is_not_shown_with_old_protocols(tmp_path, pki):
    client = pki.issue("client", names=())
    with s_server(pki.server, "-tls1_1", *LEGACY, "-verify", "1", "-CAfile", pki.ca.crt) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt, "--client-certificate", client.both)
    assert report["clientCertificate"]["state"] == "asked for, not required"
    assert report["clientCertificate"]["given"] is None
    assert "port-certificate-refused" not in rules(report)


# nginx

def test_nginx_with_old_protocols(tmp_path, pki):
    issued = pki.issue("localhost", key="rsa")
    lines = ("ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", "ssl_ciphers ALL:!aNULL:!eNULL:@SECLEVEL=0")
    with nginx(tmp_path / "nginx", issued, *lines) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt, check=1)
    assert versions(report) == NEW + OLD
    assert rules(report) == {"port-old-protocol", "port-no-forward-secrecy"}
    assert report["http"]["server"].startswith("nginx/") and report["http"]["status"] == 200
    assert all(version["handshake"]["outcome"] == "completed" for version in report["versions"])


@pytest.mark.parametrize("mode, state", [("on", True), ("optional", True), ("off", False)])
def test_nginx_with_client_certificates(tmp_path, pki, mode, state):
    client = pki.issue("client", names=())
    lines = (f"ssl_client_certificate {pki.ca.crt}", f"ssl_verify_client {mode}")
    with nginx(tmp_path / "nginx", pki.server, *lines) as port:
        report = one(tmp_path, port, "--ca", pki.ca.crt)
        shown = one(tmp_path, port, "--ca", pki.ca.crt, "--client-certificate", client.both)
    # nginx goes on without, and answers 400.
    assert report["clientCertificate"]["state"] == ("asked for, not required" if state else "not asked for")
    assert report["http"]["status"] == (400 if mode == "on" else 200)
    assert shown["http"]["status"] == 200


# etcd

def test_etcd_with_mutual_tls_is_judged_as_etcd(tmp_path, pki):
    authority = pki.authority("etcd-ca")
    member = pki.issue("kube-etcd", signer=authority)
    client = pki.issue("kube-apiserver-etcd-client", signer=authority, names=())
    files = ("--cert-file", member.crt, "--key-file", member.pem, "--trusted-ca-file", authority.crt,
             "--client-cert-auth", "--peer-cert-file", member.crt, "--peer-key-file", member.pem,
             "--peer-trusted-ca-file", authority.crt, "--peer-client-cert-auth")
    with etcd(tmp_path / "etcd", "https", *files) as (port, peer):
        closed = probe(tmp_path, "--ca", authority.crt, f"{LOOPBACK}:{port}", f"{LOOPBACK}:{peer}")
        opened = one(tmp_path, port, "--ca", authority.crt, "--client-certificate", client.both)
    for report in closed:
        assert report["role"] == "etcd" and "its certificate" in report["evidence"]
        assert report["clientCertificate"]["state"] == "required"
        assert "port-etcd-open" not in rules(report)
        assert "port-untrusted" not in rules(report)
    assert opened["http"]["version"].startswith("3.") and opened["role"] == "etcd"
    assert "its answer" in opened["evidence"] and opened["clientCertificate"]["given"] is True


def test_etcd_without_client_certificates_is_found(tmp_path, pki):
    files = ("--cert-file", pki.server.crt, "--key-file", pki.server.pem,
             "--peer-cert-file", pki.server.crt, "--peer-key-file", pki.server.pem)
    with etcd(tmp_path / "etcd", "https", *files) as (port, peer):
        report = one(tmp_path, port, "--ca", pki.ca.crt, check=1)
    assert report["role"] == "etcd" and report["http"]["version"].startswith("3.")
    assert "port-etcd-open" in rules(report)


def test_etcd_in_plain_text_is_found(tmp_path):
    with etcd(tmp_path / "etcd", "http") as (port, peer):
        report = one(tmp_path, port, check=1)
    assert report["kind"] == "plain-http" and report["role"] == "etcd"
    assert rules(report) == {"port-plain-http"}


def test_suites_that_the_library_has_forgotten_are_found_all_the_same(tmp_path, pki):
    """RC4 and 3DES: Go has them, this system's OpenSSL has not."""
    weak = ["TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"]
    # HTTP/2, which etcd's clients speak, wants one that is strong.
    strong = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    issued = pki.issue("localhost", key="rsa")
    files = ("--cert-file", issued.crt, "--key-file", issued.pem,
             "--cipher-suites", ",".join([*weak, strong]),
             "--peer-cert-file", issued.crt, "--peer-key-file", issued.pem)
    with etcd(tmp_path / "etcd", "https", *files) as (port, peer):
        report = one(tmp_path, port, "--ca", pki.ca.crt, "--role", "etcd")
    assert set(suites(report, "TLS 1.2")) == {strong, *weak}
    assert {"port-weak-suite", "port-etcd-open"} <= rules(report)
