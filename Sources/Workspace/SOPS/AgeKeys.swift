internal import Age
internal import Platform
internal import SOPSFormat

/// Keys of age: of every kind that age has, SSH keys and plugins included.
struct AgeKeys: SOPSKeyBackend {
  let unwrappers: [any SOPSKeyUnwrapper]

  /// - Parameter hasCommands: whether the commands that SOPS's variables name are run for identities.
  init(_ identities: [ParsedIdentity], hasCommands: Bool) {
    let known: [any SOPSKeyUnwrapper] = identities.map {
      SOPSAgeUnwrapper([$0.identity], recipientText: $0.recipientText)
    }
    unwrappers = known + (hasCommands ? IdentityCommand.all : [])
  }

  var kinds: [SOPSBackend] { [.age] }

  func wrapper(for name: SOPSRecipientName) throws(SOPSError) -> any SOPSKeyWrapper {
    try SOPSAgeWrapper(name.name, interaction: TerminalInteraction())
  }
}
