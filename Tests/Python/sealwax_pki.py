"""Makes the PKI of a control plane as kubeadm lays it out, whole or with one defect."""

import base64
import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from cryptography.x509.oid import NameOID

NOW = datetime.datetime(2026, 12, 1)
DAY = datetime.timedelta(days=1)
SERVER, CLIENT = Usage.SERVER_AUTH, Usage.CLIENT_AUTH
ETCD_NAMES = ["cp1", "localhost", "192.0.2.10", "127.0.0.1", "::1"]
API_NAMES = [
    "cp1",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "10.96.0.1",
    "192.0.2.10",
]


def ec_key(curve=None):
    return ec.generate_private_key(curve or ec.SECP256R1())


def rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def key_pem(key, password=None):
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def public_pem(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def pem(der):
    """A certificate's DER, or what shall pass for it, as PEM."""
    if isinstance(der, x509.Certificate):
        der = der.public_bytes(serialization.Encoding.DER)
    text = base64.encodebytes(der).decode().replace("\n", "")
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return ("-----BEGIN CERTIFICATE-----\n" + "\n".join(lines) + "\n-----END CERTIFICATE-----\n").encode()


def name(common, *organizations):
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, o) for o in organizations]
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def general(text):
    import ipaddress

    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Issued:
    """A certificate with its key, and the certificate and key of who issued it."""

    def __init__(self, certificate, key, issuer=None):
        self.certificate, self.key, self.issuer = certificate, key, issuer

    @property
    def der(self):
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self):
        return pem(self.certificate)


def issue(
    common,
    *organizations,
    by=None,
    key=None,
    names=(),
    usages=(),
    ca=False,
    path_length=None,
    start=NOW - 10 * DAY,
    days=365,
    serial=None,
    key_usage=True,
    basic=True,
    sign=None,
    digest=None,
    extensions=(),
    identifiers=True,
):
    """A certificate as kubeadm would make it, unless told otherwise.

    `by` is who issues it; without, it signs itself. `sign` is the key that signs in its place.
    """
    key = key or ec_key()
    subject = name(common, *organizations) if common is not None else x509.Name([])
    issuer = by.certificate.subject if by else subject
    signer = sign or (by.key if by else key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + days * DAY)
    )
    if basic:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length if ca else None), critical=True)
    if key_usage is True:
        key_usage = "sign encipher certify" if ca else "sign encipher"
    if key_usage:
        words = key_usage.split()
        builder = builder.add_extension(
            x509.KeyUsage(
                "sign" in words, False, "encipher" in words, False, False, "certify" in words, False, False, False
            ),
            critical=True,
        )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([general(n) for n in names]), critical=False)
    if identifiers:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        if by:
            builder = builder.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False
            )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    if digest is None and not isinstance(signer, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)):
        digest = hashes.SHA256()
    return Issued(builder.sign(signer, digest), key, by)


# DER by hand, for what no library writes.


def element(tag, content):
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def signed_again(issued, change, algorithm=None, digest=None):
    """The certificate with its signed part changed, and signed again by who issued it."""
    tbs = change(issued.certificate.tbs_certificate_bytes)
    signer = issued.issuer.key if issued.issuer else issued.key
    digest = digest or hashes.SHA256()
    if isinstance(signer, rsa.RSAPrivateKey):
        signature = signer.sign(tbs, padding.PKCS1v15(), digest)
        oid = algorithm or bytes.fromhex("2a864886f70d01010b")
        names = element(0x30, element(6, oid) + b"\x05\x00")
    else:
        signature = signer.sign(tbs, ec.ECDSA(digest))
        names = element(0x30, element(6, algorithm or bytes.fromhex("2a8648ce3d040302")))
    return element(0x30, tbs + names + element(3, b"\0" + signature))


def replaced(old, new):
    """A change of some bytes for as many others."""

    def change(tbs):
        assert tbs.count(old) >= 1 and len(old) == len(new), (old, tbs.hex())
        return tbs.replace(old, new, 1)

    return change


def rebuilt(change_fields):
    """A change of the fields of the signed part: a list of (tag, content)."""

    def change(tbs):
        fields = list(elements(content_of(tbs)))
        change_fields(fields)
        return element(0x30, b"".join(element(tag, content) for tag, content in fields))

    return change


def head(der, start=0):
    """The tag, the content's beginning and the end of an element."""
    length = der[start + 1]
    first = start + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(der[first : first + count], "big")
        first += count
    return der[start], first, first + length


def content_of(der):
    _, first, end = head(der)
    return der[first:end]


def elements(content):
    start = 0
    while start < len(content):
        tag, first, end = head(content, start)
        yield tag, content[first:end]
        start = end


class ControlPlane:
    """A node's files in a folder, each with the mode it should have."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        self.ca = issue("kubernetes", ca=True, days=3650)
        self.etcd_ca = issue("etcd-ca", ca=True, days=3650)
        self.proxy_ca = issue("front-proxy-ca", ca=True, days=3650)
        self.make()
        self.webhooks = ""
        self.secrets = []
        self.server = "https://192.0.2.10:6443"
        self.kubelet_embedded = False
        self.cluster = {"certificate-authority-data": None}
        self.service_accounts = ec_key()
        self.files = {}

    def make(self):
        """Issues everything by the three authorities."""
        self.apiserver = self.api_server()
        self.kubelet_client = issue(
            "kube-apiserver-kubelet-client", "kubeadm:cluster-admins", by=self.ca, usages=[CLIENT]
        )
        self.etcd_client = issue("kube-apiserver-etcd-client", by=self.etcd_ca, usages=[CLIENT])
        self.proxy_client = issue("front-proxy-client", by=self.proxy_ca, usages=[CLIENT])
        self.etcd_server = self.etcd("cp1")
        self.etcd_peer = self.etcd("cp1")
        self.healthcheck = issue("kube-etcd-healthcheck-client", by=self.etcd_ca, usages=[CLIENT])
        self.admin = issue("kubernetes-admin", "kubeadm:cluster-admins", by=self.ca, usages=[CLIENT])
        self.scheduler = issue("system:kube-scheduler", by=self.ca, usages=[CLIENT])
        self.manager = issue("system:kube-controller-manager", by=self.ca, usages=[CLIENT])
        self.kubelet = issue("system:node:cp1", "system:nodes", by=self.ca, usages=[CLIENT])
        self.kubelet_server = issue(
            "system:node:cp1", "system:nodes", by=self.ca, usages=[SERVER], names=["cp1", "192.0.2.10"]
        )

    def api_server(self, **more):
        return issue("kube-apiserver", **{"by": self.ca, "usages": [SERVER], "names": API_NAMES, **more})

    def etcd(self, common, **more):
        return issue(common, **{"by": self.etcd_ca, "usages": [SERVER, CLIENT], "names": ETCD_NAMES, **more})

    def put(self, path, content, mode=0o644):
        self.files[path] = (content if isinstance(content, bytes) else content.encode(), mode)

    def pair(self, path, issued):
        self.put(f"{path}.crt", issued.pem)
        self.put(f"{path}.key", key_pem(issued.key), 0o600)

    def lay_out(self):
        """Collects the files; what a defect changes by itself comes behind it."""
        pki = "etc/kubernetes/pki"
        self.pair(f"{pki}/ca", self.ca)
        self.pair(f"{pki}/etcd/ca", self.etcd_ca)
        self.pair(f"{pki}/front-proxy-ca", self.proxy_ca)
        self.pair(f"{pki}/apiserver", self.apiserver)
        self.pair(f"{pki}/apiserver-kubelet-client", self.kubelet_client)
        self.pair(f"{pki}/apiserver-etcd-client", self.etcd_client)
        self.pair(f"{pki}/front-proxy-client", self.proxy_client)
        self.pair(f"{pki}/etcd/server", self.etcd_server)
        self.pair(f"{pki}/etcd/peer", self.etcd_peer)
        self.pair(f"{pki}/etcd/healthcheck-client", self.healthcheck)
        self.put(f"{pki}/sa.key", key_pem(self.service_accounts), 0o600)
        self.put(f"{pki}/sa.pub", public_pem(self.service_accounts))
        for file, user in [
            ("admin.conf", self.admin),
            ("scheduler.conf", self.scheduler),
            ("controller-manager.conf", self.manager),
        ]:
            self.put(f"etc/kubernetes/{file}", self.kubeconfig(user), 0o600)
        embedded = self.kubelet if self.kubelet_embedded else None
        self.put("etc/kubernetes/kubelet.conf", self.kubeconfig(embedded), 0o600)
        kubelet = "var/lib/kubelet/pki"
        if not self.kubelet_embedded:
            both = self.kubelet.pem + key_pem(self.kubelet.key)
            self.put(f"{kubelet}/kubelet-client-current.pem", both, 0o600)
        server = self.kubelet_server.pem + key_pem(self.kubelet_server.key)
        self.put(f"{kubelet}/kubelet-server-current.pem", server, 0o600)
        self.put("etc/kubernetes/manifests/kube-apiserver.yaml", API_SERVER, 0o600)
        self.put("etc/kubernetes/manifests/etcd.yaml", ETCD, 0o600)
        for number, secret in enumerate(self.secrets):
            self.put(f"etc/manifests/secret-{number}.yaml", secret, 0o600)
        if self.webhooks:
            self.put("etc/manifests/webhooks.yaml", self.webhooks)

    def kubeconfig(self, user, server=None):
        data = base64.b64encode(self.ca.pem).decode()
        cluster = {k: data if v is None else v for k, v in self.cluster.items()}
        fields = "".join(f"    {key}: {value}\n" for key, value in cluster.items())
        if user:
            certificate = base64.b64encode(user.pem).decode()
            key = base64.b64encode(key_pem(user.key)).decode()
            credentials = f"    client-certificate-data: {certificate}\n    client-key-data: {key}\n"
        else:
            current = "/var/lib/kubelet/pki/kubelet-client-current.pem"
            credentials = f"    client-certificate: {current}\n    client-key: {current}\n"
        return (
            "apiVersion: v1\nkind: Config\nclusters:\n- name: kubernetes\n  cluster:\n"
            f"{fields}    server: {server or self.server}\ncontexts:\n- name: c\n  context:\n"
            "    cluster: kubernetes\n    user: u\ncurrent-context: c\nusers:\n- name: u\n  user:\n"
            f"{credentials}"
        )

    def write(self):
        for path, (content, mode) in self.files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            file.chmod(mode)
        for folder in [self.root, *[p for p in self.root.rglob("*") if p.is_dir()]]:
            folder.chmod(0o755)


def tls_secret(certificates, key, secret="web"):
    """A Secret of the type kubernetes.io/tls."""
    data = base64.b64encode(b"".join(certificates)).decode()
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {secret}\n  namespace: default\n"
        f"type: kubernetes.io/tls\ndata:\n  tls.crt: {data}\n"
        f"  tls.key: {base64.b64encode(key_pem(key)).decode()}\n"
    )


def dsa_key():
    return dsa.generate_private_key(key_size=2048)


API_SERVER = """apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.34.0
    command:
    - kube-apiserver
    - --advertise-address=192.0.2.10
    - --service-cluster-ip-range=10.96.0.0/12
    - --client-ca-file=/etc/kubernetes/pki/ca.crt
    - --tls-cert-file=/etc/kubernetes/pki/apiserver.crt
    - --tls-private-key-file=/etc/kubernetes/pki/apiserver.key
    - --kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt
    - --kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key
    - --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt
    - --etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt
    - --etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key
    - --etcd-servers=https://127.0.0.1:2379
    - --requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt
    - --proxy-client-cert-file=/etc/kubernetes/pki/front-proxy-client.crt
    - --proxy-client-key-file=/etc/kubernetes/pki/front-proxy-client.key
    - --service-account-key-file=/etc/kubernetes/pki/sa.pub
    - --service-account-signing-key-file=/etc/kubernetes/pki/sa.key
    volumeMounts:
    - {name: certs, mountPath: /etc/kubernetes/pki, readOnly: true}
  volumes:
  - name: certs
    hostPath: {path: /etc/kubernetes/pki}
"""

ETCD = """apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: etcd
    image: registry.k8s.io/etcd:3.6.4-0
    command:
    - etcd
    - --cert-file=/etc/kubernetes/pki/etcd/server.crt
    - --key-file=/etc/kubernetes/pki/etcd/server.key
    - --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt
    - --client-cert-auth=true
    - --advertise-client-urls=https://192.0.2.10:2379
    - --initial-advertise-peer-urls=https://192.0.2.10:2380
    - --peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt
    - --peer-key-file=/etc/kubernetes/pki/etcd/peer.key
    - --peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt
    - --peer-client-cert-auth=true
    volumeMounts:
    - {name: certs, mountPath: /etc/kubernetes/pki/etcd}
  volumes:
  - name: certs
    hostPath: {path: /etc/kubernetes/pki/etcd}
"""
