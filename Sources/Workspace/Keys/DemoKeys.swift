internal import Envelope
internal import Platform

/// The published keys of Examples and Tests: everybody has them, so they protect nothing.
public enum DemoKeys {
  /// The public texts, as an envelope names them, of the keys in `Keys/demo`.
  static let publicTexts: Set<String> = [
    "age1pvkata2pklmcvw70y8sc9969np3na6sehjzrm735twu40eaf943q4rzpxk",
    "aes-256-gcm:2bb80b30d3a33e45",
    "secretbox:15c64c23ee3437c7",
    "sealwaxsig1tp2l6v3k06dlxaftqye5q0fhfuy882dsvjq92c8m07fh92fkjz4qmysx2f",
  ]

  /// Whether a recipient is one of them.
  public static func contains(_ text: String) -> Bool { publicTexts.contains(text) }

  /// Whether a file may be sealed for them: it lies in a folder `Examples` or `Tests`.
  public static func areFine(for path: String) -> Bool {
    let folder = ResolvedPath.folder(PathParts(path).folder) ?? path
    return folder.utf8.split(separator: UInt8(ascii: "/")).contains {
      $0.elementsEqual("Examples".utf8) || $0.elementsEqual("Tests".utf8)
    }
  }

  /// The warning for Secrets that were sealed now, if one of them is for a demo key and the file none
  /// that may be.
  static func warning(for units: [UnitOutcome], path: String) -> String? {
    let isForDemoKey = units.contains { unit in
      unit.action != .alreadySealed && unit.recipients.contains { contains($0.text) }
    }
    return isForDemoKey && !areFine(for: path) ? warning : nil
  }

  /// The warning for a file that is sealed for one of them, or opened by one.
  public static let warning =
    "a demo key is in use: it is published with sealwax and protects nothing; make your own with "
    + "'sealwax keygen'"
}
