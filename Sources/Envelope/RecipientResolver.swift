internal import Age

/// Finds again how to wrap for a recipient that an envelope names.
enum RecipientResolver {
  static func wrapper(
    for recipient: RecipientDescription, unwrappers: [any KeyUnwrapper]
  ) -> (any KeyWrapper)? {
    for unwrapper in unwrappers {
      if let wrapper = unwrapper.wrapper(for: recipient) { return wrapper }
    }
    guard recipient.kind == .age else { return nil }
    let text = AgeRecipientText.decode(recipient.text)
    guard let parsed = try? RecipientParser.parse(text) else { return nil }
    return AgeKeyWrapper(parsed, text: text, name: recipient.name)
  }
}
