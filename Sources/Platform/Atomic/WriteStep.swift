/// The instants between which a write can be cut short; tests kill the process at each of them.
package enum WriteStep: String, Sendable, CaseIterable {
  case begun, temporaryMade, partWritten, written, attributesSet, synced, checked, renamed
  case folderSynced
}

/// Called after each step of each file.
package typealias WriteStepObserver = @Sendable (WriteStep) -> Void
