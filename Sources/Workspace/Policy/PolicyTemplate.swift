/// The policy that `sealwax init` writes.
public enum PolicyTemplate {
  /// A commented policy with one rule.
  ///
  /// - Parameters:
  ///   - paths: patterns.
  ///   - recipients: names of files in `Keys`, or recipients.
  ///   - cipher: as the policy writes it.
  ///   - scope: as the policy writes it.
  public static func text(
    paths: [String], recipients: [String], cipher: String, scope: String
  ) -> String {
    """
    # Sealwax policy: which manifests are sealed, for whom, and how. See docs/policy.md.
    version: 1

    # The first rule of which a path matches counts. Paths are relative to this file; ** stands for
    # any number of folders.
    rules:
      - paths:
    \(list(paths, indentation: 6))
        # Names of files in Keys/ (NAME.pub), or recipients as they are: age1..., ssh-ed25519 AAAA...
        recipients:
    \(list(recipients, indentation: 6))
        # aes-256-gcm or secretbox
        cipher: \(cipher)
        # strict: values open only in the Secret of this name and namespace; namespace; cluster
        scope: \(scope)
        # A rule may say as well:
        # kek-files: ["prod.kek"]  # symmetric keys, from 'sealwax keygen --kek'
        # signers: [release]       # Keys/release.sig: one of them must have signed
        # max-key-age: 90          # days
        # max-kek-age: 365         # days

    # Symmetric keys by their public ids, which 'sealwax keygen --kek' prints:
    # keks:
    #   - id: "aes-256-gcm:0123456789abcdef"
    #     file: "prod.kek"
    #     created: 2026-11-26

    # Files that are left alone, although they hold Secrets in plaintext:
    # ignore:
    #   - "examples/**"

    """
  }

  private static func list(_ texts: [String], indentation: Int) -> String {
    texts.map { text in
      String(repeating: " ", count: indentation) + "- " + quoted(text)
    }.joined(separator: "\n")
  }

  /// In double quotes, as YAML and JSON read it.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
