import Age
import CryptoCore
import SOPSFormat

/// The keys of the cases.
enum InteropKeys {
  static func unwrappers(_ keys: [InteropCase.Key]) throws -> [any SOPSKeyUnwrapper] {
    var result: [any SOPSKeyUnwrapper] = []
    for key in keys {
      guard let file = key.file else { continue }
      let bytes = try InteropCase.bytes(file)
      switch key.type {
      case "pgp-secret-key": result.append(SOPSOpenPGPUnwrapper(try GPG(importing: [file])))
      default:
        let identities = try IdentityFile.parse(
          bytes.span,
          passphrase: { _ in throw AgeError(.wrongPassphrase, "no passphrase in this test") })
        result.append(SOPSAgeUnwrapper(identities.map(\.identity)))
      }
    }
    return result
  }
}
