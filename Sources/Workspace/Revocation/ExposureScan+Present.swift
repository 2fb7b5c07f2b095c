internal import CryptoCore
internal import Envelope
internal import Platform
internal import Synchronization

/// What is in use now.
extension ExposureScan {
  /// The values of the revisions that were named, else of the working tree.
  func lookAtPresent(
    _ repository: CallersRepository, _ collected: borrowing Mutex<Collected>
  ) throws(WorkspaceError) {
    guard let root = repository.root, revisions.isEmpty else {
      for revision in revisions.isEmpty ? ["HEAD"] : revisions {
        try lookAtRevision(revision, repository, collected)
      }
      return
    }
    let files = Mutex(try PresentFiles(in: root))
    try work(collected) { buffer throws(WorkspaceError) in
      while let file = try files.withLock({ (files) throws(WorkspaceError) in try files.next() }) {
        do throws(PlatformError) {
          let path = PathParts.join(root, file.path)
          guard try Files.linkIdentity(of: path).kind == .regular else { continue }
          let snapshot = try Files.read(
            path, limit: ManifestFile.maximumByteCount, followsLinks: false)
          buffer.append(snapshot.bytes.bytes)
          return ReadText(
            object: file.object, path: repository.shownPath(file.path), file: file.path)
        } catch {
          guard error.code != .tooLarge else { continue }
          collected.withLock { collected in
            // One that is missing was not taken away yet, or is left out of a sparse tree.
            guard error.code != .notFound else {
              collected.use(file)
              return
            }
            collected.errors.append(
              WorkspaceError(reading: error).at(repository.shownPath(file.path)))
          }
        }
      }
      return nil
    } take: { collected, text, facts in
      if let failure = facts.failure { collected.errors.append(failure.at(text.path)) }
      // A file that is decrypted right now is still what git has of it.
      if facts.sops == nil, collected.index.sops.keysOfObjects[text.object] != nil {
        collected.use(BlobEntry(path: text.file ?? "", object: text.object, commit: nil))
      }
      guard facts.sops != nil || !facts.units.isEmpty else { return }
      // Where a filter keeps plaintext in the working tree, git has what is sealed.
      if facts.sops == nil, facts.units.allSatisfy({ !$0.isSealed }),
        let indexed = collected.index.valuesOfObjects[text.object]
      {
        collected.current.formUnion(indexed)
      } else {
        collected.current.formUnion(
          collected.index.add(facts, object: nil, withPlaintext: true))
      }
    }
  }

  private func lookAtRevision(
    _ revision: String, _ repository: CallersRepository, _ collected: borrowing Mutex<Collected>
  ) throws(WorkspaceError) {
    guard !revision.isEmpty, !revision.hasPrefix("-"),
      let commit = try GitCalls.lines(
        ["rev-parse", "--verify", "--quiet", "\(revision)^{commit}"], in: repository.folder)?.first
    else {
      throw WorkspaceError(.noInput, "there is no commit '\(escapedForTerminal(revision))'")
    }
    var records = RecordReader(
      try GitCalls.start(
        ["ls-tree", "-r", "-z", "--full-tree", commit], in: repository.folder, takesInput: false))
    var parser = BlobListParser(.tree)
    var record = WipedBuffer()
    while try records.next(appendingTo: &record) {
      if let entry = try parser.take(record.bytes) {
        collected.withLock { $0.use(entry) }
      }
      record.removeAll()
    }
  }

  /// The manifests below the working folder, without any history.
  func lookAtFiles(_ collected: borrowing Mutex<Collected>) throws(WorkspaceError) {
    struct Result: Sendable {
      var facts: SecretFacts?
      var error: WorkspaceError?
    }
    FileGroups.run(try InputPaths(["."]), makeState: { makeReader() }) { finding, _, reader in
      switch finding {
      case .skipped, .leftover: return Result()
      case .problem(let error): return Result(error: error)
      case .item(let item):
        do throws(WorkspaceError) {
          let file = try ManifestFile.read(item)
          var facts = try reader.facts(
            in: file.text.bytes, path: item.path, isKnown: { _ in false },
            isKnownFile: { _ in false })
          facts?.failure?.path = item.path
          return Result(facts: facts, error: facts?.failure)
        } catch { return Result(error: error.at(item.path)) }
      }
    } deliver: { results in
      collected.withLock { collected in
        for result in results {
          if let error = result.error { collected.errors.append(error) }
          guard let facts = result.facts else { continue }
          collected.current.formUnion(
            collected.index.add(facts, object: nil, withPlaintext: true))
        }
      }
    }
  }
}
