/// Words as a shell and systemd split them.
enum ShellWords {
  /// A word, and how many characters stand in front of it.
  struct Word: Equatable {
    var text: String
    let offset: Int
  }

  /// Splits a text at blanks; quotes keep them, and a backslash takes what follows as it is.
  static func split(_ text: String) -> [Word] {
    var words: [Word] = []
    var word: Word?
    var quote: Character?
    var isEscaped = false
    var offset = -1
    func begin() -> Word { word ?? Word(text: "", offset: offset) }
    for character in text {
      offset += 1
      if isEscaped {
        isEscaped = false
        guard character != "\n" else { continue }
        word = begin()
        word?.text.append(character)
        continue
      }
      switch character {
      case "\\" where quote != "'": isEscaped = true
      case _ where character == quote: quote = nil
      case "\"" where quote == nil, "'" where quote == nil:
        word = begin()
        quote = character
      case " ", "\t", "\n", "\r", "\r\n":
        guard quote == nil else {
          word?.text.append(character)
          continue
        }
        if let ended = word { words.append(ended) }
        word = nil
      default:
        word = begin()
        word?.text.append(character)
      }
    }
    if let ended = word { words.append(ended) }
    return words
  }

  /// The commands of a shell's script, each by its words.
  ///
  /// They end at line ends and at `;`, `&`, `|` outside of quotes; comments are none. Variables and
  /// redirections stay as they are.
  static func commands(_ script: String) -> [[Word]] {
    var commands: [[Word]] = []
    var command = ""
    var quote: Character?
    var isEscaped = false
    var isComment = false
    func end() {
      let words = split(command)
      if !words.isEmpty { commands.append(words) }
      command = ""
    }
    for character in script {
      let isLineEnd = character == "\n" || character == "\r\n"
      if isComment {
        guard isLineEnd else { continue }
        isComment = false
      }
      if isEscaped {
        isEscaped = false
        command.append(character)
        continue
      }
      switch character {
      case "\\" where quote != "'": isEscaped = true
      case _ where character == quote: quote = nil
      case "\"" where quote == nil, "'" where quote == nil: quote = character
      case "#" where quote == nil && (command.last?.isWhitespace ?? true):
        isComment = true
        continue
      // `2>&1` and `&>file` are redirections.
      case "&" where quote == nil && command.last == ">": break
      case ";" where quote == nil, "&" where quote == nil, "|" where quote == nil,
        _ where isLineEnd && quote == nil:
        end()
        continue
      default: break
      }
      command.append(character)
    }
    end()
    return commands
  }
}
