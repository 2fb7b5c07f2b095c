"""Defects of a control plane's PKI, one each, with the rule that names it."""

import base64
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from sealwax_pki import (
    API_NAMES,
    API_SERVER,
    CLIENT,
    DAY,
    ETCD_NAMES,
    NOW,
    SERVER,
    Issued,
    dsa_key,
    ec_key,
    element,
    head,
    issue,
    key_pem,
    pem,
    public_pem,
    rebuilt,
    replaced,
    rsa_key,
    signed_again,
    tls_secret,
)

PKI = "etc/kubernetes/pki"

#: Name, rule, what is done to the control plane before it is laid out, and to the files after.
DEFECTS = []


def defect(rule, after=False):
    def take(function):
        DEFECTS.append((function.__name__, rule, function, after))
        return function

    return take


# Validity

for field, make in {
    "apiserver": lambda p, **m: p.api_server(**m),
    "etcd_server": lambda p, **m: p.etcd("cp1", **m),
    "admin": lambda p, **m: issue("kubernetes-admin", "kubeadm:cluster-admins", by=p.ca, usages=[CLIENT], **m),
    "kubelet": lambda p, **m: issue("system:node:cp1", "system:nodes", by=p.ca, usages=[CLIENT], **m),
}.items():
    for rule, more in {
        "tls/expired": {"start": NOW - 400 * DAY},
        "tls/not-yet-valid": {"start": NOW + 5 * DAY},
        "tls/expires-soon": {"start": NOW - 360 * DAY},
        "tls/lifetime": {"days": 5 * 365},
        "tls/weak-key": {"key": lambda: rsa_key(1024)},
    }.items():

        def change(plane, make=make, more=more, field=field):
            made = {k: v() if callable(v) else v for k, v in more.items()}
            setattr(plane, field, make(plane, **made))

        DEFECTS.append((f"{field}_{rule.split('/')[1]}", rule, change, False))


@defect("tls/expired")
def authority_expired(p):
    p.proxy_ca = issue("front-proxy-ca", ca=True, start=NOW - 4000 * DAY, days=3650, key=p.proxy_ca.key)


@defect("tls/not-yet-valid")
def authority_not_yet_valid(p):
    p.etcd_ca = issue("etcd-ca", ca=True, start=NOW + DAY, days=3650, key=p.etcd_ca.key)


@defect("tls/never-valid")
def ends_before_it_begins(p):
    made = p.api_server(start=NOW - 300 * DAY, days=300)
    begin = made.certificate.tbs_certificate_bytes.index(b"\x17\x0d") + 2

    def change(tbs):
        return tbs[:begin] + b"281127000000Z" + tbs[begin + 13 :]

    p.apiserver = Patched(signed_again(made, change), made)


class Patched(Issued):
    """A certificate made by hand, in the place of one."""

    def __init__(self, der, made):
        super().__init__(made.certificate, made.key, made.issuer)
        self.by_hand = der

    @property
    def der(self):
        return self.by_hand

    @property
    def pem(self):
        return pem(self.by_hand)


# Keys and signatures


@defect("tls/weak-key")
def small_curve(p):
    p.secrets.append(made_by_openssl("ecparam", "prime192v1"))


def made_by_openssl(kind, value):
    import pathlib
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        script = {
            "ecparam": f"openssl ecparam -genkey -noout -name {value} -out key",
            "digest": "openssl genrsa -out key 2048",
        }[kind]
        digest = value if kind == "digest" else "sha256"
        subprocess.run(
            f"""{script}
            openssl genrsa -out ca.key 2048
            openssl req -x509 -new -key ca.key -subj /CN=other-ca -days 3000 -out ca.crt -addext keyUsage=keyCertSign
            openssl req -new -key key -subj /CN=web -out csr
            printf 'subjectAltName=DNS:web.example\\nextendedKeyUsage=serverAuth\\nkeyUsage=digitalSignature' > ext
            openssl x509 -req -in csr -CA ca.crt -CAkey ca.key -{digest} -days 300 -extfile ext -out crt""",
            shell=True,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        read = lambda file: base64.b64encode((pathlib.Path(folder) / file).read_bytes()).decode()  # noqa: E731
        return (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: default}\ntype: kubernetes.io/tls\n"
            f"data:\n  tls.crt: {read('crt')}\n  tls.key: {read('key')}\n  ca.crt: {read('ca.crt')}\n"
        )


@defect("tls/weak-key")
def dsa(p):
    p.apiserver = p.api_server(key=dsa_key())


@defect("tls/weak-key")
def weak_authority(p):
    p.proxy_ca = issue("front-proxy-ca", ca=True, days=3650, key=rsa_key(1024))
    p.proxy_client = issue("front-proxy-client", by=p.proxy_ca, usages=[CLIENT])


@defect("tls/weak-key")
def weak_service_account_key(p):
    p.service_accounts = rsa_key(1024)


@defect("tls/weak-signature")
def sha1(p):
    made, ecdsa_with_sha1 = p.api_server(), "2a8648ce3d0401"
    change = rebuilt(with_algorithm(ecdsa_with_sha1))
    p.apiserver = Patched(signed_again(made, change, bytes.fromhex(ecdsa_with_sha1), hashes.SHA1()), made)


def with_algorithm(oid):
    def change(fields):
        fields[2] = (0x30, element(6, bytes.fromhex(oid)))

    return change


@defect("tls/weak-signature")
def md5(p):
    p.secrets.append(made_by_openssl("digest", "md5"))


@defect("tls/weak-signature")
def sha1_by_rsa(p):
    p.secrets.append(made_by_openssl("digest", "sha1"))


@defect("tls/key-mismatch", after=True)
def swapped_key(p):
    p.put(f"{PKI}/apiserver.key", key_pem(p.etcd_peer.key), 0o600)


@defect("tls/key-mismatch", after=True)
def swapped_etcd_key(p):
    p.put(f"{PKI}/etcd/server.key", key_pem(ec_key()), 0o600)


@defect("tls/key-mismatch", after=True)
def swapped_authority_key(p):
    p.put(f"{PKI}/ca.key", key_pem(ec_key()), 0o600)


@defect("tls/key-mismatch")
def swapped_key_of_a_kubeconfig(p):
    p.scheduler = Issued(p.scheduler.certificate, ec_key())


@defect("tls/key-mismatch")
def swapped_key_of_another_kind(p):
    p.apiserver = Issued(p.apiserver.certificate, rsa_key())


@defect("tls/key-mismatch")
def swapped_ed25519_key(p):
    made = issue(
        "web", by=p.ca, usages=[SERVER], names=["web.example"], key=ed25519.Ed25519PrivateKey.generate()
    )
    p.secrets.append(tls_secret([made.pem], ed25519.Ed25519PrivateKey.generate()))


@defect("tls/key-mismatch")
def swapped_rsa_key(p):
    made = issue("web", by=p.ca, usages=[SERVER], names=["web.example"], key=rsa_key())
    p.secrets.append(tls_secret([made.pem], rsa_key()))


@defect("tls/key-inconsistent", after=True)
def key_of_two_halves(p):
    private = ec_key().private_numbers().private_value.to_bytes(32, "big")
    numbers = p.apiserver.key.public_key().public_numbers()
    point = b"\0\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    curve = element(6, bytes.fromhex("2a8648ce3d030107"))
    der = element(
        0x30, b"\x02\x01\x01" + element(4, private) + element(0xA0, curve) + element(0xA1, element(3, point))
    )
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    p.put(f"{PKI}/apiserver.key", f"-----BEGIN EC PRIVATE KEY-----\n{lines}\n-----END EC PRIVATE KEY-----\n", 0o600)


@defect("tls/key-unreadable", after=True)
def encrypted_key(p):
    p.put(f"{PKI}/apiserver.key", key_pem(p.apiserver.key, b"password"), 0o600)


@defect("tls/key-missing", after=True)
def missing_key(p):
    del p.files[f"{PKI}/etcd/healthcheck-client.key"]


@defect("tls/ca-key-absent", after=True)
def external_authority(p):
    del p.files[f"{PKI}/ca.key"]


@defect("tls/service-account-keys", after=True)
def other_service_account_key(p):
    p.put(f"{PKI}/sa.pub", public_pem(ec_key()))


@defect("tls/shared-key")
def shared_key(p):
    p.proxy_client = issue("front-proxy-client", by=p.proxy_ca, usages=[CLIENT], key=p.etcd_client.key)


# Authorities and chains


@defect("tls/foreign-issuer")
def foreign_authority(p):
    p.apiserver = p.api_server(by=issue("another", ca=True))


@defect("tls/foreign-issuer")
def authority_of_the_same_name(p):
    p.apiserver = p.api_server(by=issue("kubernetes", ca=True))


# Without identifiers nobody can tell another key from a damaged signature.
@defect("tls/bad-signature")
def authority_of_the_same_name_without_identifiers(p):
    p.apiserver = p.api_server(by=issue("kubernetes", ca=True), identifiers=False)


@defect("tls/foreign-issuer")
def server_by_the_etcd_authority(p):
    p.apiserver = p.api_server(by=p.etcd_ca)


@defect("tls/foreign-issuer")
def etcd_client_by_the_cluster_authority(p):
    p.etcd_client = issue("kube-apiserver-etcd-client", by=p.ca, usages=[CLIENT])


@defect("tls/foreign-issuer")
def proxy_client_by_the_cluster_authority(p):
    p.proxy_client = issue("front-proxy-client", by=p.ca, usages=[CLIENT])


@defect("tls/foreign-issuer")
def administrator_of_another_cluster(p):
    p.admin = issue("kubernetes-admin", "admins", by=issue("kubernetes", ca=True), usages=[CLIENT])


@defect("tls/foreign-issuer")
def peer_by_another_authority(p):
    p.etcd_peer = p.etcd("cp1", by=issue("etcd-peer-ca", ca=True))


@defect("tls/bad-signature")
def tampered(p):
    der = bytearray(p.apiserver.der)
    der[-1] ^= 1
    p.apiserver = Patched(bytes(der), p.apiserver)


@defect("tls/bad-signature")
def tampered_name(p):
    der = p.kubelet_client.der.replace(b"kube-apiserver-kubelet", b"kube-apiserver-kubelit")
    p.kubelet_client = Patched(der, p.kubelet_client)


@defect("tls/not-authority")
def authority_with_ca_false(p):
    p.proxy_ca = issue("front-proxy-ca", ca=False, days=3650, key=p.proxy_ca.key, key_usage="sign certify")


@defect("tls/not-authority")
def authority_without_basic_constraints(p):
    p.etcd_ca = issue("etcd-ca", basic=False, days=3650, key=p.etcd_ca.key, key_usage="sign certify")


@defect("tls/ca-usage")
def authority_that_may_not_sign(p):
    p.proxy_ca = issue("front-proxy-ca", ca=True, days=3650, key=p.proxy_ca.key, key_usage="sign encipher")


@defect("tls/ca-usage")
def authority_for_clients_alone(p):
    root = issue("root", ca=True)
    middle = issue("middle", by=root, ca=True, usages=[CLIENT])
    leaf = issue("web", by=middle, usages=[SERVER], names=["web.example"])
    p.secrets.append(tls_secret([leaf.pem, middle.pem, root.pem], leaf.key))


def chain(count, **options):
    """A root, and so many authorities below each other."""
    chain = [issue("root", ca=True, **options)]
    for number in range(count):
        chain.append(issue(f"authority {number}", by=chain[-1], ca=True))
    return chain


def secret_of_chain(chain, **more):
    leaf = issue("web", by=chain[-1], **{"usages": [SERVER], "names": ["web.example"], **more})
    return tls_secret([c.pem for c in [leaf, *reversed(chain)]], leaf.key)


@defect("tls/path-length")
def path_length_of_the_root(p):
    p.secrets.append(secret_of_chain(chain(1, path_length=0)))


@defect("tls/path-length")
def path_length_in_the_middle(p):
    authorities = chain(1)
    authorities.append(issue("narrow", by=authorities[-1], ca=True, path_length=0))
    authorities.append(issue("too low", by=authorities[-1], ca=True))
    p.secrets.append(secret_of_chain(authorities))


def constraints(permitted=None, excluded=None):
    return (x509.NameConstraints(permitted, excluded), True)


@defect("tls/name-constraint")
def excluded_name(p):
    root = issue("root", ca=True, extensions=[constraints(None, [x509.DNSName("example")])])
    p.secrets.append(secret_of_chain([root]))


@defect("tls/name-constraint")
def name_that_is_not_permitted(p):
    root = issue("root", ca=True, extensions=[constraints([x509.DNSName("cluster.local")])])
    p.secrets.append(secret_of_chain([root]))


@defect("tls/name-constraint")
def address_that_is_not_permitted(p):
    import ipaddress

    network = x509.IPAddress(ipaddress.ip_network("10.0.0.0/8"))
    p.ca = issue("kubernetes", ca=True, days=3650, key=p.ca.key, extensions=[constraints([network])])
    p.kubelet_server = issue(
        "system:node:cp1", "system:nodes", by=p.ca, usages=[SERVER], names=["cp1", "10.0.0.1"]
    )


@defect("tls/chain-incomplete")
def missing_intermediate(p):
    authorities = chain(1)
    leaf = issue("web", by=authorities[-1], usages=[SERVER], names=["web.example"])
    p.secrets.append(tls_secret([leaf.pem], leaf.key))
    p.put_later = {"etc/manifests/authorities.pem": b"".join(c.pem for c in authorities)}


@defect("tls/chain-incomplete")
def missing_intermediate_of_the_server(p):
    middle = issue("middle", by=p.ca, ca=True)
    p.apiserver = p.api_server(by=middle)
    p.put_later = {f"{PKI}/middle.crt": middle.pem}


@defect("tls/issuer-unknown")
def unknown_issuer(p):
    leaf = issue("web", by=issue("somebody", ca=True), usages=[SERVER], names=["web.example"])
    p.secrets.append(tls_secret([leaf.pem], leaf.key))


@defect("tls/bundle-order")
def authority_first(p):
    authorities = chain(1)
    leaf = issue("web", by=authorities[-1], usages=[SERVER], names=["web.example"])
    p.secrets.append(tls_secret([authorities[1].pem, leaf.pem, authorities[0].pem], leaf.key))


@defect("tls/bundle-order")
def authorities_in_the_wrong_order(p):
    authorities = chain(2)
    leaf = issue("web", by=authorities[-1], usages=[SERVER], names=["web.example"])
    p.secrets.append(
        tls_secret([leaf.pem, authorities[1].pem, authorities[2].pem, authorities[0].pem], leaf.key)
    )


@defect("tls/long-chain")
def chain_of_20(p):
    p.secrets.append(secret_of_chain(chain(19)))


@defect("tls/self-signed")
def self_signed_server(p):
    p.apiserver = p.api_server(by=None)


@defect("tls/self-signed")
def self_signed_kubelet(p):
    p.kubelet_server = issue("cp1@1795401453", usages=[SERVER], names=["cp1"])


@defect("tls/self-signed", after=True)
def kubelet_with_an_authority_of_its_own(p):
    own = issue("cp1-ca@1795401453", ca=True)
    made = issue("cp1@1795401453", by=own, usages=[SERVER], names=["cp1"])
    p.put("var/lib/kubelet/pki/kubelet-server-current.pem", made.pem + own.pem + key_pem(made.key), 0o600)


@defect("tls/self-signed")
def self_signed_secret(p):
    leaf = issue("web", usages=[SERVER], names=["web.example"])
    p.secrets.append(tls_secret([leaf.pem], leaf.key))


@defect("tls/leaf-authority")
def server_that_is_an_authority(p):
    p.apiserver = p.api_server(ca=True)


@defect("tls/etcd-ca-shared")
def etcd_authority_with_the_same_key(p):
    p.etcd_ca = issue("etcd-ca", ca=True, days=3650, key=p.ca.key)
    remake_etcd(p)


@defect("tls/etcd-ca-shared")
def etcd_authority_in_another_file(p):
    p.etcd_ca = p.ca
    remake_etcd(p)


def remake_etcd(p):
    p.etcd_client = issue("kube-apiserver-etcd-client", by=p.etcd_ca, usages=[CLIENT])
    p.etcd_server, p.etcd_peer = p.etcd("cp1"), p.etcd("cp1")
    p.healthcheck = issue("kube-etcd-healthcheck-client", by=p.etcd_ca, usages=[CLIENT])


@defect("tls/front-proxy-ca-shared")
def front_proxy_authority_with_the_same_key(p):
    p.proxy_ca = issue("front-proxy-ca", ca=True, days=3650, key=p.ca.key)
    p.proxy_client = issue("front-proxy-client", by=p.proxy_ca, usages=[CLIENT])


@defect("tls/duplicate-serial")
def duplicate_serial(p):
    p.kubelet_client = issue(
        "kube-apiserver-kubelet-client",
        by=p.ca,
        usages=[CLIENT],
        serial=p.apiserver.certificate.serial_number,
    )


@defect("tls/duplicate")
def copy_of_a_certificate(p):
    p.put_later = {"backup/admin-old.crt": p.etcd_client.pem}


@defect("tls/etcd-client")
def another_client_of_etcd(p):
    made = issue("backup", by=p.etcd_ca, usages=[CLIENT])
    p.put_later = {"backup/client.pem": made.pem}


# Extensions and encoding


@defect("tls/unknown-critical")
def unknown_critical_extension(p):
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
    p.apiserver = p.api_server(extensions=[(extension, True)])


@defect("tls/unknown-critical")
def unknown_critical_extension_of_the_authority(p):
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
    p.proxy_ca = issue("front-proxy-ca", ca=True, days=3650, key=p.proxy_ca.key, extensions=[(extension, True)])


@defect("tls/broken-extension")
def broken_extension(p):
    made = p.api_server()
    identifier = x509.SubjectKeyIdentifier.from_public_key(p.ca.key.public_key()).digest
    old, new = element(0x80, identifier), element(0x83, identifier)
    p.apiserver = Patched(signed_again(made, replaced(old, new)), made)


def changed_serial(serial):
    def change(fields):
        fields[1] = (2, serial)

    return rebuilt(change)


@defect("tls/strict-encoding")
def negative_serial(p):
    made = p.api_server()
    p.apiserver = Patched(signed_again(made, changed_serial(b"\x80" + os.urandom(8))), made)


@defect("tls/strict-encoding")
def long_serial(p):
    made = p.api_server()
    p.apiserver = Patched(signed_again(made, changed_serial(b"\x01" + os.urandom(20))), made)


# OpenSSL, too, refuses this one.
@defect("tls/unreadable")
def padded_serial(p):
    made = p.api_server()
    p.apiserver = Patched(signed_again(made, changed_serial(b"\x00\x01\x02\x03")), made)


@defect("tls/strict-encoding")
def indefinite_length(p):
    _, first, end = head(p.apiserver.der)
    der = b"\x30\x80" + p.apiserver.der[first:end] + b"\0\0"
    p.apiserver = Patched(der, p.apiserver)


@defect("tls/strict-encoding")
def length_with_a_zero_in_front(p):
    _, first, end = head(p.apiserver.der)
    size = (end - first).to_bytes(3, "big")
    p.apiserver = Patched(b"\x30\x83" + size + p.apiserver.der[first:end], p.apiserver)


@defect("tls/strict-encoding")
def bytes_behind(p):
    p.apiserver = Patched(p.apiserver.der + b"\0\0\0", p.apiserver)


@defect("tls/strict-encoding")
def truth_of_1(p):
    made = p.api_server()
    p.apiserver = Patched(signed_again(made, replaced(b"\x01\x01\xff", b"\x01\x01\x01")), made)


@defect("tls/unreadable", after=True)
def broken_base64(p):
    text = p.healthcheck.pem.replace(b"MII", b"M!I", 1)
    p.put(f"{PKI}/etcd/healthcheck-client.crt", text)


@defect("tls/unreadable", after=True)
def cut_off_in_a_bundle(p):
    p.put(f"{PKI}/ca.crt", p.ca.pem + p.proxy_ca.pem[:200])


@defect("tls/unreadable", after=True)
def another_end(p):
    p.put(f"{PKI}/ca.crt", p.ca.pem + p.ca.pem.replace(b"END CERTIFICATE", b"END X509 CRL"))


# Roles


@defect("tls/wrong-usage")
def server_for_clients(p):
    p.apiserver = p.api_server(usages=[CLIENT])


@defect("tls/wrong-usage")
def etcd_for_servers_alone(p):
    p.etcd_server = p.etcd("cp1", usages=[SERVER])


@defect("tls/wrong-usage")
def etcd_peer_for_clients_alone(p):
    p.etcd_peer = p.etcd("cp1", usages=[CLIENT])


@defect("tls/wrong-usage")
def client_for_servers(p):
    p.kubelet_client = issue(
        "kube-apiserver-kubelet-client", "kubeadm:cluster-admins", by=p.ca, usages=[SERVER], names=["cp1"]
    )


@defect("tls/wrong-usage")
def scheduler_for_servers(p):
    p.scheduler = issue("system:kube-scheduler", by=p.ca, usages=[SERVER], names=["cp1"])


@defect("tls/key-usage")
def key_that_may_not_sign(p):
    p.apiserver = p.api_server(key_usage="encipher", key=rsa_key())


@defect("tls/names-missing")
def server_without_a_cluster_name(p):
    p.apiserver = p.api_server(names=[n for n in API_NAMES if n != "kubernetes.default"])


@defect("tls/names-missing")
def server_without_its_address(p):
    p.apiserver = p.api_server(names=[n for n in API_NAMES if n != "192.0.2.10"])


@defect("tls/names-missing")
def server_without_the_service_address(p):
    p.apiserver = p.api_server(names=[n for n in API_NAMES if n != "10.96.0.1"])


@defect("tls/names-missing")
def server_without_the_name_of_kubeconfigs(p):
    p.server = "https://api.example:6443"


@defect("tls/names-missing")
def server_with_other_names(p):
    p.apiserver = p.api_server(names=["elsewhere.example"])


@defect("tls/no-names")
def server_without_names(p):
    p.apiserver = p.api_server(names=[])


@defect("tls/names-missing")
def etcd_without_localhost(p):
    p.etcd_server = p.etcd("cp1", names=[n for n in ETCD_NAMES if n != "127.0.0.1"])


@defect("tls/names-missing")
def kubelet_of_another_node(p):
    p.kubelet_server = issue("system:node:cp1", "system:nodes", by=p.ca, usages=[SERVER], names=["cp2"])


@defect("tls/wrong-subject")
def scheduler_by_another_name(p):
    p.scheduler = issue("kube-scheduler", by=p.ca, usages=[CLIENT])


@defect("tls/wrong-subject")
def kubelet_without_its_group(p):
    p.kubelet = issue("system:node:cp1", by=p.ca, usages=[CLIENT])


@defect("tls/wrong-subject")
def kubelet_by_another_name(p):
    p.kubelet = issue("cp1", "system:nodes", by=p.ca, usages=[CLIENT])


@defect("tls/masters")
def administrator_above_all(p):
    p.admin = issue("kubernetes-admin", "system:masters", by=p.ca, usages=[CLIENT])


@defect("tls/masters")
def kubelet_client_above_all(p):
    p.kubelet_client = issue("kube-apiserver-kubelet-client", "system:masters", by=p.ca, usages=[CLIENT])


# Files, kubeconfigs, objects


@defect("tls/key-mode", after=True)
def key_that_others_read(p):
    p.put(f"{PKI}/apiserver.key", key_pem(p.apiserver.key), 0o644)


@defect("tls/key-mode", after=True)
def kubeconfig_that_the_group_reads(p):
    p.put("etc/kubernetes/admin.conf", p.kubeconfig(p.admin), 0o640)


@defect("tls/cert-mode", after=True)
def certificate_that_others_write(p):
    p.put(f"{PKI}/ca.crt", p.ca.pem, 0o666)


@defect("tls/folder-mode", after=True)
def folder_that_others_write(p):
    p.folder_modes = {f"{PKI}/etcd": 0o777}


@defect("tls/owner", after=True)
def file_of_another_user(p):
    p.owners = {f"{PKI}/sa.key": 4711}


@defect("tls/skip-verify")
def unverified_server(p):
    p.cluster = {"insecure-skip-tls-verify": "true"}


@defect("tls/plain-http", after=True)
def plain_http(p):
    p.put("etc/kubernetes/scheduler.conf", p.kubeconfig(p.scheduler, "http://192.0.2.10:8080"), 0o600)


@defect("tls/no-authority")
def no_authority(p):
    p.cluster = {}


@defect("tls/kubelet-embedded")
def embedded_kubelet_certificate(p):
    p.kubelet_embedded = True


@defect("tls/webhook-unverified")
def unverified_webhook(p):
    p.webhooks = (
        "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1beta1.metrics.k8s.io}\n"
        "spec:\n  group: metrics.k8s.io\n  version: v1beta1\n  insecureSkipTLSVerify: true\n"
        "  service: {name: metrics, namespace: kube-system}\n"
    )


@defect("tls/not-given", after=True)
def file_that_is_not_there(p):
    text = API_SERVER.replace("    - --etcd-servers", "    - --kubelet-certificate-authority=/etc/pki/no.crt\n    - --etcd-servers")
    text = text.replace(
        "  volumes:", "    - {name: other, mountPath: /etc/pki}\n  volumes:\n  - name: other\n    hostPath: {path: /etc/pki}", 1
    )
    p.put("etc/kubernetes/manifests/kube-apiserver.yaml", text, 0o600)


@defect("tls/expired")
def expired_bundle_of_a_webhook(p):
    bundle = base64.b64encode(issue("webhook-ca", ca=True, start=NOW - 400 * DAY).pem).decode()
    p.webhooks = (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: w}\n"
        "webhooks:\n- name: w.example\n  clientConfig:\n"
        f"    caBundle: {bundle}\n    service: {{name: w, namespace: default}}\n"
    )


# What is read of files that name others


def replaced_kubeconfig(p, file, change):
    path = f"etc/kubernetes/{file}"
    content, mode = p.files[path]
    text = change(content.decode())
    assert text.encode() != content
    p.files[path] = (text.encode(), mode)


def line_of(field, text):
    return next(line for line in text.splitlines(keepends=True) if f" {field}:" in line)


@defect("tls/kubeconfig-authority", after=True)
def kubeconfig_of_another_authority(p):
    data = base64.b64encode(issue("kubernetes", ca=True).pem).decode()
    line = f"    certificate-authority-data: {data}\n"
    replaced_kubeconfig(p, "admin.conf", lambda t: t.replace(line_of("certificate-authority-data", t), line))


@defect("tls/kubeconfig-authority", after=True)
def kubeconfig_with_the_authority_of_clients_alone(p):
    p.put("etc/kubernetes/old-ca.crt", issue("old", ca=True).pem)
    line = "    certificate-authority: old-ca.crt\n"
    replaced_kubeconfig(p, "kubelet.conf", lambda t: t.replace(line_of("certificate-authority-data", t), line))


@defect("tls/unreadable", after=True)
def certificate_of_a_kubeconfig_cut_off(p):
    line = "    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FU\u20ac\n"
    replaced_kubeconfig(p, "admin.conf", lambda t: t.replace(line_of("client-certificate-data", t), line))


@defect("tls/unreadable", after=True)
def broken_authority_of_a_kubeconfig(p):
    def change(text):
        line = line_of("certificate-authority-data", text)
        return text.replace(line, line[:-4] + "\n")

    replaced_kubeconfig(p, "scheduler.conf", change)


@defect("tls/unreadable")
def secret_without_pem(p):
    leaf = issue("web", by=p.ca, usages=[SERVER], names=["web.example"])
    good = base64.b64encode(leaf.pem).decode()
    p.secrets.append(tls_secret([leaf.pem], leaf.key).replace(good, base64.b64encode(leaf.der).decode()))


@defect("tls/unreadable")
def bundle_of_an_aggregated_api_without_pem(p):
    p.webhooks = (
        "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1beta1.metrics.k8s.io}\n"
        "spec:\n  group: metrics.k8s.io\n  version: v1beta1\n  caBundle: Y2VydGlmaWNhdGU=\n"
        "  service: {name: metrics, namespace: kube-system}\n"
    )


@defect("tls/key-missing", after=True)
def kubeconfig_without_a_key(p):
    replaced_kubeconfig(p, "admin.conf", lambda t: t.replace(line_of("client-key-data", t), ""))


@defect("tls/self-signed")
def secret_of_openssl_req(p):
    """As `openssl req -x509` makes it: an authority's, by its constraints."""
    leaf = issue("web.example", ca=True, key_usage=None, names=["web.example"])
    p.secrets.append(tls_secret([leaf.pem], leaf.key))


@defect("tls/self-signed", after=True)
def pair_of_files_that_is_an_authority(p):
    leaf = issue("web.example", ca=True, names=["web.example"], usages=[SERVER])
    p.pair("etc/web/tls", leaf)


@defect("tls/skip-verify")
def kubeconfig_in_a_secret(p):
    data = base64.b64encode(p.kubeconfig(None).replace("server:", "insecure-skip-tls-verify: true\n    server:").encode())
    p.secrets.append(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: c}}\ndata:\n  value: {data.decode()}\n")


@defect("tls/expired")
def authority_of_cluster_info(p):
    data = base64.b64encode(issue("kubernetes", ca=True, start=NOW - 400 * DAY).pem).decode()
    p.webhooks = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cluster-info, namespace: kube-public}\ndata:\n"
        "  kubeconfig: |\n    apiVersion: v1\n    kind: Config\n    clusters:\n    - name: ''\n      cluster:\n"
        f"        server: https://192.0.2.10:6443\n        certificate-authority-data: {data}\n"
    )


@defect("tls/plain-http", after=True)
def server_without_a_scheme(p):
    text = (
        "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: '192.0.2.10:8080'}\n"
        "users: []\ncontexts: []\n"
    )
    p.put("etc/kubernetes/extra.conf", text, 0o600)


@defect("tls/names-missing")
def etcd_peer_without_its_address(p):
    p.etcd_peer = p.etcd("cp1", names=[n for n in ETCD_NAMES if n != "192.0.2.10"])


@defect("tls/names-missing")
def etcd_without_its_address(p):
    p.etcd_server = p.etcd("cp1", names=[n for n in ETCD_NAMES if n != "192.0.2.10"])


@defect("tls/names-missing")
def server_without_its_node(p):
    p.apiserver = p.api_server(names=[n for n in API_NAMES if n != "cp1"])


@defect("tls/names-missing")
def etcd_peer_without_its_node(p):
    p.etcd_peer = p.etcd("cp1", names=[n for n in ETCD_NAMES if n != "cp1"])


@defect("tls/break-glass", after=True)
def administrator_for_emergencies(p):
    made = issue("kubernetes-super-admin", "system:masters", by=p.ca, usages=[CLIENT])
    p.put("etc/kubernetes/super-admin.conf", p.kubeconfig(made), 0o600)


@defect("tls/wrong-subject")
def kubelet_of_two_groups(p):
    p.kubelet = issue("system:node:cp1", "system:nodes", "others", by=p.ca, usages=[CLIENT])


@defect("tls/config-mode", after=True)
def static_pod_that_others_write(p):
    content, _ = p.files["etc/kubernetes/manifests/etcd.yaml"]
    p.files["etc/kubernetes/manifests/etcd.yaml"] = (content, 0o622)


@defect("tls/config-mode", after=True)
def kubeconfig_that_others_write(p):
    content, _ = p.files["etc/kubernetes/kubelet.conf"]
    p.files["etc/kubernetes/kubelet.conf"] = (content, 0o622)


@defect("tls/manifest-mode", after=True)
def static_pod_that_others_read(p):
    content, _ = p.files["etc/kubernetes/manifests/etcd.yaml"]
    p.files["etc/kubernetes/manifests/etcd.yaml"] = (content, 0o644)


@defect("tls/folder-mode", after=True)
def folder_of_static_pods_that_others_write(p):
    p.folder_modes = {"etc/kubernetes/manifests": 0o777}


@defect("tls/key-mode", after=True)
def token_that_others_read(p):
    data = base64.b64encode(p.ca.pem).decode()
    text = (
        "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://192.0.2.10:6443\n"
        f"    certificate-authority-data: {data}\ncontexts: []\nusers:\n- name: u\n  user: {{token: abc.def.ghi}}\n"
    )
    p.put("etc/kubernetes/token.kubeconfig", text, 0o644)


# What OpenSSL takes and Go does not


@defect("tls/unsupported-algorithm")
def curve_that_go_does_not_know(p):
    p.apiserver = p.api_server(key=ec_key(ec.BrainpoolP256R1()))


@defect("tls/unsupported-algorithm")
def key_of_ed448(p):
    p.apiserver = p.api_server(key=ed448.Ed448PrivateKey.generate())


@defect("tls/unsupported-algorithm")
def signature_of_sha224(p):
    p.scheduler = issue("system:kube-scheduler", by=p.ca, usages=[CLIENT], digest=hashes.SHA224())


@defect("tls/unsupported-algorithm")
def signature_of_ed448(p):
    root = issue("root", ca=True, key=ed448.Ed448PrivateKey.generate())
    leaf = issue("web", by=root, usages=[SERVER], names=["web.example"])
    p.secrets.append(tls_secret([leaf.pem, root.pem], leaf.key))


# A worker has no authority for servers among its files: the kubelet's own is none, all the same.
@defect("tls/self-signed", after=True)
def self_signed_kubelet_of_a_worker(p):
    own = issue("cp1-ca@1795401453", ca=True)
    made = issue("cp1@1795401453", by=own, usages=[SERVER], names=["cp1"])
    kept = ("var/lib/kubelet", "etc/kubernetes/kubelet.conf", f"{PKI}/ca.crt")
    p.files = {path: file for path, file in p.files.items() if path.startswith(kept)}
    p.put("var/lib/kubelet/pki/kubelet.crt", made.pem + own.pem)
    p.put("var/lib/kubelet/pki/kubelet.key", key_pem(made.key), 0o600)
    del p.files["var/lib/kubelet/pki/kubelet-server-current.pem"]
