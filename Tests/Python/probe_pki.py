"""Certificates for the tests of `tls probe`, made fresh each time with `cryptography`."""

import datetime
import ipaddress
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


def name(common_name, organization=None):
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def new_key(kind):
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:] or 2048))
    return ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind])


class Issued:
    """A certificate with its key, as files."""

    def __init__(self, folder, label, certificate, key):
        self.certificate, self.key = certificate, key
        self.crt, self.pem = folder / f"{label}.crt", folder / f"{label}.key"
        self.crt.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.both = folder / f"{label}.pem"
        self.both.write_bytes(self.crt.read_bytes() + self.pem.read_bytes())


class PKI:
    """Authorities and what they issue, in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.count = 0
        self.keys = {}
        self.ca = self.authority("kubernetes")
        self.server = self.issue("server")

    def key(self, kind):
        """One key of a kind for all: making RSA keys takes its time."""
        if kind not in self.keys:
            self.keys[kind] = new_key(kind)
        return self.keys[kind]

    def authority(self, common_name, signer=None):
        return self.issue(common_name, signer=signer, is_authority=True, key=new_key("p256"))

    def issue(
        self,
        common_name,
        signer="ca",
        *,
        key="p256",
        organization=None,
        names=("localhost", "127.0.0.1"),
        begins=-1,
        ends=365,
        usage=(ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH),
        is_authority=False,
    ):
        """Days are counted from now; a signer of None signs itself."""
        if isinstance(key, str):
            key = self.key(key)
        signer = getattr(self, signer) if isinstance(signer, str) else signer
        subject = name(common_name, organization)
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(signer.certificate.subject if signer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins * DAY)
            .not_valid_after(now + ends * DAY)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if not is_authority:
            alternatives = []
            for text in names:
                try:
                    alternatives.append(x509.IPAddress(ipaddress.ip_address(text)))
                except ValueError:
                    alternatives.append(x509.DNSName(text))
            if alternatives:
                builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        signing = signer.key if signer else key
        algorithm = None if isinstance(signing, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        certificate = builder.sign(signing, algorithm)
        self.count += 1
        return Issued(self.folder, f"{self.count:03}-{len(common_name)}", certificate, key)

    def issue_sha1(self, common_name):
        """`cryptography` signs nothing with SHA-1 any more; openssl does."""
        whole = self.issue(common_name)
        request = self.folder / "request.pem"
        request.write_bytes(
            x509.CertificateSigningRequestBuilder()
            .subject_name(name(common_name))
            .sign(whole.key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )
        extensions = self.folder / "extensions"
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        subprocess.run(
            ["openssl", "x509", "-req", "-sha1", "-days", "365", "-in", request, "-out", whole.crt,
             "-CA", self.ca.crt, "-CAkey", self.ca.pem, "-extfile", extensions],
            check=True, capture_output=True,
        )
        certificate = x509.load_pem_x509_certificate(whole.crt.read_bytes())
        return Issued(self.folder, "sha1", certificate, whole.key)

    def bundle(self, label, *issued):
        path = self.folder / f"{label}.crt"
        path.write_bytes(b"".join(one.crt.read_bytes() for one in issued))
        return path
