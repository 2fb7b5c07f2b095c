internal import CryptoCore
internal import YAMLSource

/// The tags that mean something to SOPS.
enum YAMLTag {
  static let string = "tag:yaml.org,2002:str"
  static let merge = "tag:yaml.org,2002:merge"
  static let binary = "tag:yaml.org,2002:binary"
  static let types: [String: ScalarType] = [
    "tag:yaml.org,2002:int": .integer,
    "tag:yaml.org,2002:float": .float,
    "tag:yaml.org,2002:bool": .boolean,
    "tag:yaml.org,2002:timestamp": .time,
  ]
  static let null = "tag:yaml.org,2002:null"
}

/// Reads scalars with their tags.
enum YAMLScalarReader {
  static func entry(
    of id: NodeID, _ style: ScalarStyle, in tree: SourceTree, _ text: TreeText,
    _ source: Span<UInt8>
  ) throws(SOPSError) -> TreeEntry {
    let tag = tree.resolvedTag(of: id)
    do throws(SOPSError) {
      return try tree.withValue(of: id) { (value) throws(SOPSError) in
        try entry(value, style, tag: tag, text)
      }
    } catch {
      throw error.at(tree.position(of: tree[id].contentRange.lowerBound, in: source))
    }
  }

  private static func entry(
    _ value: Span<UInt8>, _ style: ScalarStyle, tag: String?, _ text: TreeText
  ) throws(SOPSError) -> TreeEntry {
    guard let tag, tag != "!" else {
      guard style == .plain || style == .absent else {
        return TreeEntry(content: .scalar(.string), text: text.add(value))
      }
      return try resolved(value, wanted: nil, text)
    }
    if tag == YAMLTag.binary { return try binary(value, text) }
    if tag == YAMLTag.null {
      guard YAMLScalarResolver.kind(of: value) == .null else { throw mismatch }
      return TreeEntry(content: .null)
    }
    if let type = YAMLTag.types[tag] { return try resolved(value, wanted: type, text) }
    return TreeEntry(content: .scalar(.string), text: text.add(value))
  }

  private static var mismatch: SOPSError {
    SOPSError(.unsupportedValue, "the value is not of the type that its tag says")
  }

  private static func resolved(
    _ value: Span<UInt8>, wanted: ScalarType?, _ text: TreeText
  ) throws(SOPSError) -> TreeEntry {
    var kind = YAMLScalarResolver.Kind.null
    let range = text.add { kind = YAMLScalarResolver.append(value, to: &$0) }
    switch kind {
    case .null:
      guard wanted == nil else { throw mismatch }
      return TreeEntry(content: .null)
    case .tooLarge:
      throw SOPSError(
        .unsupportedValue, "the number is too large for SOPS: put it in quotes to keep it as text")
    case .tooFarFromUTC:
      throw SOPSError(
        .unsupportedValue,
        "the time is further from UTC than SOPS takes: put it in quotes to keep it as text")
    case .scalar(let type):
      // An integer is a float where one is asked for.
      let isFloat = wanted == .float && type == .integer
      guard wanted == nil || wanted == type || isFloat else { throw mismatch }
      return TreeEntry(content: .scalar(isFloat ? .float : type), text: range)
    }
  }

  private static func binary(
    _ value: Span<UInt8>, _ text: TreeText
  ) throws(SOPSError) -> TreeEntry {
    var encoded = WipedBuffer(capacity: value.count)
    for index in value.indices where value[index] > 0x20 { encoded.append(value[index]) }
    do {
      let range = try text.add { (output) throws(CryptoError) in
        try Base64.decode(encoded.bytes, appendingTo: &output)
      }
      return TreeEntry(content: .scalar(.string), text: range)
    } catch {
      throw SOPSError(.unsupportedValue, "the value is not the Base64 that its tag says")
    }
  }
}
