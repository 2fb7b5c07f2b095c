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
    for file in inventory.configurations { check(file, user, &seen, &findings) }
    for (folder, identity) in inventory.folders.sorted(by: { $0.key < $1.key }) {
      if identity.permissions & 0o022 != 0 {
        let mode = String(identity.permissions, radix: 8)
        findings.add(TransportRules.folderMode, "its mode is \(mode)", file: folder)
      }
    }
  }

  private static func check(
    _ file: ConfigurationFile, _ user: UInt32, _ seen: inout Set<String>,
    _ findings: inout FindingSet
  ) {
    let mode = String(file.permissions, radix: 8)
    if file.hasCredential, file.permissions & 0o077 != 0 {
      findings.add(TransportRules.keyMode, "its mode is \(mode)", file: file.file)
    } else if file.permissions & 0o022 != 0, !findings.has(TransportRules.keyMode, file.file) {
      findings.add(TransportRules.configurationMode, "its mode is \(mode)", file: file.file)
    } else if file.kind == .staticPod, file.permissions & 0o044 != 0 {
      findings.add(TransportRules.manifestMode, "its mode is \(mode)", file: file.file)
    }
    if seen.insert(file.file).inserted, file.owner != 0, file.owner != user {
      findings.add(
        TransportRules.owner, "it belongs to the user \(file.owner)", file: file.file)
    }
  }
}

extension KeptBundle {
  /// Whether a private key is in it, also one that could not be read.
  fileprivate var hasKey: Bool {
    !privateKeys.isEmpty || broken.contains { $0.error.code == .passwordNeeded }
  }
}
