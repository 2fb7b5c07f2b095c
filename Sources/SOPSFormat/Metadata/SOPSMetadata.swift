/// What a SOPS file says about itself: its `sops` mapping, or the lines that stand for it.
///
/// Nothing of it is authenticated but, through the MAC, the date.
public struct SOPSMetadata: Sendable, Equatable {
  /// Who can open the file: one group, or several of which `shamirThreshold` are needed.
  public var keyGroups: [SOPSKeyGroup]
  /// How many groups are needed; 0 when the file does not say, which means all.
  public var shamirThreshold: Int
  /// When the file was last changed; the MAC is bound to it.
  public var lastModified: Timestamp
  /// The MAC, encrypted; empty when there is none.
  public var encryptedMAC: String
  /// Which values are encrypted.
  public var selection: SOPSSelection
  /// Whether the file names its rule: SOPS leaves the standard one out for binary files.
  public var namesSelection: Bool
  /// Whether the MAC covers the encrypted values only.
  public var isMACOnlyEncrypted: Bool
  /// The version of the program that wrote the file.
  public var version: String
  /// Fields that are not known here, kept as they are.
  public var otherFields: [MetadataField]

  /// Makes metadata.
  public init(
    keyGroups: [SOPSKeyGroup], shamirThreshold: Int = 0, lastModified: Timestamp,
    encryptedMAC: String = "", selection: SOPSSelection = .standard, namesSelection: Bool = true,
    isMACOnlyEncrypted: Bool = false, version: String, otherFields: [MetadataField] = []
  ) {
    self.keyGroups = keyGroups
    self.shamirThreshold = shamirThreshold
    self.lastModified = lastModified
    self.encryptedMAC = encryptedMAC
    self.selection = selection
    self.namesSelection = namesSelection
    self.isMACOnlyEncrypted = isMACOnlyEncrypted
    self.version = version
    self.otherFields = otherFields
  }
}
