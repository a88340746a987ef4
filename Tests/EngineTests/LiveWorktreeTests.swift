import Foundation
import Journal
import Model
import Repository
import RoostTesting
import Synchronization
import Testing

@testable import Engine

@Suite("Worktrees that are kept live", .timeLimit(.minutes(5)))
struct LiveWorktreeTests {
    private struct Told<Value: Decodable>: Decodable { let data: Value }

    /// A run whose agent stays, its worktree, and what is told of it.
    private struct Scene {
        let shop: Workshop
        let run: Run
        let worktree: String

        init(
            _ watch: WatchLimits = WatchLimits(), argv: [String] = ["sleep", "600"], gitProgram: String = "git"
        ) async throws {
            shop = try await Workshop(watch: watch, gitProgram: gitProgram)
            let project = try await shop.project()
            let made = try await shop.engine.createRun(
                project.id, CreateRun(provider: .command, options: RunOptions(argv: argv), start: true),
                by: Workshop.by
            ).value
            run = try await shop.wait(for: made.id, "at work") { $0.status == .running && $0.worktreePath != nil }
            worktree = try #require(run.worktreePath)
        }

        func write(_ name: String, _ text: String = "x\n") throws {
            let path = worktree + "/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        }

        func told<Value: Decodable & Sendable>(_ type: EventType, _: Value.Type = Value.self) async throws -> [Value] {
            let run = run
            let page = try await shop.journal.read { reader in
                try reader.events(
                    in: .project(run.projectId), after: 0, filter: EventFilter(types: [type.rawValue]), severity: nil,
                    limit: 500, byteCountMax: 1 << 24)
            }
            guard case .page(let events, _, _) = page else { return [] }
            return try events.compactMap { event in
                // A verb on the branch tells the run itself under the same type.
                do {
                    return try JSONDecoder().decode(Told<Value>.self, from: Data(event.payload)).data
                } catch DecodingError.keyNotFound {
                    return nil
                }
            }
        }

        func end() async throws {
            _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
            try await shop.wait(for: run.id)
            await shop.close()
        }
    }

    @Test("one that found no room among the watched is watched when another is not any more")
    func room() async throws {
        var limits = WatchLimits()
        limits.watchedWorktreesMax = 1
        let scene = try await Scene(limits)
        let (shop, first) = (scene.shop, scene.run.id)
        try await shop.wait("the first one is watched") { shop.engine.worktrees.watches[first] != nil }
        let project = try #require(try await shop.journal.read { try $0.get(scene.run.projectId) })
        let second = try await shop.command("sleep", "600", in: project)
        try await shop.wait(for: second.id, "at work") { $0.status == .running && $0.worktreePath != nil }
        #expect(shop.engine.worktrees.watches[second.id] == nil)
        _ = try await shop.engine.cancelRun(first, by: Workshop.by)
        try await shop.wait("the second one is watched") { shop.engine.worktrees.watches[second.id] != nil }
        _ = try await shop.engine.cancelRun(second.id, by: Workshop.by)
        try await shop.wait(for: second.id)
        await shop.close()
    }

    @Test("what an agent changes is told: its statistics, its names, and how the branch stands")
    func changes() async throws {
        let scene = try await Scene()
        try await scene.shop.wait("the first look") {
            try await !scene.told(.branchUpdated, RunBranch.self).isEmpty
        }
        try scene.write("a/deep/folder/file.txt", "one\ntwo\n")
        try await scene.shop.wait("the file") {
            try await scene.told(.diffUpdated, DiffUpdate.self).last?.additions == 2
        }
        try await scene.shop.wait("the branch") {
            try await scene.told(.branchUpdated, RunBranch.self).last?.untracked == 1
        }
        // In a folder that came while it was watched.
        try scene.write("a/deep/folder/file.txt", "one\n2\n")
        try await scene.shop.wait("another content of the same size") {
            try await scene.told(.fileChanged, ChangedFiles.self).last?.files.map(\.path) == ["a/deep/folder/file.txt"]
        }
        try FileManager.default.removeItem(atPath: scene.worktree + "/a")
        try await scene.shop.wait("it is as it was") {
            try await scene.told(.fileChanged, ChangedFiles.self).last?.files.map(\.kind) == ["unchanged"]
        }
        try await scene.end()
    }

    @Test("thousands of files are one event, with their number and the first names")
    func flood() async throws {
        var limits = WatchLimits()
        limits.worktreeLookMs = 1_000
        let scene = try await Scene(limits)
        try await scene.shop.wait("the first look") {
            try await !scene.told(.branchUpdated, RunBranch.self).isEmpty
        }
        for number in 0..<2_000 { try scene.write("many/\(number).txt") }
        // It looks again when its pause is over, and not before.
        #expect(try await scene.told(.fileChanged, ChangedFiles.self).isEmpty)
        try await scene.shop.wait("all of them") {
            scene.shop.clock.manual.advance(by: .seconds(1))
            return try await scene.told(.fileChanged, ChangedFiles.self).last?.count == 2_000
        }
        let told = try await scene.told(.fileChanged, ChangedFiles.self)
        #expect(told.count == 1 && told.first?.files.count == WatchLimits.filesToldMax)
        try await scene.end()
    }

    @Test("fifty viewers have one watch, which ends with the last of them, once the agent has ended")
    func viewers() async throws {
        let scene = try await Scene(argv: ["sh", "-c", "echo done > file"])
        try await scene.shop.wait(for: scene.run.id)
        let desk = scene.shop.engine.worktrees
        for _ in 0..<50 { desk.view(.run(scene.run.id), true) }
        try await scene.shop.wait("a watch") { desk.watches.count == 1 }
        for _ in 0..<49 { desk.view(.run(scene.run.id), false) }
        try scene.write("later")
        try await scene.shop.wait("a change without an agent") {
            try await scene.told(.branchUpdated, RunBranch.self).last?.untracked == 1
        }
        #expect(desk.watches.count == 1)
        desk.view(.run(scene.run.id), false)
        try await scene.shop.wait("no watch") { desk.watches.isEmpty }
        await scene.shop.close()
    }

    @Test("a run that is done over, or meant for another branch, is held against that from then on")
    func otherBase() async throws {
        let scene = try await Scene(argv: ["sh", "-c", "echo done > file"])
        let (shop, id, desk) = (scene.shop, scene.run.id, scene.shop.engine.worktrees)
        try await shop.wait(for: id)
        desk.view(.run(id), true)
        try await shop.wait("the first look") { try await !scene.told(.branchUpdated, RunBranch.self).isEmpty }
        _ = try await shop.git("branch", "other")
        try Data("x\n".utf8).write(to: URL(filePath: shop.repository + "/theirs"))
        _ = try await shop.git("add", "theirs")
        _ = try await shop.git("-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "theirs")
        let rebased = try await shop.engine.rebase(id, RebaseRun(), by: Workshop.by).value
        try await shop.wait("the new base is looked from") { desk.watches[id]?.base == rebased.baseCommit }
        // What came from its target is none of its own.
        try await shop.wait("its own file alone") {
            try await scene.told(.diffUpdated, DiffUpdate.self).last?.filesChanged == 1
        }
        _ = try await shop.engine.retarget(id, to: "other", by: Workshop.by)
        try await shop.wait("how it stands to the other one") {
            let branch = try await scene.told(.branchUpdated, RunBranch.self).last { $0.head != nil }
            return branch?.targetBranch == "other" && branch?.ahead == 2
        }
        desk.view(.run(id), false)
        await shop.close()
    }

    @Test("locks of git's are passed over, and a file of such a name is none elsewhere")
    func locks() async throws {
        let folder = try TemporaryFolder()
        let seen = Mutex<[Run.ID]>([])
        let watch = try FolderWatch(countMax: 2) { run, _ in seen.withLock { $0.append(run) } }
        await watch.start()
        let ids = SeededIDs(seed: 1)
        let (gits, content): (Run.ID, Run.ID) = (ids.make(), ids.make())
        for name in ["git", "content"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
        }
        #expect(await watch.watch([], gits: [folder.file("git")], for: gits))
        #expect(await watch.watch([folder.file("content")], gits: [], for: content))
        try Data().write(to: URL(filePath: folder.file("git/index.lock")))
        try Data().write(to: URL(filePath: folder.file("content/Cargo.lock")))
        while seen.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(seen.withLock { $0.allSatisfy { $0 == content } })
        try Data().write(to: URL(filePath: folder.file("git/index")))
        while !seen.withLock({ $0.contains(gits) }) { try await Task.sleep(for: .milliseconds(5)) }
        await watch.stop()
    }

    @Test("a worktree that finds no room among the watched folders is looked at")
    func polling() async throws {
        var limits = WatchLimits()
        limits.watchedFoldersMax = 1
        let scene = try await Scene(limits)
        let desk = scene.shop.engine.worktrees
        try await scene.shop.wait("it is polled") { desk.watches[scene.run.id]?.isPolled == true }
        try await scene.shop.wait("the first look") {
            try await !scene.told(.branchUpdated, RunBranch.self).isEmpty
        }
        try scene.write("file")
        try await scene.shop.wait("the file") {
            scene.shop.clock.manual.advance(by: .seconds(limits.worktreePollSeconds))
            return try await scene.told(.diffUpdated, DiffUpdate.self).last?.filesChanged == 1
        }
        try await scene.end()
    }

    @Test("fifty who ask for one diff have git compare once")
    func oneDiff() async throws {
        let folder = try TemporaryFolder()
        // Notes each comparison, and holds it until all have asked.
        let script = """
            #!/bin/sh
            for word; do if [ "$word" = diff-tree ]; then
                echo once >> \(folder.path)/count
                while [ ! -e \(folder.path)/go ]; do sleep 0.05; done
            fi; done
            exec git "$@"
            """
        let program = folder.path + "/git"
        try Data(script.utf8).write(to: URL(filePath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let shop = try await Workshop(gitProgram: program)
        let project = try await shop.project()
        let run = try await shop.command("sleep", "600", in: project)
        let atWork = try await shop.wait(for: run.id, "at work") { $0.status == .running && $0.worktreePath != nil }
        try Data("x\n".utf8).write(to: URL(filePath: try #require(atWork.worktreePath) + "/file"))
        let engine = shop.engine
        let viewers = (0..<50).map { _ in Task { try await engine.diff(of: run.id, Comparison(patches: false)) } }
        let base = try #require(atWork.baseCommit)
        func key(_ version: Int) -> DiffKey {
            DiffKey(
                place: .run(run.id), version: version, lookCount: 0, changeCount: nil, from: .commit(base),
                to: .worktree,
                patches: false)
        }
        try await shop.wait("all have asked") {
            engine.diffs.callerCount(of: key(try await shop.run(run.id).version)) == 50
        }
        try Data().write(to: URL(filePath: folder.path + "/go"))
        for viewer in viewers { #expect(try await viewer.value.stats.filesChanged == 1) }
        #expect(try String(contentsOfFile: folder.path + "/count", encoding: .utf8) == "once\n")
        _ = try await engine.cancelRun(run.id, by: Workshop.by)
        try await shop.wait(for: run.id)
        await shop.close()
    }

    @Test("whoever asks for a diff later has it made only where something has changed, and then always")
    func laterViewers() async throws {
        let folder = try TemporaryFolder()
        let script = """
            #!/bin/sh
            for word; do if [ "$word" = --patch ]; then echo once >> \(folder.path)/count; fi; done
            exec git "$@"
            """
        let program = folder.path + "/git"
        try Data(script.utf8).write(to: URL(filePath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        var limits = WatchLimits()
        limits.worktreeLookMs = 50
        let scene = try await Scene(limits, gitProgram: program)
        let (engine, id) = (scene.shop.engine, scene.run.id)
        func madeCount() throws -> Int {
            guard FileManager.default.fileExists(atPath: folder.path + "/count") else { return 0 }
            return try String(contentsOfFile: folder.path + "/count", encoding: .utf8).split(separator: "\n").count
        }
        func covered() async throws {
            try await scene.shop.wait("all is watched") {
                scene.shop.clock.manual.advance(by: .milliseconds(200))
                return await engine.worktrees.changeCount(of: id) != nil
            }
        }
        try scene.write("deep/er/file.txt", "0\n")
        try await covered()
        // What the looks tell of now may come between two who ask: until nothing does.
        try await scene.shop.wait("one serves fifty") {
            scene.shop.clock.manual.advance(by: .milliseconds(200))
            let before = try madeCount()
            for _ in 0..<50 { _ = try await engine.diff(of: id) }
            return try madeCount() <= before + 1
        }
        // No look is waited for: each change is in the next diff.
        for number in 1...20 {
            try scene.write("deep/er/file.txt", "\(number)\n")
            let diff = try await engine.diff(of: id)
            #expect(diff.files.first { $0.path == "deep/er/file.txt" }?.patch?.contains("+\(number)\n") == true)
            try scene.write("deep/new-\(number)/file.txt", "\(number)\n")
            #expect(try await engine.diff(of: id).files.contains { $0.path == "deep/new-\(number)/file.txt" })
            try scene.write("deep/new-\(number)/file.txt", "again \(number)\n")
            let again = try await engine.diff(of: id).files.first { $0.path == "deep/new-\(number)/file.txt" }
            #expect(again?.patch?.contains("+again \(number)\n") == true)
        }
        // A folder that was ignored, and is not any more.
        try scene.write(".gitignore", "build/\n")
        try scene.write("build/out.txt", "1\n")
        try await covered()
        #expect(try await !engine.diff(of: id).files.contains { $0.path == "build/out.txt" })
        try scene.write(".gitignore", "nothing\n")
        #expect(try await engine.diff(of: id).files.contains { $0.path == "build/out.txt" })
        try scene.write("build/out.txt", "2\n")
        let last = try await engine.diff(of: id).files.first { $0.path == "build/out.txt" }
        #expect(last?.patch?.contains("+2\n") == true)
        try await scene.end()
    }

    @Test("diffs are kept up to so many bytes, those that were wanted last, and only what is fixed")
    func shelf() throws {
        let base = String(repeating: "a", count: 40)
        func key(_ number: Int, changeCount: Int? = 0, from: String? = nil) throws -> DiffKey {
            DiffKey(
                place: .run(try #require(Run.ID("run_01JD6Z5Z0A000000000000000\(number)"))), version: 1, lookCount: 0,
                changeCount: changeCount, from: .commit(from ?? base), to: .worktree, patches: true)
        }
        let diff = RunDiff(
            Diff(stats: DiffStats(filesChanged: 0, additions: 0, deletions: 0), files: [], isTruncated: false))
        let shelf = DiffShelf(byteCountMax: 600)
        try shelf.keep(diff, for: key(1))
        try shelf.keep(diff, for: key(2))
        #expect(try shelf.diff(for: key(1)) != nil)
        try shelf.keep(diff, for: key(3))
        #expect(try shelf.diff(for: key(2)) == nil && shelf.diff(for: key(1)) != nil && shelf.byteCount == 512)
        try shelf.keep(diff, for: key(3, changeCount: 1))
        #expect(try shelf.diff(for: key(3)) == nil && shelf.diff(for: key(1)) != nil && shelf.byteCount == 512)
        for unfixed in [try key(4, changeCount: nil), try key(4, from: "main")] {
            shelf.keep(diff, for: unfixed)
            #expect(shelf.diff(for: unfixed) == nil)
        }
        DiffShelf(byteCountMax: 100).keep(diff, for: try key(1))
    }
}
