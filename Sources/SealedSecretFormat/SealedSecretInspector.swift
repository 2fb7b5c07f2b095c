internal import CryptoCore
internal import Manifest
public import YAMLSource

/// Tells which key opens which value of SealedSecrets.
public struct SealedSecretInspector: Sendable {
  /// One value.
  public struct Value: Sendable {
    /// What became of the trial.
    public enum State: Sendable, Equatable {
      /// The key of this index opens it.
      case opened(by: Int)
      /// No key opens it.
      case closed
      /// It cannot be a sealed value.
      case malformed
      /// It has the shape of one; there was no key to try.
      case notTried
    }

    /// Its name.
    public let key: String
    /// Where it stands.
    public let position: SourcePosition
    /// What became of the trial.
    public let state: State
    /// The length of the key that it was sealed for, in bits; nil when it is malformed.
    public let keyBitCount: Int?
  }

  /// One SealedSecret.
  public struct Report: Sendable {
    /// For people: "SealedSecret prod/db".
    public let label: String
    /// Where it begins.
    public let position: SourcePosition
    /// What its values are bound to.
    public let scope: SealingScope
    /// Its values.
    public let values: [Value]
    /// Why the controller would refuse it, values apart; nil when it would not.
    public let problem: String?
  }

  private let keys: UnsealingKeys

  /// Tries keys.
  public init(_ keys: UnsealingKeys) { self.keys = keys }

  /// Every SealedSecret of a manifest.
  ///
  /// - Throws: As `SealedSecretReader.objects`; `.cryptoFailure`.
  public func reports(_ source: Span<UInt8>) throws(SealedSecretError) -> [Report] {
    let tree = try ReadText.parse(source)
    var hint = 0
    var reports: [Report] = []
    for object in try SealedSecretReader.objects(in: tree, source: source) {
      var values: [Value] = []
      for entry in object.entries {
        values.append(try value(entry, of: object, tree, source, startingAt: &hint))
      }
      reports.append(
        Report(
          label: object.label, position: object.position, scope: object.scope, values: values,
          problem: Self.problem(object)))
    }
    return reports
  }

  private static func problem(_ object: SealedSecretObject) -> String? {
    if object.name.isEmpty { return "metadata.name is missing" }
    if object.namespace.isEmpty, object.scope != .clusterWide {
      return "metadata.namespace is missing, which its values are bound to"
    }
    if object.hasWholeData { return "spec.data is the format of before 2019" }
    return nil
  }

  private func value(
    _ entry: SealedSecretObject.Entry, of object: SealedSecretObject, _ tree: SourceTree,
    _ source: Span<UInt8>, startingAt hint: inout Int
  ) throws(SealedSecretError) -> Value {
    let position = tree.position(of: tree[entry.node].range.lowerBound, in: source)
    var sealed = WipedBuffer()
    let isBase64 = tree.withValue(of: entry.node) { text in
      LenientBase64.decode(text, appendingTo: &sealed)
    }
    guard isBase64, let bitCount = SealedValue.keyBitCount(sealed.bytes) else {
      return Value(key: entry.key, position: position, state: .malformed, keyBitCount: nil)
    }
    guard !keys.keys.isEmpty else {
      return Value(key: entry.key, position: position, state: .notTried, keyBitCount: bitCount)
    }
    var plaintext = WipedBuffer()
    let label = object.sealingLabel
    let opener = try keys.open(
      sealed.bytes, label: label.span, startingAt: hint, appendingTo: &plaintext)
    if let opener { hint = opener }
    return Value(
      key: entry.key, position: position, state: opener.map { .opened(by: $0) } ?? .closed,
      keyBitCount: bitCount)
  }
}
