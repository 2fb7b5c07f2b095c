internal import CryptoCore

extension SOPSFile {
  func preservedText(of plain: Tree) throws(SOPSError) -> WipedBuffer {
    try store.plainText(of: plain)
  }
}
