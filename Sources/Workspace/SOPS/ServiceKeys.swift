internal import CloudKeys
internal import SOPSFormat

/// Keys that services hold.
struct ServiceKeys: SOPSKeyBackend {
  private let services = CloudKeys()

  var kinds: [SOPSBackend] { CloudKeys.backends }

  var unwrappers: [any SOPSKeyUnwrapper] { services.unwrappers }

  func wrapper(for name: SOPSRecipientName) throws(SOPSError) -> any SOPSKeyWrapper {
    let context =
      try name.encryptionContext.map { (text) throws(SOPSError) in try CloudKeys.context(text) }
      ?? name.contextOfRule
    let wrapper = try services.wrapper(
      for: name.backend, name.name, context: context, profile: name.awsProfile ?? "")
    guard let wrapper else { throw unsupported(name.backend) }
    return wrapper
  }

  func wrapper(renewing entry: SOPSKeyEntry) throws(SOPSError) -> any SOPSKeyWrapper {
    guard let wrapper = try services.wrapper(renewing: entry) else {
      throw unsupported(entry.backend)
    }
    return wrapper
  }

  private func unsupported(_ kind: SOPSBackend) -> SOPSError {
    SOPSError(.unsupportedBackend, "cannot encrypt for keys of \(kind)", backends: [kind])
  }
}
