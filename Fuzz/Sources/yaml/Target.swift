import FuzzSupport
import YAMLSource

/// Reads arbitrary bytes as YAML and JSON; edits every manifest among them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    TreeChecks.check(bytes, nil)
    TreeChecks.check(bytes, .json)
    TreeChecks.checkReaders(bytes)
    ManifestChecks.check(bytes)
  }
}
