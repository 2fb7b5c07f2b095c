/// How Go's JSON decoder names the fields of an EncryptionConfiguration in its errors.
enum GoField {
  /// "Go struct field STRUCT.PATH of type TYPE" for a path such as `resources[0].providers[1].kms`.
  static func description(of path: String) -> String {
    let isItem = path.hasSuffix("]")
    let names = path.split(separator: ".").map { part in
      String(part.prefix { $0 != "[" })
    }
    guard let last = names.last else { return "Go value" }
    if last == "apiVersion" || last == "kind", names.count == 1 {
      return "Go struct field .\(last) of type string"
    }
    let owner: String
    var type: String
    switch names.count {
    case 1: (owner, type) = ("EncryptionConfiguration", "v1.ResourceConfiguration")
    case 2:
      owner = "ResourceConfiguration"
      type = last == "resources" ? "string" : "v1.ProviderConfiguration"
    case 3: (owner, type) = ("ProviderConfiguration", "v1.\(self.owner(last))")
    case 4 where last == "keys": (owner, type) = (self.owner(names[2]), "v1.Key")
    case 4: (owner, type) = (self.owner(names[2]), last == "cachesize" ? "int32" : "string")
    default: (owner, type) = ("Key", "string")
    }
    let isList = ["resources", "providers", "keys"].contains(last) && !isItem
    if isList { type = "[]" + type }
    return "Go struct field \(owner).\(names.joined(separator: ".")) of type \(type)"
  }

  private static func owner(_ name: String) -> String {
    switch name {
    case "aesgcm", "aescbc": "AESConfiguration"
    case "secretbox": "SecretboxConfiguration"
    case "kms": "KMSConfiguration"
    default: "IdentityConfiguration"
    }
  }
}
