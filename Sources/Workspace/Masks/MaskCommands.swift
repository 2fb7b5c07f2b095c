public import CryptoCore

/// The commands that make a pipeline's log mask values.
///
/// They hold the values: for nobody's eyes but the runner's.
public enum MaskCommands {
  /// The commands, one a line.
  ///
  /// A runner looks at its log line by line, so every line of a value is masked; and the value in
  /// Base64, as Kubernetes shows it, in case the runner does not see to that itself. Nothing that
  /// begins a line comes from a value, and no value can begin another command: line breaks never
  /// stand in one.
  ///
  /// - Returns: nil for a pipeline without such commands.
  public static func text(_ values: borrowing OpenedValues, for format: MaskFormat) -> WipedBuffer?
  {
    let command: StaticString
    let percent: StaticString
    switch format {
    // https://docs.github.com/actions/reference/workflow-commands-for-github-actions, and the escapes
    // of actions/toolkit, packages/core.
    case .github: (command, percent) = ("::add-mask::", "%25")
    // https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands; the agent reads
    // %AZP25 for a percent sign and takes no value with line breaks.
    case .azure: (command, percent) = ("##vso[task.setsecret]", "%AZP25")
    case .gitlab: return nil
    }
    var text = WipedBuffer()
    for unit in values.units {
      for value in unit.values {
        let bytes = values.bytes.bytes.extracting(value.range)
        for line in ValueLines.ranges(of: bytes) {
          append(bytes.extracting(line), command, percent, to: &text)
        }
        var encoded = WipedBuffer()
        ValueEncodings.appendBase64(bytes, to: &encoded)
        append(encoded.bytes, command, percent, to: &text)
      }
    }
    return text
  }

  private static func append(
    _ line: Span<UInt8>, _ command: StaticString, _ percent: StaticString,
    to text: inout WipedBuffer
  ) {
    guard !line.isEmpty else { return }
    text.append(command)
    for index in line.indices {
      if line[index] == UInt8(ascii: "%") { text.append(percent) } else { text.append(line[index]) }
    }
    text.append(0x0a)
  }
}
