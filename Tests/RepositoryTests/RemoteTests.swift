import Foundation
import Testing

@testable import Repository

@Suite("Remotes")
struct RemoteTests {
    /// A repository with a remote `origin` on this machine that has its `main`, and a clone of somebody else's.
    private func remote() async throws -> (sandbox: Sandbox, worktree: String, other: String) {
        let sandbox = try await Sandbox()
        let bare = sandbox.path("remote.git")
        try await sandbox.plain("clone", "--quiet", "--bare", sandbox.repository, bare, in: sandbox.root)
        try await sandbox.plain("remote", "add", "origin", bare)
        try await sandbox.plain("fetch", "--quiet", "origin")
        try await sandbox.plain("clone", "--quiet", bare, "other", in: sandbox.root)
        let worktree = try await sandbox.worktree("run")
        try sandbox.write("new", "1\n", in: worktree)
        try await sandbox.commit("work", in: worktree)
        return (sandbox, worktree, sandbox.path("other"))
    }

    @Test("a push makes the branch, a second one nothing, and a third after an amend is refused until it is forced")
    func push() async throws {
        let (sandbox, worktree, other) = try await remote()
        func push(forced: Bool = false) async throws -> PushOutcome {
            try await sandbox.git.push(worktree, branch: "run", to: "origin", isForced: forced)
        }
        #expect(try await sandbox.git.remote(of: "run", in: worktree) == "origin")
        #expect(try await push() == .pushed)
        #expect(try await push() == .upToDate)
        #expect(try await sandbox.git.branchStatus(worktree, target: "main").upstream == "origin/run")
        try await sandbox.plain("commit", "--quiet", "--amend", "--message", "amended", in: worktree)
        guard case .rejected(let words) = try await push() else {
            Issue.record("not refused")
            return
        }
        #expect(words.contains("non-fast-forward"), "\(words)")
        #expect(try await push(forced: true) == .pushed)

        // Somebody else has put something there meanwhile: not even force takes it away.
        try await sandbox.plain("fetch", "--quiet", in: other)
        try await sandbox.plain("checkout", "--quiet", "run", in: other)
        try await sandbox.commit("theirs", in: other)
        try await sandbox.plain("push", "--quiet", in: other)
        let theirs = try await sandbox.plain("rev-parse", "HEAD", in: other)
        try await sandbox.plain("commit", "--quiet", "--amend", "--message", "again", in: worktree)
        guard case .rejected(let stale) = try await push(forced: true) else {
            Issue.record("not refused")
            return
        }
        #expect(stale.contains("stale info"), "\(stale)")
        #expect(try await sandbox.plain("rev-parse", "run", in: sandbox.path("remote.git")) == theirs)
    }

    @Test("a commit that is named is what is put there, wherever the branch has gone on to, and is followed there")
    func named() async throws {
        let (sandbox, worktree, _) = try await remote()
        let reviewed = try await sandbox.plain("rev-parse", "run")
        try await sandbox.commit("nobody has seen this", in: worktree)
        let git = sandbox.git
        #expect(try await git.push(worktree, branch: "run", at: reviewed, to: "origin", isForced: false) == .pushed)
        #expect(try await sandbox.plain("rev-parse", "run", in: sandbox.path("remote.git")) == reviewed)
        let status = try await git.branchStatus(worktree, target: "main")
        #expect((status.upstream, status.remote) == ("origin/run", .init(ahead: 1, behind: 0)))
        #expect(try await git.push(worktree, branch: "run", at: reviewed, to: "origin", isForced: false) == .upToDate)
    }

    @Test("the remote's own words come with a refusal, and with one that is not there")
    func words() async throws {
        let (sandbox, worktree, _) = try await remote()
        try await sandbox.plain("config", "receive.denyCurrentBranch", "refuse", in: sandbox.repository)
        try await sandbox.plain("remote", "add", "self", sandbox.repository)
        try await sandbox.plain("branch", "side", in: worktree)
        try await sandbox.plain("checkout", "--quiet", "side", in: sandbox.repository)
        try await sandbox.plain("remote", "add", "nowhere", sandbox.path("nothing"))
        let failure = await #expect(throws: GitFailure.self) {
            try await sandbox.git.push(worktree, branch: "run", to: "nowhere", isForced: false)
        }
        #expect(failure?.words.contains("does not appear to be a git repository") == true)
        await #expect(throws: RepositoryError.remoteNotFound("none")) {
            try await sandbox.git.push(worktree, branch: "run", to: "none", isForced: false)
        }
        await #expect(throws: GitFailure.self) { try await sandbox.git.fetch(worktree, from: "nowhere") }
    }

    @Test("what others have put there is fetched, and pulled by going ahead or by a rebase")
    func pull() async throws {
        let (sandbox, worktree, other) = try await remote()
        let git = sandbox.git
        _ = try await git.push(worktree, branch: "run", to: "origin", isForced: false)
        try await sandbox.plain("fetch", "--quiet", in: other)
        try await sandbox.plain("checkout", "--quiet", "run", in: other)
        try sandbox.write("theirs", "x\n", in: other)
        let theirs = try await sandbox.commit("theirs", in: other)
        try await sandbox.plain("push", "--quiet", in: other)
        func pull(_ rebases: Bool = false) async throws -> PullOutcome {
            try await git.pull(worktree, branch: "run", from: "origin", rebases: rebases)
        }
        #expect(try await pull() == .upToDate)
        #expect(try await git.fetch(worktree, from: "origin") == ["run"])
        #expect(try await git.fetch(worktree, from: "origin") == [])
        #expect(try await pull() == .done(head: theirs))
        #expect(sandbox.exists("theirs", in: worktree))

        try sandbox.write("more", "x\n", in: other)
        try await sandbox.commit("more", in: other)
        try await sandbox.plain("push", "--quiet", in: other)
        try sandbox.write("new", "2\n", in: worktree)
        try await sandbox.commit("mine", in: worktree)
        _ = try await git.fetch(worktree, from: "origin")
        #expect(try await pull() == .diverged(ahead: 1, behind: 1))
        guard case .done = try await pull(true) else {
            Issue.record("not done over")
            return
        }
        #expect(try await sandbox.plain("log", "--format=%s", "-2", in: worktree) == "mine\nmore")
    }

    @Test("what a pull brings does not take the place of an ignored file", arguments: [true, false])
    func ignored(rebases: Bool) async throws {
        let (sandbox, worktree, other) = try await remote()
        let git = sandbox.git
        _ = try await git.push(worktree, branch: "run", to: "origin", isForced: false)
        try await sandbox.plain("fetch", "--quiet", in: other)
        try await sandbox.plain("checkout", "--quiet", "run", in: other)
        try sandbox.write(".env", "theirs\n", in: other)
        try await sandbox.commit("theirs", in: other)
        try await sandbox.plain("push", "--quiet", in: other)
        if rebases { try await sandbox.commit("mine", in: worktree) }
        try sandbox.write("repository/.git/info/exclude", ".env\n", in: sandbox.root)
        try sandbox.write(".env", "precious\n", in: worktree)
        _ = try await git.fetch(worktree, from: "origin")
        await #expect(throws: RepositoryError.filesInTheWay([".env"])) {
            try await git.pull(worktree, branch: "run", from: "origin", rebases: rebases)
        }
        #expect(try sandbox.read(".env", in: worktree) == "precious\n")
    }

    @Test(
        "a way to a remote that only the repository says is not gone",
        arguments: [
            "http.proxy", "http.https://github.com.proxy", "http.sslverify", "http.curloptresolve", "http.sslcainfo",
            "http.sslcapath", "http.savecookies", "remote.origin.proxy", "core.gitproxy", "core.askpass",
            "credential.https://github.com.helper", "remote.origin.vcs", "lfs.customtransfer.x.path",
            "lfs.standalonetransferagent",
        ])
    func ways(key: String) async throws {
        let (sandbox, worktree, _) = try await remote()
        try await sandbox.plain("config", key, "x")
        await #expect(throws: RepositoryError.remoteNotTrusted(keys: [key])) {
            try await sandbox.git.fetch(worktree, from: "origin")
        }
        // The user's own may say so.
        try await sandbox.plain("config", "--unset", key)
        try await sandbox.plain("config", "--global", "http.proxy", "http://proxy.example.org")
        #expect(try await sandbox.git.fetch(worktree, from: "origin") == [])
    }

    @Test("no program says which commits are in another object store, or signs, or reads signatures, or plays LFS")
    func signatures() async throws {
        let (sandbox, worktree, other) = try await remote()
        let git = sandbox.git
        _ = try await git.push(worktree, branch: "run", to: "origin", isForced: false)
        try await sandbox.plain("fetch", "--quiet", in: other)
        try await sandbox.plain("checkout", "--quiet", "run", in: other)
        try await sandbox.commit("theirs", in: other)
        try await sandbox.plain("push", "--quiet", in: other)

        let mark = sandbox.path("mark")
        let program = try sandbox.script("evil", "echo \"$0 $*\" >> '\(mark)'; exit 1")
        let objects = other + "/.git/objects"
        for folder in ["repository/.git", "remote.git"] {
            try sandbox.write(folder + "/objects/info/alternates", objects + "\n", in: sandbox.root)
            try await sandbox.plain("config", "core.alternateRefsCommand", program, in: sandbox.path(folder))
        }
        for (key, value) in [
            ("merge.verifySignatures", "true"), ("push.gpgSign", "if-asked"), ("gpg.program", program),
            ("gpg.openpgp.program", program), ("gpg.ssh.program", program), ("gpg.ssh.defaultKeyCommand", program),
            ("branch.run.mergeOptions", "--verify-signatures --squash"), ("alias.lfs", "!" + program),
        ] { try await sandbox.plain("config", key, value) }
        try await sandbox.plain("config", "receive.certNonceSeed", "seed", in: sandbox.path("remote.git"))

        _ = try await git.fetch(worktree, from: "origin")
        guard case .done = try await git.pull(worktree, branch: "run", from: "origin", rebases: false) else {
            Issue.record("not pulled")
            return
        }
        #expect(
            try await sandbox.plain("rev-parse", "HEAD", in: worktree)
                == sandbox.plain("rev-parse", "origin/run", in: worktree))
        try await sandbox.commit("more", in: worktree)
        #expect(try await git.push(worktree, branch: "run", to: "origin", isForced: false) == .pushed)
        try sandbox.write(".gitattributes", "*.bin filter=lfs\n", in: worktree)
        try sandbox.write("a.bin", "x\n", in: worktree)
        try await sandbox.commit("large", in: worktree)
        // Where LFS is installed it finds no place to bring the contents to.
        await #expect(throws: (any Error).self) {
            try await git.push(worktree, branch: "run", to: "origin", isForced: false)
        }
        #expect(!Paths.exists(mark), "\((try? sandbox.read("mark", in: sandbox.root)) ?? "")")
        try await sandbox.plain("fetch", "--quiet", "origin", in: worktree)
        #expect(Paths.exists(mark), "the trap works")
    }

    @Test("programs that only the repository names do not run on the way, and credentials by one are refused")
    func hostile() async throws {
        let (sandbox, worktree, _) = try await remote()
        let mark = sandbox.path("mark")
        let program = try sandbox.script("evil", "echo \"$0 $*\" >> '\(mark)'; exit 1")
        for hook in ["pre-push", "reference-transaction"] {
            _ = try sandbox.script("repository/.git/hooks/" + hook, "exec '\(program)' \(hook)")
        }
        for hook in ["pre-receive", "update", "post-receive", "post-update", "reference-transaction"] {
            _ = try sandbox.script("remote.git/hooks/" + hook, "exec '\(program)' \(hook)")
        }
        for key in ["core.sshCommand", "remote.origin.receivepack", "remote.origin.uploadpack"] {
            try await sandbox.plain("config", key, program)
        }
        #expect(try await sandbox.git.push(worktree, branch: "run", to: "origin", isForced: false) == .pushed)
        #expect(try await sandbox.git.fetch(worktree, from: "origin") == [])
        try await sandbox.plain("remote", "add", "far", "ext::\(program)")
        await #expect(throws: GitFailure.self) { try await sandbox.git.fetch(worktree, from: "far") }
        #expect(!Paths.exists(mark))
        try await sandbox.plain("config", "credential.helper", "!" + program)
        await #expect(throws: RepositoryError.remoteNotTrusted(keys: ["credential.helper"])) {
            try await sandbox.git.push(worktree, branch: "run", to: "origin", isForced: false)
        }
        #expect(!Paths.exists(mark))
    }

    @Test(
        "a remote that trickles keeps nobody from a status, only other transfers and gh (gitTransfersMax)",
        .timeLimit(.minutes(1)))
    func transfers() async throws {
        let (sandbox, worktree, _) = try await remote()
        let (hung, go) = (sandbox.path("hung"), sandbox.path("go"))
        var settings = sandbox.settings
        (settings.concurrentProcessesMax, settings.concurrentTransfersMax) = (1, 1)
        settings.executable = try sandbox.script(
            "trickling",
            """
            case " $* " in *" fetch "*) touch '\(hung)'; while [ ! -e '\(go)' ]; do sleep 0.01; done;; esac
            exec git "$@"
            """)
        let git = Git(settings: settings, time: FrozenTime())
        let gh = try sandbox.script("gh", "[ -e '\(go)' ] && echo '[]'")
        let gitHub = GitHub(beside: git, executable: gh)
        let repository = try #require(HostedRepository(address: "git@github.com:acme/site.git"))
        async let first = git.fetch(worktree, from: "origin")
        while !Paths.exists(hung) { await Task.yield() }
        #expect(try await git.status(worktree) == .clean)
        async let second = git.fetch(worktree, from: "origin")
        async let list = gitHub.list(of: "run", in: repository)
        while git.transfers.waitingCount < 2 { await Task.yield() }
        try sandbox.write("go", "", in: sandbox.root)
        _ = try await (first, second, list)
    }

    @Test(
        "addresses of this machine are told from others",
        arguments: [
            ("/srv/x.git", true), ("../x", true), ("file:///x", true), ("a/b:c", true), ("host:x.git", false),
            ("git@host:a/b", false), ("https://host/x", false), ("ssh://host/x", false),
        ])
    func addresses(url: String, isHere: Bool) { #expect(RemoteAddress.isOnThisMachine(url) == isHere) }
}
