import Engine
import Foundation
import Journal
import Model
import Repository
import RoostTesting
import Testing

@Suite("Projects that are cloned")
struct CloneTests {
    /// A workshop, and a repository of somebody else in its roots.
    private func begin(after earlier: Workshop? = nil, gitProgram: String = "git") async throws -> Workshop {
        try await Workshop(after: earlier, gitProgram: gitProgram)
    }

    private func origin(_ shop: Workshop) async throws -> String {
        _ = try await shop.engine.git.initialise(shop.repository)
        return "file://" + shop.repository
    }

    private func create(_ address: String, _ shop: Workshop) async throws -> Project {
        try await shop.engine.createProject(CreateProject(repositoryUrl: address), by: Workshop.by).value
    }

    @discardableResult
    private func wait(_ id: Project.ID, _ status: Project.Status, _ shop: Workshop) async throws -> Project {
        try await shop.wait("\(status)") { try await shop.project(id).status == status }
        return try await shop.project(id)
    }

    private func over(_ id: Job.ID, _ shop: Workshop) async throws -> Job {
        try await shop.wait("over") { try await shop.journal.read { try $0.required(id).status.isOver } }
        return try await shop.journal.read { try $0.required(id) }
    }

    @Test("a clone is a job whose end makes the project ready; a run works in it")
    func whole() async throws {
        let shop = try await begin()
        let made = try await create(try await origin(shop), shop)
        #expect(made.status == .pending && made.name == "repository")
        let job = try await over(try #require(made.jobId), shop)
        #expect(job.kind == .clone && job.status == .done, "\(String(describing: job.error))")
        let ready = try await wait(made.id, .ready, shop)
        #expect(ready.jobId == nil && ready.defaultBranch == "main" && ready.path.contains("/clones/"))
        let log = try await shop.journal.read { try $0.log(of: job.id, limit: 100) }.map(\.text)
        #expect(log.contains { $0.hasPrefix("Cloning into") } && log.first?.hasPrefix("from file://") == true)
        let run = try await shop.command("sh", "-c", "echo x > made", in: ready)
        #expect(try await shop.wait(for: run.id).diff?.filesChanged == 1)
        for wrong in [CreateProject(), CreateProject(path: "/x", repositoryUrl: "https://h/x")] {
            let error = await Result.of { try await shop.engine.createProject(wrong, by: Workshop.by) }.hubError
            #expect(error?.code == .validationFailed)
        }
        await shop.close()
    }

    @Test("git's words are the project's error; then, and then alone, it is cloned again")
    func failed() async throws {
        let shop = try await begin()
        let made = try await create("file://" + shop.repository, shop)
        let failed = try await wait(made.id, .error, shop)
        #expect(failed.error?.contains("does not exist") == true || failed.error?.contains("does not appear") == true)
        #expect(failed.jobId == nil)
        let run = await Result.of { try await shop.command("true", in: failed) }.hubError
        #expect(run?.code == .projectNotReady && run?.members["currentStatus"] == "error")
        _ = try await origin(shop)
        let job = try await shop.engine.recloneProject(made.id, by: Workshop.by).value
        #expect(try await over(job.id, shop).status == .done)
        #expect(try await shop.project(made.id).status == .ready)
        let again = await Result.of { try await shop.engine.recloneProject(made.id, by: Workshop.by) }.hubError
        #expect(again?.code == .illegalTransition && again?.members["currentStatus"] == "ready")
        // What is there of a clone is used: work on branches of its own is nowhere else.
        let path = try await shop.project(made.id).path
        _ = try await shop.engine.git.snapshot(path, scope: "x", name: "y", kind: .manual, note: "kept")
        _ = try await shop.engine.archiveProject(made.id, by: Workshop.by)
        _ = try await over(try await shop.engine.recloneProject(made.id, by: Workshop.by).value.id, shop)
        #expect(try await shop.engine.git.snapshots(path, scope: "x").count == 1)
        #expect(try await shop.project(made.id).status == .ready)
        await shop.close()
    }

    @Test("one that is cancelled ends as an error and leaves nothing; a hub that comes after another goes on")
    func interrupted() async throws {
        let first = try await begin()
        let address = try await origin(first)
        await first.close()
        // git hangs in a clone, and only there.
        let script = "#!/bin/sh\nfor word; do [ \"$word\" = clone ] && exec sleep 600; done\nexec git \"$@\"\n"
        let program = try Workshop.install(script, as: "slow-git", in: first.folder.file("programs"))
        let slow = try await begin(after: first, gitProgram: program)
        let cancelled = try await create(address, slow)
        try await wait(cancelled.id, .cloning, slow)
        _ = try await slow.engine.cancelJob(try #require(cancelled.jobId), by: Workshop.by)
        #expect(try await wait(cancelled.id, .error, slow).error == "it was cancelled")
        let left = try await create(address, slow)
        try await wait(left.id, .cloning, slow)
        await slow.close()
        let half = URL(fileURLWithPath: left.path).path + ".job" + Git.partSuffix
        try FileManager.default.createDirectory(atPath: half, withIntermediateDirectories: true)
        let second = try await begin(after: first)
        try await wait(left.id, .ready, second)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: URL(fileURLWithPath: left.path).deletingLastPathComponent().path)
        #expect(names == [left.id.rawValue])
        #expect(try await second.project(cancelled.id).status == .error)
        await second.close()
    }

    @Test("a pull brings what is new, says why it does not, and touches nothing that is not committed")
    func pull() async throws {
        let shop = try await begin()
        let address = try await origin(shop)
        let project = try await create(address, shop)
        let path = try await wait(project.id, .ready, shop).path
        func pull() async throws -> Job {
            try await over(try await shop.engine.pullProject(project.id, by: Workshop.by).value.id, shop)
        }
        #expect(try await pull().result?["commits"] == 0)
        _ = try await shop.git(
            "-c", "user.name=a", "-c", "user.email=b", "commit", "--quiet", "--allow-empty", "-m", "x")
        try Data("mine\n".utf8).write(to: URL(fileURLWithPath: path + "/mine"))
        let busy = try await pull()
        #expect(busy.error?.detail.contains("mine") == true)
        try FileManager.default.removeItem(atPath: path + "/mine")
        #expect(try await pull().result?["commits"] == 1)
        #expect(try await shop.engine.git.headCommit(path) == shop.git("rev-parse", "HEAD").dropLast().description)
        await shop.close()
    }

    @Test("a folder outside the roots is no address, nor is one that links there")
    func roots() async throws {
        let shop = try await begin()
        try FileManager.default.createSymbolicLink(atPath: shop.folder.file("link"), withDestinationPath: "/etc")
        for address in ["/etc", "file:///etc", shop.folder.file("link"), shop.folder.file("data")] {
            let error = await Result.of { try await create(address, shop) }.hubError
            #expect(error?.code == .pathForbidden, "\(address)")
        }
        let error = await Result.of { try await create("https://a:b@h/x", shop) }.hubError
        #expect(error?.code == .validationFailed)
        await shop.close()
    }
}

extension Workshop {
    fileprivate func project(_ id: Project.ID) async throws -> Project {
        try await journal.read { try $0.required(id) }
    }
}
