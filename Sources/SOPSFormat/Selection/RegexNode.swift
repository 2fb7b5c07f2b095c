/// A regular expression of RE2 as a tree.
///
/// SOPS's rules are regular expressions of Go's `regexp`, whose syntax is RE2's
/// (https://github.com/google/re2/wiki/Syntax). Whether one matches anywhere in a text is all that is
/// asked here, so greediness and captures do not matter.
indirect enum RegexNode: Sendable {
  enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, boundary, noBoundary }

  case empty
  case set(ScalarSet)
  case assertion(Assertion)
  case sequence([RegexNode])
  case choice([RegexNode])
  /// `maximum` nil: any number.
  case repeated(RegexNode, minimum: Int, maximum: Int?)
}

/// A set of Unicode scalars.
struct ScalarSet: Sendable {
  enum Item: Sendable {
    case range(ClosedRange<UInt32>)
    /// A general category of Unicode by its short name, for instance `Lu` or `L`.
    case category(String)
    indirect case inverse([Item])
  }

  var items: [Item] = []
  var isInverted = false
  /// Whether case is folded.
  var isFolded = false

  init(_ items: [Item]) { self.items = items }

  init(_ range: ClosedRange<UInt32>) { items = [.range(range)] }

  init(_ scalar: Unicode.Scalar) { items = [.range(scalar.value...scalar.value)] }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var isIn = Self.holds(items, scalar)
    if !isIn, isFolded {
      isIn = Self.variants(of: scalar).contains { Self.holds(items, $0) }
    }
    return isIn != isInverted
  }

  private static func holds(_ items: [Item], _ scalar: Unicode.Scalar) -> Bool {
    items.contains { item in
      switch item {
      case .range(let range): range.contains(scalar.value)
      case .category(let name): GeneralCategoryName.of(scalar).hasPrefix(name)
      case .inverse(let items): !holds(items, scalar)
      }
    }
  }

  /// The scalar in its other cases.
  private static func variants(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    let properties = scalar.properties
    return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { mapping in
      let scalars = mapping.unicodeScalars
      guard scalars.count == 1, let first = scalars.first, first != scalar else { return nil }
      return first
    }
  }
}

/// The short names of Unicode's general categories, as `\p{...}` has them.
enum GeneralCategoryName {
  static let all: Set<String> = [
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
  ]

  static func of(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control: "Cc"
    case .format: "Cf"
    case .unassigned: "Cn"
    case .privateUse: "Co"
    case .surrogate: "Cs"
    case .lowercaseLetter: "Ll"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .titlecaseLetter: "Lt"
    case .uppercaseLetter: "Lu"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .nonspacingMark: "Mn"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .closePunctuation: "Pe"
    case .finalPunctuation: "Pf"
    case .initialPunctuation: "Pi"
    case .otherPunctuation: "Po"
    case .openPunctuation: "Ps"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .mathSymbol: "Sm"
    case .otherSymbol: "So"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .spaceSeparator: "Zs"
    @unknown default: "Cn"
    }
  }
}
