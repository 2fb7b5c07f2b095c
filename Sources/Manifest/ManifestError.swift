public import YAMLSource

/// Why a document is not a manifest that can be worked on.
///
/// Never holds a value.
public struct ManifestError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Code: String, Sendable {
    /// A key stands twice in a mapping.
    case duplicateKey
    /// There is a collection where a scalar has to be.
    case notScalar
    /// There is something else where a mapping has to be.
    case notMapping
    /// `data` or `stringData` is an alias as a whole.
    case aliasedMapping
    /// An alias refers to a value that would stay readable elsewhere.
    case aliasOutside
    /// A Secret has no metadata.
    case missingMetadata
    /// `? key` without a value.
    case explicitKeyWithoutValue
    /// `annotations` is null, so nothing can be put into it.
    case nullAnnotations
    /// A merge key where the identity is read.
    case mergeKey
    /// A document that would be a Secret, but for how `apiVersion` or `kind` is written.
    case unclearKind
    /// A Secret has a field that Kubernetes does not know, whose value would stay readable.
    case unknownField
    /// An edit is not possible as the document is laid out.
    case unsupportedLayout
    /// The entry to be changed is not there.
    case noSuchEntry
    /// The entry to be removed has an anchor that an alias refers to.
    case anchorInUse
    /// A value under `data` is not Base64.
    case notBase64
    /// A value is not UTF-8, so it cannot stand under `stringData`.
    case notText
    /// A value is no text for Kubernetes: a number, a truth value, null, or with a tag.
    case notString
    /// A text in the place of a number or a truth value is none.
    case notSameKind
    /// A name, a type or all values together are too long.
    case tooLong
    /// Kubernetes does not take the name of a new entry.
    case invalidKey
    /// An object of which fields are sealed does not say, or not once, what it is.
    case unclearObject
    /// A pattern of fields is none.
    case fieldPattern
  }

  /// What is wrong.
  public let code: Code
  /// Where.
  public let position: SourcePosition
  /// What is wrong, for people: lower case, no full stop, no value.
  public let message: String

  /// Makes an error.
  public init(_ code: Code, _ message: String, at position: SourcePosition) {
    self.code = code
    self.message = message
    self.position = position
  }
}
