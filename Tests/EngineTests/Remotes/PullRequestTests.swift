import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Runs' pull requests")
struct PullRequestTests {
    /// gh as it is played: `create` makes number 7 and notes its words, `view` and `list` say what the file `state` says of it.
    private static let standIn = """
        #!/bin/sh
        folder=$(dirname "$0")
        for word in "$@"; do printf '%s|' "$word"; done >> "$folder/calls"
        echo >> "$folder/calls"
        if [ -e "$folder/broken" ]; then echo "HTTP 502: Bad Gateway" >&2; exit 1; fi
        state=$(cat "$folder/state" 2> /dev/null)
        one="{\\"number\\":7,\\"url\\":\\"https://github.com/acme/site/pull/7\\",\\"title\\":\\"A title\\",\\"isDraft\\":false,\\"baseRefName\\":\\"main\\",\\"state\\":\\"$state\\",\\"mergeCommit\\":null}"
        case "$2" in
        create) echo OPEN > "$folder/state"; echo https://github.com/acme/site/pull/7;;
        view) echo "$one";;
        list) if [ -n "$state" ]; then echo "[$one]"; else echo "[]"; fi;;
        esac
        """

    private func ended() async throws -> (shop: Workshop, run: Run, folder: String) {
        let shop = try await Workshop(gitHubScript: Self.standIn)
        let folder = shop.folder.file("gh")
        let project = try await shop.project()
        let bare = shop.folder.file("bare.git")
        _ = try await shop.git("clone", "--quiet", "--bare", ".", bare)
        _ = try await shop.git("remote", "add", "origin", "https://github.com/acme/site.git")
        _ = try await shop.git("config", "remote.origin.pushurl", bare)
        _ = try await shop.engine.updatePolicy(of: project.id, UpdatePolicy(autoGitPush: true), by: Workshop.by)
        let card = try await shop.card("A title", in: project)
        let run = try await shop.command("sh", "-c", "echo one >> note.txt", in: project, card: card)
        return (shop, try await shop.wait(for: run.id), folder)
    }

    private func say(_ state: String, in folder: String) throws {
        try Data((state + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/state"))
    }

    private func calls(_ folder: String) throws -> [String] {
        try String(contentsOfFile: folder + "/calls", encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test("one is made of a pushed branch; when it is merged, its card is done and its worktree goes")
    func merged() async throws {
        let (shop, run, folder) = try await ended()
        let made = try await shop.engine.createPullRequest(of: run.id, CreatePullRequest(), by: Workshop.by).value
        #expect(made.merge == .prOpen && made.pullRequest?.number == 7)
        #expect(
            try calls(folder).contains {
                $0.hasPrefix("pr|create|--repo|acme/site|--head|\(run.branch ?? "")|--base|main|--title|A title|")
            })
        #expect(try await shop.git("ls-remote", shop.folder.file("bare.git"), run.branch ?? "").count > 40)
        let renamed = await Result.of { try await shop.engine.renameBranch(of: run.id, to: "x", by: Workshop.by) }
        #expect(renamed.hubError?.code == .illegalTransition)
        // Again: what is open is taken.
        let count = try calls(folder).count { $0.hasPrefix("pr|create") }
        _ = try await shop.engine.createPullRequest(of: run.id, CreatePullRequest(), by: Workshop.by)
        #expect(try calls(folder).count { $0.hasPrefix("pr|create") } == count)

        try say("MERGED", in: folder)
        try await shop.wait("told as merged") {
            shop.clock.manual.advance(by: .seconds(60))
            return try await shop.run(run.id).merge == .prMerged
        }
        let card = try #require(run.cardId)
        try await shop.wait("its card is done") {
            try await shop.journal.read { try $0.required(card).status == .done }
        }
        try await shop.wait("its worktree goes") { try await shop.run(run.id).worktreePath == nil }
        #expect(try await shop.git("branch", "--list", run.branch ?? "").contains("roost/"), "the branch stays")
        let again = await Result.of {
            try await shop.engine.createPullRequest(of: run.id, CreatePullRequest(), by: Workshop.by)
        }
        #expect(again.hubError?.code == .illegalTransition)

        // What is done afterwards is other work, which can land.
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "more"), by: Workshop.by)
        let more = try await shop.wait(for: run.id, "completed") { $0.status == .completed }
        #expect(more.merge == .none && more.pullRequest == nil && more.diff?.filesChanged == 1)
        let process = try #require(try await shop.journal.read { try $0.processes(of: run.id) }.last)
        #expect(process.beforeCommit == run.headCommit)
        _ = try await shop.engine.merge(run.id, MergeRun(), by: Workshop.principal)
        #expect(try await shop.git("show", "main:note.txt") == "one\none\n")
        await shop.close()
    }

    @Test("a look that began before another one was attached says nothing of that one, which is looked after")
    func lateLook() async throws {
        let (shop, run, folder) = try await ended()
        _ = try await shop.engine.createPullRequest(of: run.id, CreatePullRequest(), by: Workshop.by)
        // The look at number 7 is answered that it is closed, once number 8 has been attached.
        let late = """
            #!/bin/sh
            folder=$(dirname "$0")
            one() {
                echo "{\\"number\\":$1,\\"url\\":\\"https://github.com/acme/site/pull/$1\\",\\"title\\":\\"A title\\",\\"isDraft\\":false,\\"baseRefName\\":\\"main\\",\\"state\\":\\"$2\\",\\"mergeCommit\\":null}"
            }
            case "$2 $3" in
            "view 7") : > "$folder/looking"; while ! [ -e "$folder/attached" ]; do sleep 0.02; done; one 7 CLOSED;;
            view*) one 8 MERGED;;
            list*) echo "[$(one 8 OPEN)]";;
            esac
            """
        _ = try Workshop.install(late, as: "gh", in: folder)
        try await shop.wait("it is looked at") {
            shop.clock.manual.advance(by: .seconds(60))
            return FileManager.default.fileExists(atPath: folder + "/looking")
        }
        let attached = try await shop.engine.attachPullRequest(of: run.id, remote: nil, by: Workshop.principal).value
        #expect(attached.pullRequest?.number == 8)
        let project = run.projectId
        try Data().write(to: URL(fileURLWithPath: folder + "/attached"))
        try await shop.wait("the other one is merged") {
            shop.clock.manual.advance(by: .seconds(60))
            return try await shop.run(run.id).merge == .prMerged
        }
        let told = try await shop.journal.events(
            in: .project(project), after: 0, filter: EventFilter(types: ["pr.updated"]), limit: 10,
            byteCountMax: 1 << 20)
        guard case .page(let events, _, _) = told else {
            Issue.record("no page")
            return
        }
        #expect(events.map { String(decoding: $0.payload, as: UTF8.self).contains(#""number":8"#) } == [true, true])
        await shop.close()
    }

    @Test("one that is there is attached, looked after at a bounded pace, and told when it is closed")
    func attached() async throws {
        let (shop, run, folder) = try await ended()
        let none = await Result.of {
            try await shop.engine.attachPullRequest(of: run.id, remote: nil, by: Workshop.principal)
        }
        #expect(none.hubError?.code == .pullRequestNotFound)
        try say("OPEN", in: folder)
        let attached = try await shop.engine.attachPullRequest(of: run.id, remote: nil, by: Workshop.principal).value
        #expect(attached.merge == .prOpen)
        try Data().write(to: URL(fileURLWithPath: folder + "/broken"))
        let before = try calls(folder).count
        try await shop.wait("a look fails") {
            shop.clock.manual.advance(by: .seconds(60))
            return try calls(folder).count > before
        }
        #expect(try await shop.run(run.id).merge == .prOpen, "a host that is away has closed nothing")
        try FileManager.default.removeItem(atPath: folder + "/broken")
        try say("CLOSED", in: folder)
        try await shop.wait("told as closed") {
            shop.clock.manual.advance(by: .seconds(60))
            return try await shop.run(run.id).merge == .prClosed
        }
        #expect(try await shop.run(run.id).worktreePath != nil)
        await shop.close()
    }

    @Test("without gh, a login, or a repository of a host, the error says so; a host that refuses has its words told")
    func refused() async throws {
        let (shop, run, folder) = try await ended()
        func create() async -> HubError? {
            await Result.of {
                try await shop.engine.createPullRequest(of: run.id, CreatePullRequest(), by: Workshop.by)
            }
            .hubError
        }
        try Data().write(to: URL(fileURLWithPath: folder + "/broken"))
        let bad = await create()
        #expect(bad?.code == .pullRequestFailed && bad?.detail.contains("502") == true)
        _ = try await shop.git("config", "remote.origin.url", shop.folder.file("bare.git"))
        #expect(await create()?.code == .pullRequestsUnavailable)
        _ = try await shop.git("config", "remote.origin.url", "https://github.com/acme/site.git")
        try FileManager.default.removeItem(atPath: folder + "/gh")
        #expect(await create()?.code == .pullRequestsUnavailable)
        _ = try await shop.engine.updatePolicy(of: run.projectId, UpdatePolicy(autoGitPush: false), by: Workshop.by)
        #expect(await create()?.code == .deniedByPolicy)
        await shop.close()
    }
}
