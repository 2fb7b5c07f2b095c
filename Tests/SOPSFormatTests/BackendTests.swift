import CryptoCore
import SOPSFormat
import Testing

/// Keys of services that this program does not talk to.
@Suite struct BackendTests {
  private static let entries = """
        kms:
            - arn: arn:aws:kms:eu-1:1:key/k
              aws_profile: ""
              context:
                  app: x
              created_at: "2020-01-01T00:00:00Z"
              enc: AQ==
        gcp_kms:
            - created_at: "2020-01-01T00:00:00Z"
              enc: AQ==
              resource_id: projects/p
        hckms:
            - created_at: "2020-01-01T00:00:00Z"
              enc: AQ==
              key_id: eu:k
        azure_kv:
            - created_at: "2020-01-01T00:00:00Z"
              enc: AQ==
              name: n
              vault_url: https://v
              version: "1"
        hc_vault:
            - created_at: "2020-01-01T00:00:00Z"
              enc: vault:v1:AQ==
              engine_path: transit
              key_name: k
              vault_address: https://v:8200
        future_kms:
            - enc: AQ==

    """

  private static func file(withAge: Bool, _ reader: Reader) throws -> [UInt8] {
    var writer = SOPSWriter(date: date)
    let plaintext = Array("a: b\n".utf8)
    let written = try writer.encrypt(
      plaintext.span, store: .yaml, settings: .init(for: reader))
    let lines = text(written).split(separator: "\n", omittingEmptySubsequences: false)
    let start = lines.firstIndex(of: "sops:") ?? 0
    let end = lines.firstIndex { $0.hasPrefix("    lastmodified") } ?? 0
    let head = lines[...start] + (withAge ? lines[(start + 1)..<end] : [])
    let all = head.joined(separator: "\n") + "\n" + entries + lines[end...].joined(separator: "\n")
    return Array(all.utf8)
  }

  @Test func areNamedWhenNothingElseOpens() throws {
    let reader = try Reader()
    let bytes = try Self.file(withAge: false, reader)
    let file = try SOPSFile.read(bytes.span, store: .yaml)
    do {
      _ = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
      Issue.record("that opened")
    } catch {
      #expect(error.code == .unsupportedBackend)
      #expect(
        error.backends == [.awsKMS, .gcpKMS, .huaweiKMS, .azureKeyVault, .vaultTransit])
      #expect(error.message.contains("Google Cloud KMS"))
    }
    #expect(
      file.metadata.keyGroups[0].entries.map(\.label) == [
        "AWS KMS arn:aws:kms:eu-1:1:key/k", "Google Cloud KMS projects/p", "Huawei Cloud KMS eu:k",
        "Azure Key Vault https://v/n/1", "Vault transit https://v:8200/transit/k",
      ])
  }

  /// An edit keeps them, and fields that nobody knows.
  @Test func areKept() throws {
    let reader = try Reader()
    let bytes = try Self.file(withAge: true, reader)
    let file = try SOPSFile.read(bytes.span, store: .yaml)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    var writer = SOPSWriter(date: date)
    let plaintext = Array("a: c\n".utf8)
    let edited = try writer.edit(file, key, plaintext: plaintext.span)
    let again = try SOPSFile.read(edited.bytes, store: .yaml)
    #expect(again.metadata.keyGroups == file.metadata.keyGroups)
    #expect(again.metadata.otherFields == file.metadata.otherFields)
    #expect(file.metadata.otherFields.map(\.name) == ["future_kms"])
  }
}
