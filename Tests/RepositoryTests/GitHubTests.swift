import Foundation
import Model
import Testing

@testable import Repository

@Suite("Pull requests by gh")
struct GitHubTests {
    private static let json =
        #"{"baseRefName":"main","isDraft":true,"mergeCommit":null,"number":7,"state":"OPEN","title":"T","url":"https://github.com/acme/site/pull/7"}"#

    /// gh as the stand-in plays it: it notes what it is called with, and what it may see.
    private func gitHub(_ body: String) async throws -> (sandbox: Sandbox, gitHub: GitHub) {
        let sandbox = try await Sandbox()
        let log = sandbox.path("calls")
        let program = try sandbox.script(
            "gh",
            """
            for word in "$@"; do printf '%s|' "$word" >> '\(log)'; done; echo >> '\(log)'
            env > '\(sandbox.path("environment"))'
            \(body)
            """)
        return (sandbox, GitHub(beside: sandbox.git, executable: program))
    }

    private let repository = HostedRepository(address: "git@github.com:acme/site.git")

    @Test("one is made by name of repository, branch and base, with its words in a file")
    func create() async throws {
        let (sandbox, gitHub) = try await gitHub(
            """
            case "$2" in
            create) while [ "$1" != --body-file ]; do shift; done; cp "$2" "$HOME/body"
                echo https://github.com/acme/site/pull/7;;
            view) echo '\(Self.json)';;
            esac
            """)
        let made = try await gitHub.showing(HostToken("s3cret-token")).create(
            in: try #require(repository), branch: "run", base: "main", title: "A title", body: "Two\nlines",
            isDraft: true)
        #expect(made.number == 7 && made.state == .open && made.isDraft && made.mergeCommit == nil)
        let calls = try sandbox.read("calls", in: sandbox.root).split(separator: "\n")
        #expect(calls[0].hasPrefix("pr|create|--repo|acme/site|--head|run|--base|main|--title|A title|--body-file|"))
        #expect(calls[0].hasSuffix("|--draft|"))
        #expect(
            calls[1]
                == "pr|view|https://github.com/acme/site/pull/7|--repo|acme/site|--json|number,url,title,state,isDraft,baseRefName,mergeCommit|"
        )
        #expect(try sandbox.read("body", in: sandbox.path("home")) == "Two\nlines")
        #expect(try sandbox.read("environment", in: sandbox.root).contains("GH_TOKEN=s3cret-token\n"))
        #expect(!calls.joined().contains("s3cret"))
    }

    @Test("a list and its states are read")
    func list() async throws {
        let merged = Self.json.replacing("OPEN", with: "MERGED").replacing("null", with: #"{"oid":"abc"}"#)
        let (sandbox, gitHub) = try await gitHub("echo '[\(merged),\(Self.json.replacing("OPEN", with: "CLOSED"))]'")
        let all = try await gitHub.list(of: "run", in: try #require(repository))
        #expect(all.map(\.state) == [.merged, .closed] && all[0].mergeCommit == "abc")
        withExtendedLifetime(sandbox) {}
    }

    @Test("what it says when it cannot is told in its own words, without the token")
    func failures() async throws {
        let place = try #require(repository)
        func failure(_ body: String) async throws -> PullRequestFailure? {
            let (sandbox, gitHub) = try await gitHub(body)
            defer { withExtendedLifetime(sandbox) {} }
            return await #expect(throws: PullRequestFailure.self) {
                try await gitHub.showing(HostToken("s3cret-token")).view("7", in: place)
            }
        }
        #expect(try await failure("echo 'HTTP 404 s3cret-token' >&2; exit 1") == .failed(words: "HTTP 404 •••"))
        #expect(try await failure("echo 'gh auth login' >&2; exit 4") == .notLoggedIn(words: "gh auth login"))
        #expect(try await failure("echo nonsense") == .unreadable)
        let sandbox = try await Sandbox()
        let none = GitHub(beside: sandbox.git, executable: "no-such-program-of-that-name")
        await #expect(throws: PullRequestFailure.notInstalled("no-such-program-of-that-name")) {
            try await none.view("7", in: place)
        }
    }

    @Test(
        "repositories of hosts are told from others",
        arguments: [
            ("https://github.com/acme/site.git", "acme/site"), ("git@github.com:acme/site", "acme/site"),
            ("ssh://git@github.com:22/acme/si-te.git", "acme/si-te"),
            ("https://git.example/acme/site", "git.example/acme/site"), ("/srv/acme/site", nil),
            ("https://github.com/acme", nil), ("https://host/a/b/c", nil), ("https://github.com/-x/y", nil),
        ])
    func hosts(address: String, slug: String?) {
        #expect(HostedRepository(address: address)?.slug == slug)
    }
}
