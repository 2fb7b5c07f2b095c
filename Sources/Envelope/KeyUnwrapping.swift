internal import CryptoCore

/// Tries secrets on the wrapped keys of an envelope.
enum KeyUnwrapping {
  /// The data key, from the first recipient line that one of the secrets opens.
  ///
  /// A secret that fails, such as a wrong passphrase or a token that is not plugged in, does not
  /// keep another from being tried.
  ///
  /// - Throws: `.unwrapFailed` when some failed on a line meant for them and none succeeded, else
  ///   `.noIdentity`.
  static func unwrap(
    _ envelope: Envelope, context: UnitContext, unwrappers: [any KeyUnwrapper],
    in arena: SecretArena
  ) throws(EnvelopeError) -> DataKey {
    var failures: [String] = []
    for unwrapper in unwrappers {
      for line in envelope.recipients {
        do {
          if let key = try unwrapper.unwrap(line, context: context, in: arena) { return key }
        } catch {
          failures.append(error.message)
        }
      }
    }
    let names = ShownNames.list(envelope.recipients.map(\.recipient.label))
    guard failures.isEmpty else {
      let more = failures.count > 4 ? "; and \(failures.count - 4) more" : ""
      throw EnvelopeError(
        .unwrapFailed, failures.prefix(4).joined(separator: "; ") + more)
    }
    throw EnvelopeError(
      .noIdentity,
      unwrappers.isEmpty
        ? "no identity was given; sealed for \(names)"
        : "no identity opens it; sealed for \(names)")
  }
}
