internal import CryptoCore
internal import Glibc

/// One walk through folders.
struct TreeWalk {
  let filter: TreeFilter

  struct Entry {
    let name: String
    let isReadable: Bool
    var kind: Int32
  }

  func entries(
    of folder: Int32, _ path: String
  ) throws(PlatformError) -> [Entry] {
    var entries: [Entry] = []
    try unsafe FolderListing.forEach(in: folder, path: path) { bytes, kind in
      let name = unsafe String(validating: bytes, as: UTF8.self)
      if let name, name == ".git" || !isWanted(name, kind) { return }
      let shown = unsafe name ?? String(decoding: bytes, as: UTF8.self)
      entries.append(Entry(name: shown, isReadable: name != nil, kind: kind))
    }
    return entries.sorted { $0.name.utf8.span.isLess(than: $1.name.utf8.span) }
  }

  /// By its name alone, so that a folder with very many other files costs no memory.
  private func isWanted(_ name: String, _ kind: Int32) -> Bool {
    guard kind == Int32(DT_REG) else { return true }
    return filter.wantsFile(name) || TemporaryName.matches(name)
  }

  /// Returns false when the visitor wants no more.
  func visit(
    _ folder: borrowing Descriptor, _ path: String, _ entries: [Entry], depth: Int,
    _ visit: (FileTree.Item) -> Bool
  ) -> Bool {
    for entry in entries {
      let entryPath = PathParts.join(path, entry.name)
      guard entry.isReadable else {
        let error = PlatformError(.invalidName, "read", path: entryPath)
        if visit(.problem(error)) { continue }
        return false
      }
      let goesOn =
        switch kind(of: entry, in: folder.number) {
        case Int32(DT_REG): visitFile(entry, entryPath, visit)
        case Int32(DT_LNK): visit(.symbolicLink(entryPath))
        case Int32(DT_DIR): descend(folder, entry.name, entryPath, depth: depth, visit)
        default: true
        }
      if !goesOn { return false }
    }
    return true
  }

  private func visitFile(
    _ entry: Entry, _ path: String, _ visit: (FileTree.Item) -> Bool
  ) -> Bool {
    if TemporaryName.matches(entry.name) { return visit(.temporary(path)) }
    // Not asked yet where the listing does not tell the kind.
    let isWanted = entry.kind == Int32(DT_REG) || filter.wantsFile(entry.name)
    return isWanted ? visit(.file(path)) : true
  }

  /// Some file systems do not tell the kind in the listing.
  private func kind(of entry: Entry, in folder: Int32) -> Int32 {
    guard entry.kind == Int32(DT_UNKNOWN) else { return entry.kind }
    switch (try? FileIdentity(folder: folder, name: entry.name, path: entry.name))?.kind {
    case .regular: return Int32(DT_REG)
    case .directory: return Int32(DT_DIR)
    case .symbolicLink: return Int32(DT_LNK)
    default: return entry.kind
    }
  }

  private func descend(
    _ parent: borrowing Descriptor, _ name: String, _ path: String, depth: Int,
    _ visit: (FileTree.Item) -> Bool
  ) -> Bool {
    guard filter.entersFolder(path) else { return true }
    do throws(PlatformError) {
      guard depth < FileTree.maximumDepth else {
        throw PlatformError(.tooLarge, "list", path: path)
      }
      let number = parent.number
      let raw = try unsafe checkedPath("list", name, shownAs: path) {
        unsafe openat(number, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
      let folder = Descriptor(owning: raw)
      let entries = try entries(of: raw, path)
      return self.visit(folder, path, entries, depth: depth + 1, visit)
    } catch {
      return visit(.problem(error))
    }
  }
}
