import Foundation
import Synchronization
import Testing

@testable import Repository

@Suite("Clones")
struct CloneTests {
    private func watch(_ tell: @escaping @Sendable (TransferStep) -> Void = { _ in }) -> TransferWatch {
        TransferWatch(secondsMax: 60, tell: tell)
    }

    private func clone(
        _ address: String, in sandbox: Sandbox, branch: String? = nil, watch: TransferWatch? = nil
    ) async throws -> RepositoryInfo {
        try await sandbox.git.clone(
            try CloneAddress(address), to: sandbox.path("clone"), mark: "job", branch: branch,
            watch: watch ?? self.watch())
    }

    @Test("a repository is cloned with its branches, and says how far it is")
    func whole() async throws {
        let sandbox = try await Sandbox()
        for number in 0..<50 { try sandbox.write("f\(number)", String(repeating: "\(number)\n", count: 200)) }
        try await sandbox.commit("more")
        try await sandbox.plain("branch", "side")
        let steps = Mutex<[TransferStep]>([])
        let info = try await clone(
            "file://" + sandbox.repository, in: sandbox, watch: watch { step in steps.withLock { $0.append(step) } })
        #expect(info.path == sandbox.path("clone") && info.defaultBranch == "main")
        #expect(try await sandbox.status(in: info.path) == "")
        #expect(try await sandbox.plain("branch", "--remotes", in: info.path).contains("origin/side"))
        let said = steps.withLock { $0 }
        #expect(said.contains { $0.text.hasPrefix("Receiving objects: 100%") && $0.isLine })
        #expect(said.compactMap(\.progress).max() ?? 0 >= 0.8)
        let names = try FileManager.default.contentsOfDirectory(atPath: sandbox.root)
        #expect(!names.contains { $0.hasSuffix(Git.partSuffix) })
        await #expect(throws: RepositoryError.pathOccupied(info.path)) {
            try await clone("file://" + sandbox.repository, in: sandbox)
        }
    }

    @Test("a branch may be named; one that is not there fails in git's words, and leaves nothing")
    func branch() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.plain("branch", "side")
        let failure = await #expect(throws: GitFailure.self) {
            try await clone(sandbox.repository, in: sandbox, branch: "nothing")
        }
        #expect(failure?.words.contains("Remote branch nothing not found") == true, "\(failure?.words ?? "")")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: sandbox.root).sorted() == [
                "home", "repository", "scratch",
            ])
        #expect(try await clone(sandbox.repository, in: sandbox, branch: "side").currentBranch == "side")
    }

    @Test("one that is cancelled leaves nothing, and one that takes too long says which limit")
    func ended() async throws {
        let hanging = try await Sandbox { settings in
            // git itself hangs before it says anything.
            settings.graceSeconds = 1
        }
        let program = try hanging.script("git", "mkdir -p \"$(eval echo \\${$#})\"; exec sleep 600")
        var settings = hanging.settings
        settings.executable = program
        let git = Git(settings: settings, time: hanging.git.time)
        let address = try CloneAddress("https://host.example/x.git")
        let task = Task {
            try await git.clone(
                address, to: hanging.path("clone"), mark: "job", branch: nil, watch: watch())
        }
        while !hanging.exists("clone.job.part", in: hanging.root) { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!hanging.exists("clone.job.part", in: hanging.root))
    }

    @Test("nothing but the address's own protocol is spoken, and hooks of the other side's folder do not run")
    func hostile() async throws {
        let sandbox = try await Sandbox()
        let mark = sandbox.path("mark")
        let program = try sandbox.script("evil", "echo \"$0\" >> '\(mark)'")
        for hook in ["post-checkout", "reference-transaction", "post-receive"] {
            _ = try sandbox.script("repository/.git/hooks/" + hook, "exec '\(program)'")
        }
        try await sandbox.plain("config", "uploadpack.packObjectsHook", program)
        _ = try await clone("file://" + sandbox.repository, in: sandbox)
        #expect(!Paths.exists(mark))
        #expect(throws: CloneAddress.Refused.self) { try CloneAddress("ext::" + program) }
    }

    @Test("a token opens its host over https and no other, and is on no command line")
    func token() async throws {
        let sandbox = try await Sandbox()
        let git = sandbox.git.showing(HostToken("s3cret-token"))
        let command = git.reaching(
            GitCommand(arguments: ["credential", "fill"], folder: sandbox.root), by: "https")
        let launch = command.launch(with: sandbox.settings)
        #expect(!launch.arguments.contains { $0.contains("s3cret") })
        func fill(_ host: String) async throws -> String {
            // As git itself asks its helpers.
            let script = try sandbox.script(
                "ask-\(host)", "printf 'protocol=https\\nhost=\(host)\\n\\n' | git credential fill")
            let asked = Launch(executable: script, arguments: [], environment: launch.environment)
            let report = try await Supervision.run(asked, into: BoundedOutput(byteCountMax: 4_096), grace: .zero)
            return String(decoding: report.sink.bytes, as: UTF8.self)
        }
        let (host, other) = (try await fill("github.com"), try await fill("host.example"))
        #expect(host.contains("password=s3cret-token\n") && !other.contains("s3cret"))
        #expect(HostToken("s3cret-token").redact("fatal: s3cret-token!") == "fatal: •••!")
    }

    @Test("a branch follows its remote ahead, and no further; a folder with changes is left alone")
    func follow() async throws {
        let sandbox = try await Sandbox()
        let info = try await clone(sandbox.repository, in: sandbox)
        func follow() async throws -> FollowOutcome {
            try await sandbox.git.followRemote(info.path, branch: "main", remote: "origin", watch: watch())
        }
        #expect(try await follow() == .upToDate(ahead: 0))
        let first = try await sandbox.plain("rev-parse", "HEAD", in: info.path)
        try sandbox.write("new", "1\n")
        let second = try await sandbox.commit("second")
        try sandbox.write("readme", "mine\n", in: info.path)
        #expect(try await follow() == .busy(.localChanges(files: ["readme"])))
        #expect(try sandbox.read("readme", in: info.path) == "mine\n")
        try await sandbox.plain("checkout", "--quiet", "--", ".", in: info.path)
        #expect(try await follow() == .followed(from: first, to: second, commits: 1))
        #expect(try sandbox.read("new", in: info.path) == "1\n")
        #expect(try await sandbox.status(in: info.path) == "")
        try sandbox.write("theirs", "1\n")
        try await sandbox.commit("theirs")
        try sandbox.write("ours", "1\n", in: info.path)
        try await sandbox.commit("ours", in: info.path)
        #expect(try await follow() == .diverged(ahead: 1, behind: 1))
    }

    @Test(
        "addresses that may be cloned, by protocol and name",
        arguments: [
            ("https://github.com/a/b.git", CloneAddress.Scheme.https, "b"), ("git@host:a/b", .ssh, "b"),
            ("ssh://git@host:22/a/b.git", .ssh, "b"), ("git://host/x", .git, "x"), ("http://h:8080/x/", .http, "x"),
            ("/srv/git/site", .file, "site"), ("file:///srv/site.git", .file, "site"), ("host:x.git", .ssh, "x"),
        ])
    func allowed(text: String, scheme: CloneAddress.Scheme, name: String) throws {
        let address = try CloneAddress(text)
        #expect((address.scheme, address.name) == (scheme, name))
    }

    @Test(
        "addresses that may not",
        arguments: [
            "", "-u", "--upload-pack=x", "ext::sh -c x", "ftp://host/x", "relative/path", "https://", "https:///x",
            "https://me:secret@host/x", "ssh://-oProxyCommand=x/y", "-oProxyCommand=x:y", "file://host/x",
            "a\nb:c", "fd::17", "https://ho st/x", "HTTPs",
        ])
    func refused(text: String) {
        #expect(throws: CloneAddress.Refused.self) { try CloneAddress(text) }
    }

    @Test("what git says comes as lines and as numbers, however it is cut")
    func words() {
        let text =
            "Cloning into 'x'...\nremote: Counting objects:  50% (1/2)\rremote: Counting objects: 100% (2/2), done.\n"
            + "Receiving objects:  50% (5/10), 1.00 MiB | 2.00 MiB/s\rfatal: early EOF\n"
        var whole = TransferWords()
        let steps = whole.take(Array(text.utf8))
        #expect(steps.map(\.isLine) == [true, false, true, false, true])
        #expect(steps.map(\.progress) == [nil, 0.01, 0.02, 0.45, nil])
        var cut = TransferWords()
        #expect(text.utf8.flatMap { cut.take([$0]) } == steps)
        #expect(
            TransferWords.withoutNumbers(text.replacing("\r", with: "\n")) == "Cloning into 'x'...\nfatal: early EOF")
        var long = TransferWords()
        #expect(long.take(Array(repeating: 65, count: 100_000)).isEmpty)
        #expect(long.take([10]).first?.text.utf8.count == TransferWords.lineByteCountMax)
    }
}
