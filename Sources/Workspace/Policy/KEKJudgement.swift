internal import Envelope
internal import Findings

/// Compares the recipients of an envelope with those it is to have, where one key-encryption key may
/// stand for the one that replaces it.
struct KEKJudgement {
  private let recipients: [RecipientDescription]
  private let policy: Policy
  private let today: CalendarDate

  init(_ envelope: Envelope, by policy: Policy, on today: CalendarDate) {
    recipients = envelope.recipients.map(\.recipient)
    self.policy = policy
    self.today = today
  }

  private var keks: [RecipientDescription] { recipients.filter { $0.kind == .kek } }

  /// What is to be said of keys that are retired.
  var retired: [String] {
    keks.compactMap { kek in
      guard let entry = policy.kek(kek.text)?.entry, let day = entry.retired else { return nil }
      return "it lies under \(entry.label), which is retired since \(day)"
    }
  }

  /// What is to be said of keys whose age nobody knows.
  var unlisted: [String] {
    keks.filter { policy.kek($0.text) == nil }.map { kek in
      "nothing says how old \(kek.label) (\(kek.text)) is: list it under keks"
    }
  }

  /// What is to be said of keys that are older than so many days.
  func old(limit: Int) -> [String] {
    keks.compactMap { kek in
      guard let entry = policy.kek(kek.text)?.entry, let created = policy.kekCreated(kek.text)
      else { return nil }
      let age = today.days(since: created)
      guard entry.retired == nil, age > limit else { return nil }
      return "its key-encryption key \(entry.label) is \(age) days old, and \(limit) are allowed"
    }
  }

  /// Who is to be able to open it and cannot; a key in whose place it lies under an older one is not
  /// told.
  ///
  /// - Parameter lacksKEKs: whether it is not known which key-encryption keys it is to have.
  func missing(of wanted: [RecipientDescription], lacksKEKs: Bool) -> [RecipientDescription] {
    let present = Set(recipients.map(\.key))
    return wanted.filter { recipient in
      guard !present.contains(recipient.key) else { return false }
      guard recipient.kind == .kek else { return true }
      return !lacksKEKs
        && !keks.contains { policy.isReplaced($0.text, byOneOf: [recipient.text]) }
    }
  }

  /// Who can open it and is not to; keys that are retired are told by themselves.
  func extra(beside wanted: [RecipientDescription], lacksKEKs: Bool) -> [RecipientDescription] {
    let keys = Set(wanted.map(\.key))
    let wantedKEKs = Set(wanted.filter { $0.kind == .kek }.map(\.text))
    return recipients.filter { recipient in
      guard !keys.contains(recipient.key) else { return false }
      guard recipient.kind == .kek else { return true }
      return !lacksKEKs && policy.kek(recipient.text)?.entry.retired == nil
        && !policy.isReplaced(recipient.text, byOneOf: wantedKEKs)
    }
  }
}
