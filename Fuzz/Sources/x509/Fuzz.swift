import ControlPlane
import CryptoCore
import FuzzSupport
import TransportSecurity
import X509

/// Reads arbitrary bytes as a file of certificates and keys, as a kubeconfig, a pod or another
/// object, and judges what is in it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    let password: [UInt8] = [UInt8(ascii: "p")]
    if let source = try? CertificateSource.read(bytes, password: password.span) {
      check(source, bytes)
    }
    var inventory = Inventory()
    for name in ["etc/kubernetes/pki/ca.crt", "etc/kubernetes/admin.conf", "dump.yaml"] {
      // Each kind of name has its own way in; certificates of the first are what others refer to.
      let contents = try? FileReader().read(bytes, file: name, identity: nil, password: Span())
      if let contents { inventory.add(contents) }
    }
    var options = CheckOptions(now: 1_796_083_200, user: 0)
    options.warning = 86_400
    guard let report = try? TransportCheck.run(inventory, options),
      (try? RenewalPlan(report, horizon: 2_000_000_000)) != nil,
      let page = try? TimelinePage.text(report)
    else { finding("certificates that do not read again") }
    if page.contains("<script") { finding("a script in the page") }
  }
}

private func check(_ source: CertificateSource, _ bytes: Span<UInt8>) {
  for entry in source.entries {
    guard case .certificate(let certificate) = entry.content else { continue }
    let own = certificate.der
    guard let again = try? Certificate(der: own.span) else {
      finding("a certificate that does not read again")
    }
    if again.fingerprint != certificate.fingerprint { finding("another certificate") }
    if certificate.isSelfSigned, !certificate.isSigned(by: certificate) {
      finding("self-signed and not signed by itself")
    }
  }
}
