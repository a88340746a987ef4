import Testing

@testable import Engine

@Suite("Addresses of editors")
struct EditorTests {
    @Test(
        "name file, line and machine",
        arguments: [
            (Editor.vscode, nil, "vscode://file/src/a%20b.swift:3"),
            (.vscodeInsiders, "box", "vscode-insiders://vscode-remote/ssh-remote+box/src/a%20b.swift:3"),
            (.cursor, "me@box", "cursor://vscode-remote/ssh-remote+me@box/src/a%20b.swift:3"),
            (.zed, nil, "zed://file/src/a%20b.swift:3"), (.zed, "box", "zed://ssh/box/src/a%20b.swift:3"),
            (.idea, nil, "idea://open?file=/src/a%20b.swift&line=3"),
        ] as [(Editor, String?, String)])
    func addresses(editor: Editor, host: String?, address: String) {
        #expect(editor.url(of: "/src/a b.swift", line: 3, host: host) == address)
    }

    @Test("what has a meaning in an address has none in a path")
    func encoding() {
        #expect(
            Editor.vscode.url(of: "/a?b#c&d%e:f/ü\n", line: nil, host: nil)
                == "vscode://file/a%3Fb%23c%26d%25e%3Af/%C3%BC%0A")
        #expect(Editor.idea.url(of: "/a", line: nil, host: "box") == nil)
    }
}
