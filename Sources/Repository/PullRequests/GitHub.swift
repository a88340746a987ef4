import Foundation
package import Model

/// GitHub's own command line, `gh`. It is run outside of every repository and told which one is meant, so that nothing that a
/// repository's configuration names runs for it.
package struct GitHub: Sendable {
    struct Settings: Sendable {
        let executable: String
        /// The hub's environment. gh sees of it only what it needs.
        let environment: [String: String]
        /// An existing folder for what lives as long as one call.
        let scratchFolder: String
        /// 60 s: gh itself waits for nobody; a host that takes longer is not well.
        var secondsMax = 60
    }

    let settings: Settings
    let time: any TimeSource
    private let transfers: Gate
    private var token: HostToken?

    /// - Parameter executable: an absolute path, or a name that is looked up in the hub's own PATH.
    package init(beside git: Git, executable: String) {
        settings = Settings(
            executable: executable, environment: git.settings.environment, scratchFolder: git.settings.scratchFolder)
        (time, transfers) = (git.time, git.transfers)
    }

    /// The same, logged in by a token instead of as whoever the hub runs as.
    package func showing(_ token: HostToken?) -> GitHub {
        var copy = self
        copy.token = token
        return copy
    }

    /// Makes one. The branch is at the host already.
    package func create(
        in repository: HostedRepository, branch: String, base: String, title: String, body: String, isDraft: Bool
    ) async throws -> PullRequest {
        let said = try await Scratch.with(in: settings.scratchFolder) { scratch in
            let file = scratch.path + "/body"
            try Paths.write(Array(body.utf8), to: file)
            return try await run(
                ["create", "--repo", repository.slug, "--head", branch, "--base", base]
                    + ["--title", title, "--body-file", file] + (isDraft ? ["--draft"] : []))
        }
        // The last line is its address.
        guard let url = said.split(whereSeparator: \.isNewline).last(where: { $0.hasPrefix("https://") }) else {
            throw PullRequestFailure.unreadable
        }
        return try await view(String(url), in: repository)
    }

    /// - Parameter name: its number or its address.
    package func view(_ name: String, in repository: HostedRepository) async throws -> PullRequest {
        let said = try await run(["view", name, "--repo", repository.slug, "--json", Answer.fields])
        return try Self.read(Answer.self, said).pullRequest
    }

    /// Those of a branch, open or not, the newest first.
    package func list(of branch: String, in repository: HostedRepository) async throws -> [PullRequest] {
        let said = try await run([
            "list", "--repo", repository.slug, "--head", branch, "--state", "all", "--limit", "30", "--json",
            Answer.fields,
        ])
        return try Self.read([Answer].self, said).map { try $0.pullRequest }
    }

    /// What `gh pr view --json` says (https://cli.github.com/manual/gh_pr_view).
    private struct Answer: Decodable {
        static let fields = "number,url,title,state,isDraft,baseRefName,mergeCommit"

        struct Commit: Decodable {
            let oid: String
        }

        let number: Int
        let url: String
        let title: String
        let state: String
        let isDraft: Bool
        let baseRefName: String
        let mergeCommit: Commit?

        var pullRequest: PullRequest {
            get throws {
                guard let state = PullRequest.State(rawValue: state.lowercased()) else {
                    throw PullRequestFailure.unreadable
                }
                return PullRequest(
                    number: number, url: url, title: title, state: state, isDraft: isDraft, baseBranch: baseRefName,
                    mergeCommit: mergeCommit?.oid)
            }
        }
    }

    private static func read<Value: Decodable>(_: Value.Type, _ text: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw PullRequestFailure.unreadable
        }
    }

    /// 1 MiB: a list of 30 with their titles is some 20 KB.
    private static let outputByteCountMax = 1 << 20
    private static let notLoggedInCode: Int32 = 4

    private func run(_ arguments: [String]) async throws -> String {
        try await transfers.withPlace { try await runInPlace(arguments) }
    }

    private func runInPlace(_ arguments: [String]) async throws -> String {
        let launch = Launch(executable: settings.executable, arguments: ["pr"] + arguments, environment: environment)
        let (time, seconds) = (time, settings.secondsMax)
        let report = try await withThrowingTaskGroup(of: Supervision<BoundedOutput>.Report?.self) { group in
            group.addTask {
                do {
                    return try await Supervision.run(
                        launch, into: BoundedOutput(byteCountMax: Self.outputByteCountMax), grace: .seconds(1))
                } catch is SystemError {
                    throw PullRequestFailure.notInstalled(launch.executable)
                }
            }
            group.addTask {
                try await time.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let report = first else {
                throw PullRequestFailure.timedOut(seconds: seconds)
            }
            return report
        }
        if report.wasStopped { throw CancellationError() }
        let said = String(decoding: report.errors, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let words = token?.redact(said) ?? said
        switch report.end {
        case .exited(0) where !report.sinkIsFull: return String(decoding: report.sink.bytes, as: UTF8.self)
        case .exited(Self.notLoggedInCode): throw PullRequestFailure.notLoggedIn(words: words)
        case .exited(let code): throw PullRequestFailure.failed(words: words.isEmpty ? "exit code \(code)" : words)
        case .signalled(let number): throw PullRequestFailure.failed(words: "ended by signal \(number)")
        }
    }

    private static let environmentKeys: Set<String> = GitSettings.environmentKeysKept.union(
        RemoteAddress.environmentKeys
    ).union(["GH_CONFIG_DIR", "GH_HOST", "GH_TOKEN", "GH_ENTERPRISE_TOKEN", "XDG_STATE_HOME", "XDG_DATA_HOME"])

    private var environment: [String: String] {
        var all = settings.environment.filter { Self.environmentKeys.contains($0.key) }
        all.merge(GitCommand.environmentAlways.filter { $0.key != "GIT_ALLOW_PROTOCOL" }) { $1 }
        all.merge(["GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"]) { $1 }
        // Where it looks for a repository: there is none.
        all["GIT_DIR"] = settings.scratchFolder
        if let token { all["GH_TOKEN"] = token.value }
        return all
    }
}
