internal import ArgumentParser
internal import EncryptionAtRest
internal import Findings
internal import Platform
internal import Workspace

/// What is to encrypt.
struct ProviderOptions: ParsableArguments {
  /// The providers that a configuration can be made for.
  enum Provider: String, ExpressibleByArgument, CaseIterable {
    case secretbox, aesgcm, aescbc, kms
  }

  @Option(
    help: ArgumentHelp(
      "What encrypts: secretbox, aesgcm, aescbc or kms (a plugin, version 2).",
      valueName: "provider"))
  var provider: Provider?

  @Option(help: ArgumentHelp("The plugin's name.", valueName: "name"))
  var kmsName: String?

  @Option(help: ArgumentHelp("The plugin's socket, unix:///PATH.", valueName: "socket"))
  var kmsEndpoint: String?

  @Option(
    name: .customLong("resource"),
    help: ArgumentHelp(
      "What it is about, such as secrets, configmaps, *.apps. Repeatable.", valueName: "resource"))
  var resources: [String] = []

  /// The plugin; nil when it is not about one.
  func kms() throws(WorkspaceError) -> StorageConfiguration.KMS? {
    guard provider == .kms else {
      guard kmsName == nil, kmsEndpoint == nil else {
        throw WorkspaceError(.usage, "--kms-name and --kms-endpoint go with --provider kms")
      }
      return nil
    }
    guard let kmsName, let kmsEndpoint else {
      throw WorkspaceError(.usage, "--provider kms needs --kms-name and --kms-endpoint")
    }
    guard !kmsName.isEmpty, !kmsName.contains(":") else {
      throw WorkspaceError(.usage, "a plugin's name is not empty and has no colon")
    }
    guard kmsEndpoint.hasPrefix("unix:///"), kmsEndpoint.utf8.count > 8,
      kmsEndpoint.utf8.count <= 8 + 100
    else {
      throw WorkspaceError(
        .usage, "--kms-endpoint is the absolute path of a socket, at most 100 bytes long",
        hints: ["for instance unix:///run/kms/plugin.sock"])
    }
    return StorageConfiguration.KMS(name: kmsName, endpoint: kmsEndpoint)
  }

  /// The provider's kind where it takes keys; nil for a KMS.
  var keyed: StoredValue.Provider? {
    switch provider {
    case .secretbox: .secretbox
    case .aesgcm: .aesgcm
    case .aescbc: .aescbc
    case .kms, nil: nil
    }
  }

  /// The resources, checked.
  func checkedResources() throws(WorkspaceError) -> [String] {
    for resource in resources {
      guard let problem = ResourceName.problem(resource) else { continue }
      throw WorkspaceError(
        .usage, FindingsText.shown(problem),
        hints: ["the plural in lower case, with its group: secrets, deployments.apps, *.apps, *.*"])
    }
    return resources
  }
}
