internal import Platform

/// Scripts by which shells complete the commands and flags of a program named `sops`.
enum SOPSCompletion {
  /// Prints the script for a shell.
  static func print(_ session: SOPSSession) throws {
    let shells = ["bash", "zsh"]
    guard let shell = session.arguments.positionals.first, shells.contains(shell) else {
      throw SOPSExit(
        SOPSStatus.generic, "'completion' is followed by 'bash' or 'zsh'",
        hints: ["for a link named 'sops'; 'sealwax --generate-completion-script' knows more shells"]
      )
    }
    try Console.print(shell == "zsh" ? forZsh + script : script)
  }

  /// zsh runs bash's completions, once it has been told to.
  private static let forZsh = """
    (( $+functions[compdef] )) || { autoload -U compinit && compinit; }
    autoload -U bashcompinit && bashcompinit

    """

  private static var script: String {
    let verbs = SOPSVerb.allCases.map(\.rawValue)
    let words = verbs.map { $0.split(separator: " ").first.map(String.init) ?? $0 } + ["help"]
    let first = words.enumerated().filter { words.firstIndex(of: $1) == $0 }.map(\.element)
    let cases = SOPSVerb.allCases.map { "    '\($0.rawValue)') flags='\(names($0.flags))' ;;\n" }
    return """
      _sops_completion() {
        local word="${COMP_WORDS[COMP_CWORD]}" verb="" flags="" index
        for ((index = 1; index < COMP_CWORD; index++)); do
          case "$verb ${COMP_WORDS[index]}" in
          \(first.map { "' \($0)'" }.joined(separator: " | "))) verb="${COMP_WORDS[index]}" ;;
          'groups add' | 'groups delete') verb="groups ${COMP_WORDS[index]}" ;;
          esac
        done
        case "${COMP_WORDS[COMP_CWORD - 1]}" in
        -input-type | --input-type | -output-type | --output-type)
          COMPREPLY=($(compgen -W 'yaml json dotenv ini binary' -- "$word"))
          return
          ;;
        esac
        case "$verb" in
        '') flags='\(names(SOPSVerb.plainFlags))' ;;
      \(cases.joined())  esac
        case "$verb $word" in
        *' -'*) COMPREPLY=($(compgen -W "$flags \(names(SOPSFlag.common))" -- "$word")) ;;
        ' '*) COMPREPLY=($(compgen -W '\(first.joined(separator: " "))' -- "$word")) ;;
        'help '*) COMPREPLY=($(compgen -W '\(first.joined(separator: " "))' -- "$word")) ;;
        'groups add '* | 'groups delete '*) COMPREPLY=() ;;
        'groups '*) COMPREPLY=($(compgen -W 'add delete' -- "$word")) ;;
        'completion '*) COMPREPLY=($(compgen -W 'bash zsh' -- "$word")) ;;
        *) COMPREPLY=() ;;
        esac
      }
      complete -o default -F _sops_completion sops

      """
  }

  private static func names(_ flags: [SOPSFlag]) -> String {
    flags.map { "--\($0.name)" }.joined(separator: " ")
  }
}
