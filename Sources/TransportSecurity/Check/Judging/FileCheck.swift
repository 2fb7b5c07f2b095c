internal import Findings
internal import Platform
internal import X509

/// Modes and owners of files and folders with keys and certificates.
enum FileCheck {
  static func run(
    _ inventory: Inventory, user: UInt32, into findings: inout FindingSet
  ) {
    var seen: Set<String> = []
    for bundle in inventory.bundles {
      guard let identity = bundle.ownership else { continue }
      let mode = String(identity.permissions, radix: 8)
      // A file may have several bundles, of which one has a key.
      if bundle.hasKey, identity.permissions & 0o077 != 0 {
        findings.add(TransportRules.keyMode, "its mode is \(mode)", file: bundle.file)
      } else if bundle.kind == .file, identity.permissions & 0o022 != 0 {
        findings.add(TransportRules.certificateMode, "its mode is \(mode)", file: bundle.file)
      }
      if seen.insert(bundle.file).inserted, identity.owner != 0, identity.owner != user {
        findings.add(
          TransportRules.owner, "it belongs to the user \(identity.owner)", file: bundle.file)
      }
    }
    for (folder, identity) in inventory.folders.sorted(by: { $0.key < $1.key }) {
      if identity.permissions & 0o022 != 0 {
        let mode = String(identity.permissions, radix: 8)
        findings.add(TransportRules.folderMode, "its mode is \(mode)", file: folder)
      }
    }
  }
}

extension KeptBundle {
  /// Whether a private key is in it, also one that could not be read.
  fileprivate var hasKey: Bool {
    !privateKeys.isEmpty || broken.contains { $0.error.code == .passwordNeeded }
  }
}
