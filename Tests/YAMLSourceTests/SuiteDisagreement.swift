/// Where libyaml 0.2.5 has another mind than the test suite.
///
/// The tree keeps to libyaml, as Kubernetes' own reader (a translation of libyaml) does. The one
/// thing it refuses beyond libyaml, a comment directly behind a bracket or a quote, is an error of
/// the suite too.
enum SuiteDisagreement: Equatable {
  /// Valid, and refused.
  case refuses
  /// Invalid, and read.
  case accepts
  /// Read as something else.
  case differs

  /// By the case's id.
  static let all: [String: SuiteDisagreement] = {
    var all: [String: SuiteDisagreement] = [:]
    for (disagreement, groups) in [
      (Self.refuses, refused), (.accepts, accepted), (.differs, different),
    ] {
      for id in groups.flatMap({ $0.ids.split(separator: " ") }) { all[String(id)] = disagreement }
    }
    return all
  }()

  typealias Group = (reason: String, ids: String)

  private static let refused: [Group] = [
    (
      "Block mappings with an absent key: `: a`, `? : x`.",
      "2JQS 6M2F M2N8/00 NHX8 NKF9 S3PD SM9W/01 UKK6/00"
    ),
    (
      "Flow keys over several lines, or with their `:` on a later line.",
      "4MUZ/00 4MUZ/01 4MUZ/02 5MUD 9SA2 K3WX NJ66 UT92 VJP3/01"
    ),
    (
      "A `:` at the beginning or the end of a plain scalar in a flow collection; absent flow keys.",
      "4ABK 58MP 5T43 CFD4 DBG4 FRK4 HM87/00"
    ),
    (
      "Reserved directives, and versions above 1.2.",
      "2LFX 6LVF BEC7 MUS6/05 MUS6/06"
    ),
    (
      "Text that begins a line with `%`.",
      "W4TN"
    ),
    (
      "A document without `---` behind `...`, and `...` without a document.",
      "7Z25 HWV9 M7A3 QT73"
    ),
    (
      "Block scalars at the root that are not indented.",
      "DK3J FP8R"
    ),
    (
      "Tabs behind block indicators, and in otherwise blank lines.",
      "6BCT 6CA3 96NN/00 96NN/01 A2M4 DK95/00 DK95/03 DK95/04 Q5MG R4YG Y79Y/001 Y79Y/010"
    ),
    (
      "Anchors with other characters than letters, digits, `_` and `-`.",
      "2SXE 8XYN W5VH"
    ),
  ]

  private static let accepted: [Group] = [
    (
      "Flow collections and quoted scalars whose later lines are not indented.",
      "9C9N QB6E DK95/01"
    ),
    (
      "Directives without `...` in front of them.",
      "9HCY EB22 RHX7 MUS6/01"
    ),
    (
      "A `-` alone in a flow sequence.",
      "G5U8 YJV2"
    ),
    (
      "Blank lines in front of a block scalar's text that are indented deeper than it.",
      "S98Z"
    ),
    (
      "A comment directly behind a block scalar's indicator.",
      "X4QW"
    ),
    (
      "A tab as the indentation of a flow collection.",
      "Y79Y/003"
    ),
  ]

  private static let different: [Group] = [
    (
      "A `?` at the beginning of a plain scalar in a flow collection is a key's indicator.",
      "652Z HM87/01"
    ),
    (
      "Blanks in the last line of the text, which has no line break, are not a line of a block scalar.",
      "JEF9/02 L24T/01"
    ),
    (
      "An anchor ends in front of `:`.",
      "Y2GN"
    ),
  ]
}
