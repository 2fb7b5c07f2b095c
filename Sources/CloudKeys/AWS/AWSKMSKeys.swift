internal import SOPSFormat

extension AWSKMS: KeyService {}

extension AWSKMS.Key: ServiceKey {
  static var backend: SOPSBackend { .awsKMS }

  /// The key of an entry; what of a context is null does not count.
  ///
  /// - Throws: `.malformedName`.
  init(_ entry: SOPSKeyEntry) throws(CloudError) {
    var context: [String: String] = [:]
    if case .mapping(let fields) = entry.fields["context"] {
      for field in fields { if let text = field.value.text { context[field.name] = text } }
    }
    self.init(
      name: try AWSKeyName(entry.fields["arn"]?.text ?? ""),
      role: entry.fields["role"]?.text ?? "", profile: entry.fields["aws_profile"]?.text ?? "",
      context: context)
  }

  /// Reads a key as SOPS's flags and creation rules have it: an ARN, with `+` and a role's ARN behind
  /// it where one is to be assumed.
  ///
  /// - Throws: `.malformedName`.
  init(
    _ text: String, context: [String: String], profile: String
  ) throws(CloudError) {
    let text = text.filter { $0 != " " }
    var name = Substring(text)
    var role: Substring = ""
    // An ARN has no `+arn:` in it, so that this separates two.
    let marker = Array("+arn:")
    let characters = Array(text)
    if let start = characters.indices.first(where: {
      $0 > 0 && characters[$0...].starts(with: marker)
    }) {
      name = text.prefix(start)
      role = text.dropFirst(start + 1)
    }
    self.init(
      name: try AWSKeyName(String(name)), role: String(role), profile: profile, context: context)
  }

  /// The key's ARN.
  var recipient: String { name.arn }

  var fields: [MetadataField] {
    var fields = [MetadataField("arn", .text(recipient))]
    if !role.isEmpty { fields.append(MetadataField("role", .text(role))) }
    if !context.isEmpty {
      let pairs = context.sorted { $0.key < $1.key }
      fields.append(
        MetadataField("context", .mapping(pairs.map { MetadataField($0.key, .text($0.value)) })))
    }
    return fields
  }

  var lastFields: [MetadataField] { [MetadataField("aws_profile", .text(profile))] }
}
