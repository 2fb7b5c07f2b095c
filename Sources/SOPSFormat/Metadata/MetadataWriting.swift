/// Writes metadata as SOPS 3.13 does: what is empty left out, keys sorted.
extension SOPSMetadata {
  /// The fields of the `sops` mapping.
  var fields: [MetadataField] {
    var fields = otherFields
    if keyGroups.count == 1, let group = keyGroups.first {
      fields += Self.lists(of: group)
    } else {
      let groups = keyGroups.map { group in
        // These two are written in groups even when they are empty.
        var lists = Self.lists(of: group)
        for backend in [SOPSBackend.age, .vaultTransit] where lists[backend.listName] == nil {
          lists.append(MetadataField(backend.listName, .list([])))
        }
        return MetadataValue.mapping(lists)
      }
      fields.append(MetadataField("key_groups", .list(groups)))
    }
    if shamirThreshold != 0 {
      fields.append(MetadataField("shamir_threshold", .integer(shamirThreshold)))
    }
    fields.append(MetadataField("lastmodified", .text(lastModified.text(withFraction: false))))
    fields.append(MetadataField("mac", .text(encryptedMAC)))
    if namesSelection {
      fields.append(MetadataField(selection.kind.rawValue, .text(selection.pattern)))
    }
    if isMACOnlyEncrypted { fields.append(MetadataField("mac_only_encrypted", .boolean(true))) }
    fields.append(MetadataField("version", .text(version)))
    return MetadataValue.mapping(fields).sorted.fields
  }

  private static func lists(of group: SOPSKeyGroup) -> [MetadataField] {
    SOPSBackend.allCases.compactMap { backend in
      let entries = group.entries.filter { $0.backend == backend }
      guard !entries.isEmpty else { return nil }
      return MetadataField(backend.listName, .list(entries.map { .mapping($0.fields) }))
    }
  }
}
