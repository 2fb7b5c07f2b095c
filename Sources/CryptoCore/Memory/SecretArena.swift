internal import CSodium
internal import Synchronization

/// One guarded, locked region cut into slots of 64 bytes, for the keys of one operation.
///
/// A region of its own for each key would cost about 30 microseconds and three pages. Safe to share
/// between threads. Slots are wiped when they are given back, the region when the arena goes.
@safe
public final class SecretArena: Sendable {
  /// The size of a slot, in bytes.
  public static let slotByteCount = 64

  /// How many slots the arena has.
  public let slotCount: Int

  /// Unchecked: the pointer never changes, and each slot has one owner at a time.
  @safe
  private struct Region: @unchecked Sendable {
    let start: UnsafeMutablePointer<UInt8>
  }

  private let region: Region
  private let free: Mutex<[UInt32]>

  /// Reserves the region.
  ///
  /// - Throws: `.outOfMemory`; `.limitExceeded` above 65,536 slots (4 MiB, half the usual limit on
  ///   locked memory).
  public init(slotCount: Int) throws(CryptoError) {
    guard (1...65_536).contains(slotCount) else {
      throw CryptoError(.limitExceeded, "reserving secret memory")
    }
    self.slotCount = slotCount
    region = unsafe Region(start: try SecretMemory.allocate(slotCount * Self.slotByteCount))
    free = Mutex((0..<UInt32(slotCount)).reversed())
  }

  deinit { unsafe sodium_free(region.start) }

  /// How many slots are free now.
  public var freeSlotCount: Int { free.withLock { $0.count } }

  /// A zeroed slot, or nil when all are taken.
  func take() -> UnsafeMutablePointer<UInt8>? {
    guard let slot = free.withLock({ $0.popLast() }) else { return nil }
    return unsafe region.start + Int(slot) * Self.slotByteCount
  }

  /// Wipes a slot and gives it back.
  func giveBack(_ start: UnsafeMutablePointer<UInt8>) {
    unsafe sodium_memzero(start, Self.slotByteCount)
    let offset = unsafe start - region.start
    free.withLock { $0.append(UInt32(offset / Self.slotByteCount)) }
  }
}
