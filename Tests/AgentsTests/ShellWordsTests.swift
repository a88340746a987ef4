import Testing

@testable import Agents

@Suite struct ShellWordsTests {
    @Test(
        "splits as a shell does",
        arguments: [
            ("", []), ("  a  b ", ["a", "b"]), ("'a b' c", ["a b", "c"]), (#"'it'"'"'s'"#, ["it's"]),
            (#""a \"b\" $c \n""#, [#"a "b" $c \n"#]), (#"a\ b"#, ["a b"]), ("''", [""]), ("x''y", ["xy"]),
        ])
    func split(line: String, words: [String]) {
        #expect(ShellWords.split(line) == words)
    }

    @Test("is nothing where a quote is open", arguments: ["'a", "\"a", "a\\"])
    func open(line: String) {
        #expect(ShellWords.split(line) == nil)
    }

    @Test(
        "takes off the shell, and nothing else",
        arguments: [
            ("/bin/bash -lc 'touch x && echo hi'", "touch x && echo hi"), ("sh -c ls", "ls"), ("ls -l", "ls -l"),
            ("bash -lc 'a' 'b'", "bash -lc 'a' 'b'"), ("python -c 'x'", "python -c 'x'"),
            ("bash -lc 'x", "bash -lc 'x"),
        ])
    func unwrapped(line: String, command: String) {
        #expect(ShellWords.unwrapped(line) == command)
    }
}
