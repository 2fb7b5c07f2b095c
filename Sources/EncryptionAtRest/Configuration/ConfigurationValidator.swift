internal import YAMLSource

/// ValidateEncryptionConfiguration, rule for rule
/// (k8s.io/apiserver/pkg/apis/apiserver/validation/validation_encryption.go).
struct ConfigurationValidator {
  private let configuration: DecodedConfiguration
  private let isReloaded: Bool
  private var problems: [ConfigurationProblem] = []
  private var pluginNames: Set<String> = []

  /// - Parameter isReloaded: Whether the API server reloads the file by itself.
  static func problems(
    of configuration: DecodedConfiguration, isReloaded: Bool
  ) -> [ConfigurationProblem] {
    var validator = ConfigurationValidator(configuration, isReloaded: isReloaded)
    validator.validate()
    return validator.problems
  }

  private init(_ configuration: DecodedConfiguration, isReloaded: Bool) {
    self.configuration = configuration
    self.isReloaded = isReloaded
  }

  private mutating func require(
    _ field: String, _ message: String, _ upstream: String, at position: SourcePosition
  ) {
    problems.append(
      ConfigurationProblem(.required, field, message, upstream: upstream, at: position))
  }

  private mutating func refuse(
    _ field: String, _ message: String, _ upstream: String, value: String,
    at position: SourcePosition
  ) {
    problems.append(
      ConfigurationProblem(.invalid, field, message, upstream: upstream, value: value, at: position)
    )
  }

  private mutating func validate() {
    guard !configuration.entries.isEmpty else {
      return require(
        "resources", "there is no entry under resources: nothing is encrypted",
        "at least one resources is required", at: configuration.resourcesPosition)
    }
    for (index, entry) in configuration.entries.enumerated() {
      let path = "resources[\(index)]"
      if entry.resources.isEmpty {
        require(
          "\(path).resources", "the entry covers no resource",
          "at least one \(path).resources is required", at: entry.resourcesPosition)
      }
      validateOverlap(entry, "\(path).resources")
      for (place, resource) in entry.resources.enumerated() {
        validate(resource, "\(path).resources[\(place)]")
      }
      if entry.providers.isEmpty {
        require(
          "\(path).providers", "the entry has no provider",
          "at least one \(path).providers is required", at: entry.providersPosition)
      }
      for (place, provider) in entry.providers.enumerated() {
        validate(provider, "\(path).providers[\(place)]")
      }
    }
  }

  // MARK: Resources

  private mutating func validateOverlap(_ entry: DecodedConfiguration.Entry, _ field: String) {
    let resources = entry.resources.map { GroupResource($0.value) }
    guard resources.count >= 2 else { return }
    var (hasOverlap, hasDuplicate) = (false, false)
    for (first, left) in resources.enumerated() {
      for (second, right) in resources.enumerated() where first != second {
        if left == right, !hasDuplicate {
          hasDuplicate = true
        } else if left == .all
          || left.group == right.group && (left.resource == "*" || right.resource == "*")
        {
          hasOverlap = true
        }
      }
    }
    let value = "[" + entry.resources.map { GoText.json($0.value) }.joined(separator: ",") + "]"
    if hasDuplicate {
      refuse(
        field, "a resource stands twice in the entry",
        "the same resource cannot be specified multiple times", value: value,
        at: entry.resourcesPosition)
    }
    if hasOverlap {
      refuse(
        field, "a wildcard of the entry covers another of its resources",
        "using overlapping resources such as 'secrets' and '*.' in the same resource list is not "
          + "allowed as they will be masked", value: value, at: entry.resourcesPosition)
    }
  }

  private mutating func validate(_ resource: DecodedConfiguration.Text, _ field: String) {
    let name = resource.value
    func refuse(_ message: String, _ upstream: String) {
      self.refuse(
        field, message, upstream, value: GoText.quoted(name), at: resource.position)
    }
    if name.unicodeScalars.contains(where: { $0.properties.lowercaseMapping != String($0) }) {
      return refuse(
        "a resource is written in lower case", "resource name should not contain capital letters")
    }
    if name == "*" {
      return refuse(
        "'*' alone is ambiguous: '*.' is the core group, '*.*' everything",
        "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources")
    }
    if ["apiserveripinfo", "serviceipallocations", "servicenodeportallocations"].contains(name) {
      return refuse(
        "the resource has no REST API, so that it cannot be encrypted",
        "resources which do not have REST API/s cannot be encrypted")
    }
    let parsed = GroupResource(name)
    if parsed.group == "events.k8s.io" {
      return refuse(
        "events are stored under the core group: write 'events'",
        "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' "
          + "instead in the config file")
    }
    if parsed.group == "extensions" {
      return refuse(
        "there is no group 'extensions' any more",
        "'extensions' group has been removed and cannot be used for encryption")
    }
    if parsed.group == "*", parsed.resource != "*" {
      refuse(
        "a resource of every group cannot be named: name each group",
        "encrypting the same resource across groups is not supported")
    }
  }

  // MARK: Providers

  private mutating func validate(_ provider: DecodedConfiguration.Provider, _ path: String) {
    switch provider.count {
    case 1: break
    case 0:
      refuse(
        path,
        "the element names no provider: aescbc, aesgcm, secretbox, kms or identity (as "
          + "'identity: {}')",
        "provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, "
          + "Identity", value: "{REDACTED}", at: provider.position)
    default:
      refuse(
        path, "the element names more than one provider: begin a new one with '-'",
        "more than one provider specified in a single element, should split into different list "
          + "elements", value: "{REDACTED}", at: provider.position)
    }
    if let kms = provider.kms {
      validate(kms, "\(path).kms")
      pluginNames.insert(kms.name.value)
    } else if let keys = provider.keys(.aesgcm) {
      validate(keys, "\(path).aesgcm.keys", lengths: [16, 24, 32])
    } else if let keys = provider.keys(.aescbc) {
      validate(keys, "\(path).aescbc.keys", lengths: [16, 24, 32])
    } else if let keys = provider.keys(.secretbox) {
      validate(keys, "\(path).secretbox.keys", lengths: [32])
    }
  }

  private mutating func validate(
    _ list: DecodedConfiguration.KeyList, _ field: String, lengths: [Int]
  ) {
    guard !list.keys.isEmpty else {
      return require(
        field, "the provider has no key", "at least one keys is required", at: list.position)
    }
    let wanted = lengths.map(String.init).joined(separator: " ")
    for (index, key) in list.keys.enumerated() {
      let path = "\(field)[\(index)]"
      if key.name.value.isEmpty {
        require(
          "\(path).name", "the key has no name", "name is a mandatory field for a key",
          at: key.name.position)
      }
      switch key.secret {
      case .missing:
        require(
          "\(path).secret", "the key has no secret", "secret is a mandatory field for a key",
          at: key.secretPosition)
      case .notBase64:
        refuse(
          "\(path).secret", "the secret is no Base64", "secrets must be base64 encoded",
          value: "\"REDACTED\"", at: key.secretPosition)
      case .bytes(let count, _):
        guard !lengths.contains(count) else { continue }
        refuse(
          "\(path).secret",
          "the secret has \(count) bytes, where \(lengths.map(String.init).joined(separator: ", ")) "
            + "are wanted; make one with 'head -c 32 /dev/urandom | base64'",
          "secret is not of the expected length, got \(count), expected one of [\(wanted)]",
          value: "\"REDACTED\"", at: key.secretPosition)
      }
    }
  }

  private mutating func validate(_ kms: DecodedConfiguration.KMS, _ path: String) {
    let version = kms.apiVersion.value
    validateName(kms, "\(path).name")
    if kms.timeout <= 0 {
      refuse(
        "\(path).timeout", "the timeout is not above zero", "timeout should be a positive value",
        value: GoText.quoted(GoText.duration(kms.timeout)), at: kms.timeoutPosition)
    }
    validateEndpoint(kms.endpoint, "\(path).endpoint")
    if version != "v1", let size = kms.cacheSize {
      refuse(
        "\(path).cachesize", "cachesize is of v1 only", "cachesize is not supported in v2",
        value: "\(size)", at: kms.cacheSizePosition)
    }
    if version == "v1", kms.cacheSize == 0 {
      refuse(
        "\(path).cachesize", "cachesize is 0: a number above it, or below it for no cache",
        "cachesize should be a positive value, or negative to disable", value: "0",
        at: kms.cacheSizePosition)
    }
    if version != "v1", version != "v2" {
      refuse(
        "\(path).apiVersion", "a KMS plugin speaks v1 or v2",
        "unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported",
        value: GoText.quoted(version), at: kms.apiVersion.position)
    }
  }

  private mutating func validateName(_ kms: DecodedConfiguration.KMS, _ field: String) {
    let (name, version) = (kms.name.value, kms.apiVersion.value)
    if name.isEmpty {
      require(
        field, "the plugin has no name", "name is a mandatory field for a provider",
        at: kms.name.position)
    }
    if version != "v1", name.contains(":") {
      refuse(
        field, "a plugin's name has no colon",
        "invalid KMS provider name \(name), must not contain ':'", value: GoText.quoted(name),
        at: kms.name.position)
    }
    if isReloaded || version != "v1", pluginNames.contains(name) {
      refuse(
        field, "another plugin has this name",
        "duplicate KMS provider name \(name), names must be unique", value: GoText.quoted(name),
        at: kms.name.position)
    }
  }

  private mutating func validateEndpoint(_ endpoint: DecodedConfiguration.Text, _ field: String) {
    let text = endpoint.value
    guard !text.isEmpty else {
      return refuse(
        field, "the plugin has no endpoint", "endpoint is a mandatory field for a kms",
        value: "\"\"", at: endpoint.position)
    }
    do throws(GoURL.Problem) {
      let scheme = try GoURL(text).scheme
      guard scheme != "unix" else { return }
      refuse(
        field, "the endpoint is no socket: unix:///PATH is wanted",
        "unsupported scheme \(GoText.quoted(scheme)) for KMS provider, only unix is supported",
        value: GoText.quoted(text), at: endpoint.position)
    } catch {
      refuse(
        field, "the endpoint is no URL: unix:///PATH is wanted",
        "invalid endpoint for kms provider, error: parse \(GoText.quoted(text)): \(error.message)",
        value: GoText.quoted(text), at: endpoint.position)
    }
  }
}
