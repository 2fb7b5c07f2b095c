import Foundation

/// A plugin as a script: its stanzas hold the file key in the clear, which is enough to see what
/// the protocol carries.
enum PluginScript {
  /// Puts `age-plugin-NAME` for each name into a folder of its own at the front of PATH, once.
  static let install: Void = {
    let folder = NSTemporaryDirectory() + "/age-tests-plugins-\(getpid())"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in [
      "good", "chatty", "labels", "refuses", "dies", "silent", "babbles", "stranger", "lines",
      "many", "large", "endless", "nonsense",
    ] {
      let file = folder + "/age-plugin-" + name
      try? Data(text.utf8).write(to: URL(filePath: file))
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }
    // As a program does that runs plugins: some of these end before they have read everything.
    _ = signal(SIGPIPE, SIG_IGN)
    // Not the plugin's business.
    setenv("SEALWAX_IDENTITY", "AGE-SECRET-KEY-1TEST", 1)
    setenv("PATH", folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""), 1)
  }()

  private static let text = #"""
    #!/usr/bin/env python3
    import base64, os, sys
    assert "SEALWAX_IDENTITY" not in os.environ
    kind = sys.argv[0].rsplit("-", 1)[1]
    machine = sys.argv[1].removeprefix("--age-plugin=")

    def b64(data): return base64.b64encode(data).decode().rstrip("=")
    def unb64(text): return base64.b64decode(text + "=" * (-len(text) % 4))
    def receive():
        line = sys.stdin.readline()
        assert line.startswith("-> "), line
        args, body = line[3:].rstrip("\n").split(" "), ""
        while True:
            part = sys.stdin.readline().rstrip("\n")
            body += part
            if len(part) < 64: return args, unb64(body)
    def send(args, body=b""):
        text = b64(body)
        lines = [text[i:i + 64] for i in range(0, len(text), 64)]
        if not lines or len(lines[-1]) == 64: lines.append("")
        sys.stdout.write("-> " + " ".join(args) + "\n" + "\n".join(lines) + "\n")
        sys.stdout.flush()
    def ask(args, body=b""):
        send(args, body)
        return receive()
    def expect(answer, *args): assert answer[0] == list(args), answer

    commands = []
    while not commands or commands[-1][0] != ["done"]: commands.append(receive())
    keys = [args[1] for args, _ in commands if args[0] in ("add-recipient", "add-identity")]
    assert len(keys) == 1

    if kind == "dies": sys.exit(3)
    if kind == "babbles":
        print("hello")
        sys.exit(0)
    if kind == "chatty":
        expect(ask(["grease-x7", "a", "b"], b"anything"), "unsupported")
        expect(ask(["msg"], b"touch \x1b[31mthe key\nnow"), "ok")
        expect(ask(["confirm", b64(b"go on"), b64(b"skip")], b"really?"), "ok", "yes")
        expect(ask(["confirm", b64(b"go on")], b"sure?"), "ok", "no")
        expect(ask(["confirm"], b"no choice"), "fail")
        answer = ask(["request-public"], b"which slot?")
        expect(answer, "ok"); assert answer[1] == b"slot 2"
        answer = ask(["request-secret"], b"PIN?")
        expect(answer, "ok"); assert answer[1] == b"1234" * 30
    while kind == "endless": ask(["msg"], b"again")
    while kind == "nonsense": ask(["x"], b"y" * 50000)
    if kind == "refuses":
        expect(ask(["error", "internal"], b"the key is\x07 locked"), "ok")
        send(["done"]); sys.exit(0)
    if kind == "lines":
        expect(ask(["error", "internal"], b"one\nsealwax: error: two"), "ok")
        send(["done"]); sys.exit(0)

    if machine == "recipient-v1":
        assert ["extension-labels"] in [args for args, _ in commands]
        file_key = [body for args, body in commands if args[0] == "wrap-file-key"][0]
        if kind in ("many", "large"):
            body = b"x" * (1 if kind == "many" else 100000)
            while True: ask(["recipient-stanza", "0", "test-" + kind, "x"], body)
        if kind == "labels":
            expect(ask(["labels", "postquantum"]), "ok")
        if kind != "silent":
            stanza = ["recipient-stanza", "0", "test-" + kind, "x"]
            expect(ask(stanza, file_key + b"\0" * 32), "ok")
    elif machine == "identity-v1":
        stanzas = [c for c in commands if c[0][0] == "recipient-stanza"]
        assert all(args[1] == "0" for args, _ in stanzas)
        mine = [body for args, body in stanzas if args[2] == "test-" + kind]
        if kind == "stranger": mine = []
        if mine:
            assert len(mine[0]) == 48
            expect(ask(["file-key", "0"], mine[0][:16]), "ok")
    else: sys.exit(9)
    send(["done"])
    """#
}
