extension SourceTree {
  /// Reads a text.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8 with or without a byte order mark.
  ///   - syntax: The syntax; when nil, JSON if the text begins with `{` or `[` and is JSON, else
  ///     YAML.
  ///   - limits: What it may cost.
  /// - Throws: `SourceError` with the position of what is wrong.
  public static func parse(
    _ bytes: Span<UInt8>, syntax: SourceSyntax? = nil, limits: SourceLimits = SourceLimits()
  ) throws(SourceError) -> SourceTree {
    var storage = ParserStorage()
    return try parse(bytes, syntax: syntax, limits: limits, storage: &storage)
  }

  /// Reads a text, one of many.
  ///
  /// - Parameter storage: Kept for all texts of a worker.
  /// - Throws: As `parse` without it.
  public static func parse(
    _ bytes: Span<UInt8>, syntax: SourceSyntax? = nil, limits: SourceLimits = SourceLimits(),
    storage: inout ParserStorage
  ) throws(SourceError) -> SourceTree {
    let survey = try TextSurvey(bytes, limits: limits)
    do throws(ReadProblem) {
      switch syntax {
      case .json: return try JSONReader.read(bytes, survey: survey, limits: limits)
      case .yaml: return try readYAML(bytes, survey: survey, limits: limits, storage: &storage)
      case nil:
        guard beginsLikeJSON(bytes, from: survey.base) else {
          return try readYAML(bytes, survey: survey, limits: limits, storage: &storage)
        }
        return try readEither(bytes, survey: survey, limits: limits, storage: &storage)
      }
    } catch {
      throw error.error(survey, bytes)
    }
  }

  private static func readYAML(
    _ bytes: Span<UInt8>, survey: TextSurvey, limits: SourceLimits,
    storage: inout ParserStorage
  ) throws(ReadProblem) -> SourceTree {
    if let tree = BlockReader.read(bytes, survey: survey, limits: limits) { return tree }
    return try YAMLReader.read(bytes, survey: survey, limits: limits, storage: &storage)
  }

  /// Reads JSON, or YAML that begins with a bracket; of two problems, throws the one further on.
  private static func readEither(
    _ bytes: Span<UInt8>, survey: TextSurvey, limits: SourceLimits,
    storage: inout ParserStorage
  ) throws(ReadProblem) -> SourceTree {
    let first: ReadProblem
    do {
      return try JSONReader.read(bytes, survey: survey, limits: limits)
    } catch {
      guard error.code == .syntax else { throw error }
      first = error
    }
    do {
      return try YAMLReader.read(bytes, survey: survey, limits: limits, storage: &storage)
    } catch {
      throw error.code == .syntax && error.offset <= first.offset ? first : error
    }
  }

  private static func beginsLikeJSON(_ bytes: Span<UInt8>, from base: Int) -> Bool {
    for index in base..<bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0a, 0x0d: continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): return true
      default: return false
      }
    }
    return false
  }
}
