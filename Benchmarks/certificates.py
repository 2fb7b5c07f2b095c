"""Writes a folder of certificates, one a file, all by one authority.

python Benchmarks/certificates.py COUNT FOLDER
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests/Python"))

from sealwax_pki import SERVER, issue, rsa_key  # noqa: E402

count, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
folder.mkdir()
authority = issue("authority", ca=True, days=3650, key=rsa_key())
(folder / "ca.crt").write_bytes(authority.pem)
for number in range(count):
    host = f"host-{number:05}.example"
    made = issue(host, by=authority, usages=[SERVER], names=[host, "192.0.2.1"], days=365 + number % 90)
    (folder / f"{number:05}.crt").write_bytes(made.pem)
