internal import CryptoCore
internal import GRPC
internal import SOPSFormat

/// The key that a request is about: the message `Key` of SOPS's keyservice/keyservice.proto, which
/// names what entries of files name.
struct KeyMessage {
  let backend: SOPSBackend
  /// What an entry has of it.
  let fields: [MetadataField]

  /// A kind of key: its number in the message, and the fields of its own message in their order.
  private struct Kind {
    let number: UInt8
    let backend: SOPSBackend
    let fields: [String]
  }

  /// The field of AWS that is no text but a mapping of texts.
  private static let context = "context"

  private static let kinds = [
    Kind(number: 1, backend: .awsKMS, fields: ["arn", "role", context, "aws_profile"]),
    Kind(number: 2, backend: .openPGP, fields: ["fp"]),
    Kind(number: 3, backend: .gcpKMS, fields: ["resource_id"]),
    Kind(number: 4, backend: .azureKeyVault, fields: ["vault_url", "name", "version"]),
    Kind(
      number: 5, backend: .vaultTransit, fields: ["vault_address", "engine_path", "key_name"]),
    Kind(number: 6, backend: .age, fields: ["recipient"]),
    Kind(number: 7, backend: .huaweiKMS, fields: ["key_id"]),
  ]

  /// The message for an entry's key.
  static func write(_ entry: SOPSKeyEntry) -> ProtobufWriter {
    var message = ProtobufWriter()
    for kind in kinds where kind.backend == entry.backend {
      var own = ProtobufWriter()
      for (index, name) in kind.fields.enumerated() {
        let number = UInt8(index + 1)
        if name == context, case .mapping(let pairs) = entry.fields[name] {
          for pair in pairs { append(pair, number, to: &own) }
        } else {
          own.append(number, entry.fields[name]?.text ?? "")
        }
      }
      message.append(kind.number, own)
    }
    return message
  }

  /// What of a context is null does not count.
  private static func append(
    _ pair: MetadataField, _ number: UInt8, to message: inout ProtobufWriter
  ) {
    guard let value = pair.value.text else { return }
    var inner = ProtobufWriter()
    inner.append(1, pair.name)
    inner.append(2, value)
    message.append(number, inner)
  }

  /// Reads a key.
  ///
  /// - Throws: `.notFound` when there is none, or one of a kind that is not known.
  init(_ message: Span<UInt8>) throws(GRPCStatus) {
    do throws(ProtobufError) {
      let all = try ProtobufFields(message)
      for kind in KeyMessage.kinds {
        guard let place = try all.content(UInt64(kind.number)) else { continue }
        backend = kind.backend
        fields = try KeyMessage.fields(of: kind, message.extracting(place))
        return
      }
    } catch { throw GRPCStatus(malformed: error) }
    throw GRPCStatus(.notFound, "the request names no key of a known kind")
  }

  private static func fields(
    of kind: Kind, _ message: Span<UInt8>
  ) throws(ProtobufError) -> [MetadataField] {
    let all = try ProtobufFields(message)
    var fields: [MetadataField] = []
    for (index, name) in kind.fields.enumerated() {
      let number = UInt64(index + 1)
      if name == context {
        var pairs: [MetadataField] = []
        for place in try all.contents(number) {
          let inner = message.extracting(place)
          let pair = try ProtobufFields(inner)
          let key = try pair.text(1, in: inner)
          pairs.append(MetadataField(key, .text(try pair.text(2, in: inner))))
        }
        if !pairs.isEmpty { fields.append(MetadataField(name, .mapping(pairs))) }
      } else {
        let text = try all.text(number, in: message)
        if !text.isEmpty { fields.append(MetadataField(name, .text(text))) }
      }
    }
    return fields
  }
}

extension GRPCStatus {
  /// A request that is no message.
  init(malformed error: ProtobufError) { self.init(.invalidArgument, error.description) }
}
