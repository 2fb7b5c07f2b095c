internal import CryptoCore

/// The files of a working tree: those that git tracks with what the index has of them, then those
/// that it neither tracks nor ignores.
struct PresentFiles: ~Copyable {
  private let root: String
  private var records: RecordReader
  private var parser = BlobListParser(.index)
  private var isAtOthers = false

  init(in root: String) throws(WorkspaceError) {
    self.root = root
    records = RecordReader(
      try GitCalls.start(
        ["ls-files", "--stage", "-z", "--full-name"], in: root,
        takesInput: false))
  }

  mutating func next() throws(WorkspaceError) -> BlobEntry? {
    while true {
      var record = WipedBuffer()
      if try records.next(appendingTo: &record) {
        guard !isAtOthers else {
          let path = String(decoding: [UInt8](copying: record.bytes), as: UTF8.self)
          return BlobEntry(path: path, object: "", commit: nil)
        }
        guard let entry = try parser.take(record.bytes) else { continue }
        return entry
      }
      guard !isAtOthers else { return nil }
      isAtOthers = true
      records = RecordReader(
        try GitCalls.start(
          ["ls-files", "--others", "--exclude-standard", "-z", "--full-name"], in: root,
          takesInput: false))
    }
  }
}
