internal import YAMLSource

/// What the API server makes of a configuration.
public struct ConfigurationVerdict: Sendable {
  /// How the API server is run.
  public struct Options: Sendable {
    /// `--encryption-provider-config-automatic-reload`.
    public var isReloaded = false
    /// The feature gate KMSv1, off by default.
    public var allowsKMSv1 = false

    /// The defaults.
    public init() {}
  }

  /// Why it is refused, in the API server's order; empty when it is accepted.
  public let problems: [ConfigurationProblem]
  /// What was decoded; nil when it could not be.
  public let configuration: DecodedConfiguration?

  /// Whether the API server starts with it.
  public var isAccepted: Bool { problems.isEmpty }

  /// What the API server's log says of it, but for the bytes of keys; empty when it is accepted.
  ///
  /// - Parameter file: The file's path, as the API server was given it.
  public func upstreamMessage(file: String) -> String {
    guard let first = problems.first else { return "" }
    let head = "error while parsing file: "
    switch first.stage {
    case .transform: return first.upstream
    case .type: return head + first.upstream
    case .read:
      return head
        + "error while loading file: encryption provider configuration file \(GoText.quoted(file)) is empty"
    case .decode:
      let isStrict = ["unknown field", "duplicate field", "yaml: unmarshal errors"].contains {
        first.upstream.hasPrefix($0)
      }
      return head + "error decoding encryption provider configuration file "
        + "\(GoText.quoted(file)): " + (isStrict ? "strict decoding error: " : "")
        + problems.map(\.upstream).joined(separator: ", ")
    case .validate:
      var texts: [String] = []
      for problem in problems where !texts.contains(problem.upstream) {
        texts.append(problem.upstream)
      }
      let joined = texts.joined(separator: ", ")
      return head + (texts.count > 1 ? "[\(joined)]" : joined)
    }
  }

  /// Judges a file's bytes as `encryptionconfig.LoadEncryptionConfig` of kube-apiserver 1.36 does.
  public static func judge(_ bytes: Span<UInt8>, _ options: Options) -> ConfigurationVerdict {
    guard !bytes.isEmpty else {
      return refused(
        ConfigurationProblem(
          .read, "the file is empty",
          upstream: "encryption provider configuration file is empty", at: .start))
    }
    let text: ConfigurationText
    do throws(ConfigurationText.SyntaxProblem) { text = try ConfigurationText(bytes) } catch {
      return refused(ConfigurationProblem(.decode, error.message, at: .start))
    }
    let furtherLine = text.furtherLine
    let tree: ConfigurationTree
    do throws(SourceError) { tree = try ConfigurationTree(text) } catch {
      return refused(
        ConfigurationProblem(
          .decode, error.message, upstream: upstream(error), at: error.position))
    }
    var decoder = ConfigurationDecoder(tree)
    var decoded: DecodedConfiguration
    do throws(ConfigurationProblem) { decoded = try decoder.decode() } catch {
      return refused(error)
    }
    decoded.furtherDocument = furtherLine.map { SourcePosition(offset: 0, line: $0, column: 1) }
    guard decoder.strictProblems.isEmpty else {
      return ConfigurationVerdict(problems: decoder.strictProblems, configuration: decoded)
    }
    let problems = ConfigurationValidator.problems(of: decoded, isReloaded: options.isReloaded)
    guard problems.isEmpty else {
      return ConfigurationVerdict(problems: problems, configuration: decoded)
    }
    return ConfigurationVerdict(
      problems: transformProblem(of: decoded, options).map { [$0] } ?? [], configuration: decoded)
  }

  /// What go-yaml says, as near as libyaml's words come to it.
  private static func upstream(_ error: SourceError) -> String {
    let what = error.message.split(separator: " while ", maxSplits: 1).first.map(String.init) ?? ""
    switch error.code {
    case .encoding: return "yaml: invalid trailing UTF-8 octet"
    case .syntax where what == "control characters are not allowed": return "yaml: \(what)"
    default: return "yaml: line \(error.position.line): \(what)"
    }
  }

  private static func refused(_ problem: ConfigurationProblem) -> ConfigurationVerdict {
    ConfigurationVerdict(problems: [problem], configuration: nil)
  }

  /// What keeps transformers from being made: entry after entry, first the providers, then whether
  /// an earlier wildcard covers a resource.
  private static func transformProblem(
    of configuration: DecodedConfiguration, _ options: Options
  ) -> ConfigurationProblem? {
    var seen: Set<GroupResource> = []
    for entry in configuration.entries {
      for provider in entry.providers {
        guard let kms = provider.kms, kms.apiVersion.value == "v1", !options.allowsKMSv1 else {
          continue
        }
        return ConfigurationProblem(
          .transform, "KMS v1 is off since Kubernetes 1.29: use v2, or the feature gate KMSv1",
          upstream: "error while building transformers: KMSv1 is deprecated and will only receive "
            + "security updates going forward. Use KMSv2 instead.  Set --feature-gates=KMSv1=true "
            + "to use the deprecated KMSv1 feature.", at: kms.apiVersion.position)
      }
      for resource in entry.resources {
        let parsed = GroupResource(resource.value)
        for mask in [GroupResource(resource: "*", group: parsed.group), .all]
        where seen.contains(mask) {
          return ConfigurationProblem(
            .transform,
            "an earlier entry for '\(name(mask))' covers '\(name(parsed))' already: put this one first",
            upstream:
              "error while building transformers: resource \(GoText.quoted(name(parsed))) is "
              + "masked by earlier rule \(GoText.quoted(name(mask)))", at: resource.position)
        }
        seen.insert(parsed)
      }
    }
    return nil
  }

  private static func name(_ resource: GroupResource) -> String {
    resource == GroupResource(resource: "*") ? "*." : resource.description
  }
}
