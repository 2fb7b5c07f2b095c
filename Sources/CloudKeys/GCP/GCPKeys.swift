internal import SOPSFormat

extension GCPKMS: KeyService {
  typealias Key = GCPKMS.KeyName
}

extension GCPKMS.KeyName: ServiceKey {
  static var backend: SOPSBackend { .gcpKMS }

  init(_ entry: SOPSKeyEntry) throws(CloudError) {
    try self.init(entry.fields["resource_id"]?.text ?? "")
  }

  var recipient: String { text }

  var fields: [MetadataField] { [MetadataField("resource_id", .text(text))] }
}
