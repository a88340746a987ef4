import Testing

@testable import Repository

/// Everything that a repository can have git run, set to a program that leaves a mark.
@Suite("A repository that would run programs")
struct HostileTests {
    private func hostile() async throws -> (sandbox: Sandbox, worktree: String) {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitattributes", "*.txt diff=evil merge=evil\n")
        try sandbox.write("a.txt", "one\n")
        try await sandbox.commit("attributes")
        let worktree = try await sandbox.worktree("run")
        let program = try sandbox.script("evil", "echo \"$0 $*\" >> '\(sandbox.path("mark"))'\nexit 0")
        let hooks = [
            "post-checkout", "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-merge",
            "pre-merge-commit", "post-index-change", "reference-transaction", "post-rewrite", "pre-auto-gc",
        ]
        for hook in hooks { _ = try sandbox.script("repository/.git/hooks/" + hook, "exec '\(program)' \(hook)") }
        let settings = [
            "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "diff.external",
            "diff.evil.textconv", "diff.evil.command", "merge.evil.driver", "merge.a=b.driver", "gpg.program",
        ]
        for key in settings { try await sandbox.plain("config", key, program) }
        for key in ["commit.gpgSign", "log.showSignature"] { try await sandbox.plain("config", key, "true") }
        return (sandbox, worktree)
    }

    @Test("no verb of ours runs any of them, while plain git does")
    func verbs() async throws {
        let (sandbox, worktree) = try await hostile()
        let (git, repository) = (sandbox.git, sandbox.repository)
        _ = try await git.inspect(repository)
        let base = try await git.addWorktree(repository, path: sandbox.path("two"), branch: "two", from: "main")
        try sandbox.write("a.txt", "two\n", in: worktree)
        _ = try await git.status(worktree)
        _ = try await git.diff(worktree: worktree, against: base)
        _ = try await git.commitAll(worktree, message: "work")
        _ = try await git.diff(repository, from: "main", to: "run")
        _ = try await git.commits(repository, of: "run", since: "main")
        try sandbox.write("b", "main\n")
        _ = try await git.commitAll(repository, message: "main")
        guard
            case .merged = try await git.merge(
                repository, branch: "run", into: "main", strategy: .merge, message: "merge")
        else {
            Issue.record("not merged")
            return
        }
        try sandbox.write("a.txt", "three\n", in: sandbox.path("two"))
        _ = try await git.saveWork(sandbox.path("two"), message: "saved")
        guard
            case .conflict = try await git.merge(
                repository, branch: "two", into: "main", strategy: .merge, message: "merge")
        else {
            Issue.record("its merge driver said that there was no conflict")
            return
        }
        try await git.removeWorktree(
            repository, path: sandbox.path("two"), scope: "run", name: "one", takesChanges: false)
        if sandbox.exists("mark", in: sandbox.root) {
            Issue.record("it ran \(try sandbox.read("mark", in: sandbox.root))")
        }
        try await sandbox.plain("status")
        #expect(sandbox.exists("mark", in: sandbox.root), "the trap works")
    }

    @Test("a filter that only the repository vouches for fails, with its name, and one that is trusted runs")
    func filters() async throws {
        let sandbox = try await Sandbox()
        let mark = sandbox.path("mark")
        try sandbox.write(".gitattributes", "*.key filter=se=cret\n")
        try sandbox.write("a.key", "clear\n")
        for variable in ["clean", "smudge"] {
            try await sandbox.plain("config", "filter.se=cret.\(variable)", "touch '\(mark)'; tr a-z A-Z")
        }
        let failure = await #expect(throws: GitFailure.self) {
            try await sandbox.git.commitAll(sandbox.repository, message: "in the clear")
        }
        #expect(failure?.words.contains("filter 'se=cret' failed") == true)
        #expect(!Paths.exists(mark))

        var settings = sandbox.settings
        settings.trustedFilters = ["se=cret"]
        let trusting = Git(settings: settings, time: FrozenTime())
        #expect(try await trusting.commitAll(sandbox.repository, message: "encrypted") != nil)
        #expect(try await sandbox.plain("cat-file", "blob", "HEAD:a.key") == "CLEAR")
    }

    @Test(
        "programs by which LFS would change contents, or git would sign, give way where only the repository names them")
    func overrides() async throws {
        let sandbox = try await Sandbox()
        for key in ["lfs.extension.x.clean", "lfs.extension.x.smudge", "gpg.program", "gpg.ssh.defaultkeycommand"] {
            try await sandbox.plain("config", key, "evil")
            #expect(try await sandbox.git.place(sandbox.repository).configuration[key] == "false", "\(key)")
        }
        try await sandbox.plain("config", "--unset", "gpg.program")
        try await sandbox.plain("config", "--global", "gpg.program", "mine")
        #expect(try await sandbox.git.place(sandbox.repository).configuration["gpg.program"] == nil)
    }

    @Test("a repository that lacks objects has nothing fetched by a program of its choice")
    func lazyFetch() async throws {
        let sandbox = try await Sandbox()
        let program = try sandbox.script("evil", "touch '\(sandbox.path("mark"))'")
        let blob = try await sandbox.plain("rev-parse", "main:readme")
        try sandbox.remove(".git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
        for (key, value) in [
            ("core.repositoryFormatVersion", "1"), ("extensions.partialClone", "origin"),
            ("remote.origin.promisor", "true"), ("remote.origin.url", sandbox.repository),
            ("remote.origin.uploadPack", program), ("protocol.file.allow", "always"),
        ] { try await sandbox.plain("config", key, value) }
        await #expect(throws: GitFailure.self) {
            try await sandbox.git.addWorktree(
                sandbox.repository, path: sandbox.path("run"), branch: "run", from: "main")
        }
        #expect(!sandbox.exists("mark", in: sandbox.root))
        try await sandbox.plain("cat-file", "blob", blob, accepting: [128])
        #expect(sandbox.exists("mark", in: sandbox.root), "the trap works")
    }

    @Test("a submodule's own configuration runs nothing either")
    func submodule() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.plain("clone", "--quiet", sandbox.repository, sandbox.path("library"), in: sandbox.root)
        try await sandbox.plain("submodule", "--quiet", "add", sandbox.path("library"), "library")
        try await sandbox.commit("submodule")
        let library = sandbox.repository + "/library"
        let program = try sandbox.script("evil", "touch '\(sandbox.path("mark"))'")
        try await sandbox.plain("config", "core.fsmonitor", program, in: library)
        try await sandbox.plain("config", "filter.evil.clean", program, in: library)
        try sandbox.write(".gitattributes", "* filter=evil\n", in: library)
        try sandbox.write("readme", "changed\n", in: library)

        _ = try await sandbox.git.status(sandbox.repository)
        _ = try await sandbox.git.diff(worktree: sandbox.repository, against: "main")
        _ = try await sandbox.git.saveWork(sandbox.repository, message: "saved")
        #expect(!sandbox.exists("mark", in: sandbox.root))
        try await sandbox.plain("status")
        #expect(sandbox.exists("mark", in: sandbox.root), "the trap works")
    }

    @Test("git sees nothing of the hub's environment but what it needs")
    func environment() throws {
        var settings = GitSettings(
            environment: ["PATH": "/bin", "TOKEN": "secret", "GIT_DIR": "/x"], scratchFolder: "/")
        settings.executable = "git"
        let launch = GitCommand(arguments: ["status"], folder: "/").launch(with: settings)
        #expect(launch.environment["PATH"] == "/bin")
        #expect(launch.environment["TOKEN"] == nil && launch.environment["GIT_DIR"] == nil)
        #expect(launch.environment["GIT_OPTIONAL_LOCKS"] == "0" && launch.environment["GIT_TERMINAL_PROMPT"] == "0")
        #expect(launch.arguments == ["--no-pager", "-C", "/", "status"])
    }
}
