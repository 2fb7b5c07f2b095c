internal import SOPSFormat

extension HuaweiKMS: KeyService {
  typealias Key = HuaweiKeyName
}

extension HuaweiKeyName: ServiceKey {
  static var backend: SOPSBackend { .huaweiKMS }

  init(_ entry: SOPSKeyEntry) throws(CloudError) {
    try self.init(entry.fields["key_id"]?.text ?? "")
  }

  var recipient: String { text }

  var fields: [MetadataField] { [MetadataField("key_id", .text(text))] }
}
