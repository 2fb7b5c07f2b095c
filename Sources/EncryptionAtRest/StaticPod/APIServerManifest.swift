internal import ControlPlane
public import Findings

/// What a static pod's manifest says of kube-apiserver's encryption at rest.
public struct APIServerManifest: Sendable {
  /// The path of `--encryption-provider-config` in the pod; nil without the flag.
  public let configurationPath: String?
  /// Where that is on the node, by the pod's mounts; nil where none reaches it.
  public let hostPath: String?
  /// Whether the mount cannot be written to.
  public let isMountReadOnly: Bool
  /// `--encryption-provider-config-automatic-reload`.
  public let isReloaded: Bool
  /// Whether the feature gate KMSv1 is on.
  public let allowsKMSv1: Bool

  private let flagPlace: Place
  private let mountPlace: Place

  /// Reads a manifest.
  ///
  /// - Throws: `.malformedKeys` with the place when it is no pod of kube-apiserver.
  public init(_ text: Span<UInt8>) throws(StorageError) {
    let run = try Self.component(of: text)
    let path = run.flags.last("encryption-provider-config")
    configurationPath = path?.value
    flagPlace = path?.place ?? run.place
    isReloaded = run.flags.bool("encryption-provider-config-automatic-reload") ?? false
    allowsKMSv1 = run.flags.featureGate("KMSv1") ?? false
    let location = path.map { run.location(of: $0.value) }
    hostPath = location?.path
    isMountReadOnly = location?.mount?.isReadOnly ?? false
    mountPlace = location?.mount?.place ?? flagPlace
  }

  private static func component(of text: Span<UInt8>) throws(StorageError) -> ComponentRun {
    do throws(ControlPlaneError) {
      let components = try PodManifest.components(of: text, file: "")
      if let found = components.first(where: { $0.component == .apiServer }) { return found }
    } catch {
      throw StorageError(
        .malformedKeys, error.message, line: error.place.line, column: error.place.column)
    }
    throw StorageError(
      .malformedKeys, "no pod with a container of kube-apiserver", line: 1, column: 1)
  }

  // MARK: Findings

  /// What is wrong with it.
  ///
  /// - Parameters:
  ///   - file: What findings call it.
  ///   - configurations: The configurations that are looked at with it.
  public func findings(file: String, configurations: [String]) -> [Finding] {
    func finding(_ rule: Rule, _ message: String, _ place: Place) -> Finding {
      Finding(rule, message, file: file, line: place.line, column: place.column)
    }
    guard let configurationPath else {
      return [
        finding(
          AtRestRules.flagMissing, "kube-apiserver has no --encryption-provider-config", flagPlace)
      ]
    }
    guard let hostPath else {
      return [
        finding(
          AtRestRules.notMounted, "no hostPath volume is mounted over \(configurationPath)",
          flagPlace)
      ]
    }
    var findings: [Finding] = []
    if !isMountReadOnly {
      findings.append(
        finding(
          AtRestRules.mountWritable, "the mount over \(configurationPath) is not readOnly",
          mountPlace))
    }
    let isAmong = configurations.contains { path in
      path == "-" || path == hostPath || path.hasSuffix(hostPath)
        || path.split(separator: "/").last == hostPath.split(separator: "/").last
    }
    if !configurations.isEmpty, !isAmong {
      findings.append(
        finding(
          AtRestRules.otherFile,
          "the API server reads \(hostPath) of the node, which is none of the files given",
          flagPlace))
    }
    return findings
  }
}
