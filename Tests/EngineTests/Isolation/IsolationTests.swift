import Engine
import Foundation
import Glibc
import Journal
import Model
import RoostTesting
import Testing

@Suite("Runs that are kept apart, with the real bubblewrap") struct IsolationTests {
    /// Where the kernel forbids it, or nobody has installed it, that is what the hub says, and all there is to test.
    static let hasSandbox: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--unshare-pid", "--unshare-net", "true",
        ]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    private func run(
        _ shop: Workshop, _ project: Project, _ isolation: Isolation, _ script: String
    ) async throws -> Run {
        try await shop.engine.createRun(
            project.id,
            CreateRun(
                provider: .command, options: RunOptions(argv: ["sh", "-c", script]), isolation: isolation,
                start: true),
            by: Workshop.by
        ).value
    }

    private func said(_ shop: Workshop, _ run: Run) async throws -> [String] {
        try await shop.entries(of: run.id).filter { $0.content.kind == .output }.compactMap(\.content.text)
    }

    @Test(
        "a sandbox writes its worktree and nothing else, and does not see what is the hub's", .enabled(if: hasSandbox))
    func files() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let data = shop.folder.path + "/data"
        let script = """
            echo inside > made.txt && echo wrote
            (echo x > /etc/roost-test) 2>/dev/null || echo no etc
            (echo x > \(shop.repository)/roost-test) 2>/dev/null
            (echo x > "$(git rev-parse --git-common-dir)/hooks/pre-commit") 2>/dev/null || echo no hooks
            (echo x > .git) 2>/dev/null || echo no git file
            (rm -f .git) 2>/dev/null || echo no git file gone
            test -e \(data)/roost.sqlite || echo no journal
            ls \(data)/worktrees | wc -l
            git status --short
            ls /proc | grep -c '^[0-9]'
            """
        let done = try await shop.wait(for: try await run(shop, project, Isolation(.sandbox), script).id)
        #expect(done.status == .completed && done.diff?.filesChanged == 1)
        let lines = try await said(shop, done)
        #expect(
            Array(lines.prefix(8)) == [
                "wrote", "no etc", "no hooks", "no git file", "no git file gone", "no journal", "1",
                "?? made.txt",
            ])
        #expect(lines.count == 9 && (Int(lines[8]) ?? 99) < 10, "it sees its own processes only")
        // What lies in a hidden folder can be written where nobody finds it.
        for path in ["/etc", shop.repository] {
            #expect(!FileManager.default.fileExists(atPath: path + "/roost-test"))
        }
        #expect(try await shop.git("show", "\(done.headCommit ?? ""):made.txt") == "inside\n")
        await shop.close()
    }

    @Test("its network is there or not, as was asked", .enabled(if: hasSandbox), arguments: [true, false])
    func network(isOn: Bool) async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        #expect(isBound)
        let port = Int(UInt16(bigEndian: address.sin_port))
        let script =
            "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", \(port)), 5)' 2>/dev/null && echo reached || echo alone"
        let done = try await shop.wait(
            for: try await run(shop, project, Isolation(.sandbox, network: isOn), script).id)
        #expect(try await said(shop, done) == [isOn ? "reached" : "alone"])
        await shop.close()
    }

    @Test("stopped means stopped there too, and its scripts are kept apart like its agent", .enabled(if: hasSandbox))
    func stop() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let setup = Script(
            argv: ["sh", "-eu"], text: "echo ready > setup.txt; ! test -e \(shop.folder.path)/data/roost.sqlite")
        _ = try await shop.engine.updateProject(
            project.id, UpdateProject(scripts: Scripts(setup: setup)), by: Workshop.by)
        let mark = "roost-sandbox-test-\(UInt64.random(in: 0...(.max)))"
        let script = """
            cat setup.txt
            setsid sh -c ': \(mark); trap "" TERM HUP; while :; do sleep 0.1; done' &
            wait
            """
        let started = try await run(shop, project, Isolation(.sandbox), script)
        try await shop.wait("it has begun") { try await said(shop, started) == ["ready"] && Self.isAlive(mark) }
        _ = try await shop.engine.stopRun(started.id, by: Workshop.by)
        try await shop.wait("its processes have ended") {
            try await shop.journal.read { try $0.processes(of: started.id).allSatisfy { $0.endedAt != nil } }
        }
        #expect(!Self.isAlive(mark))
        await shop.close()
    }

    /// Whether a process has it in its command line.
    private static func isAlive(_ mark: String) -> Bool {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int($0) } ?? []
        return numbers.contains { pid in
            guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
            // Bubblewrap's own line has the whole script; what it started is meant.
            return line.range(of: Data(mark.utf8)) != nil && line.range(of: Data("--die-with-parent".utf8)) == nil
        }
    }

    @Test(
        "the project's own folder is for runs that the policy allows there, and nothing in it is committed or removed")
    func host() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let refused = await Result.of { try await run(shop, project, Isolation(.host), "pwd") }.hubError
        #expect(refused?.code == .deniedByPolicy && refused?.members["rule"] == "allowHost")
        _ = try await shop.engine.updatePolicy(of: project.id, UpdatePolicy(allowHost: true), by: Workshop.by)
        let before = try await shop.git("rev-parse", "HEAD")
        let done = try await shop.wait(for: try await run(shop, project, Isolation(.host), "pwd; echo x > own.txt").id)
        #expect(done.status == .completed && done.branch == nil && done.worktreePath == nil)
        #expect(try await said(shop, done) == [project.path])
        #expect(FileManager.default.fileExists(atPath: shop.repository + "/own.txt"))
        #expect(try await shop.git("rev-parse", "HEAD") == before)
        #expect(try await shop.git("status", "--short") == "?? own.txt\n")
        let merge = await Result.of { try await shop.engine.merge(done.id, MergeRun(), by: Workshop.principal) }
            .hubError
        #expect(merge != nil)
        await shop.close()
    }

    @Test("what is not installed, or asks for what it cannot have, is refused in words")
    func refused() async throws {
        let shop = try await Workshop(path: "/nowhere")
        let project = try await shop.project()
        func error(_ isolation: Isolation) async -> HubError? {
            await Result.of { try await run(shop, project, isolation, "true") }.hubError
        }
        let sandbox = await error(Isolation(.sandbox))
        #expect(sandbox?.code == .isolationUnavailable && sandbox?.detail.contains("bwrap is not installed") == true)
        #expect(await error(Isolation(.docker))?.code == .validationFailed)
        #expect(await error(Isolation(.docker, image: "-v"))?.code == .validationFailed)
        #expect(await error(Isolation(.worktree, image: "x"))?.code == .validationFailed)
        #expect(await error(Isolation(.docker, image: "x"))?.code == .isolationUnavailable)
        await shop.close()
    }

    @Test("a kernel that forbids it is quoted") func forbidden() async throws {
        let programs = try StandIn("bwrap", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1")
        let shop = try await Workshop(programs: programs.folder.path)
        let project = try await shop.project()
        let error = await Result.of { try await run(shop, project, Isolation(.sandbox), "true") }.hubError
        #expect(error?.code == .isolationUnavailable)
        #expect(error?.detail.contains("No permissions to create new namespace") == true)
        await shop.close()
    }

    @Test("docker gets the worktree, the names of the variables and not their values, and its container is removed")
    func docker() async throws {
        // Notes each of its arguments on a line, and runs what the container would.
        let programs = try StandIn(
            "docker",
            #"""
            printf '%s\n' "$@" --- >> "${0%/*}/calls"
            test "$1" = run || exit 0
            while [ "$1" != image:1 ]; do if [ "$1" = --workdir ]; then cd "$2"; fi; shift; done; shift; exec "$@"
            """#)
        let shop = try await Workshop(programs: programs.folder.path)
        let project = try await shop.project()
        _ = try await shop.engine.createCredential(
            of: .project(project.id), CreateCredential(variable: "TOKEN", value: "docker-secret"), by: Workshop.by)
        let isolation = Isolation(.docker, network: false, image: "image:1")
        let done = try await shop.wait(for: try await run(shop, project, isolation, "echo $TOKEN | rev; touch made").id)
        #expect(done.status == .completed && done.diff?.filesChanged == 1)
        #expect(try await said(shop, done) == ["terces-rekcod"])
        let calls = try String(contentsOfFile: programs.folder.path + "/calls", encoding: .utf8)
            .split(separator: "---\n").map { $0.split(separator: "\n").map(String.init) }
        let worktree = try #require(done.worktreePath)
        let process = try #require(try await shop.journal.read { try $0.processes(of: done.id).first })
        let name = "roost-" + process.id.rawValue.lowercased()
        #expect(calls.filter { $0.first == "run" }.count == 1 && calls.last == ["rm", "--force", name])
        let arguments = try #require(calls.first)
        func follows(_ option: String, _ value: String) -> Bool {
            zip(arguments, arguments.dropFirst()).contains { $0 == option && $1 == value }
        }
        #expect(follows("--name", name) && follows("--network", "none") && follows("--workdir", worktree))
        #expect(follows("--volume", "\(worktree):\(worktree)") && follows("--user", "\(getuid()):\(getgid())"))
        #expect(follows("--volume", "\(shop.repository)/.git:\(shop.repository)/.git:ro") && follows("--env", "TOKEN"))
        #expect(!arguments.joined().contains("docker-secret"))
        let bot = await Result.of {
            try await shop.engine.relayRun(done.id, RelayRun(provider: .bot), by: Workshop.by)
        }.hubError
        #expect(bot?.code == .validationFailed && bot?.detail.contains("keep it apart") == true)
        await shop.close()
    }

    @Test("a container stands still with its run: a signal would reach its client alone")
    func dockerPause() async throws {
        let programs = try StandIn(
            "docker", #"echo "$1" >> "${0%/*}/verbs"; test "$1" = run || exit 0; while :; do sleep 0.02; done"#)
        let shop = try await Workshop(programs: programs.folder.path)
        let project = try await shop.project()
        func verbs() throws -> [Substring] {
            try String(contentsOfFile: programs.folder.path + "/verbs", encoding: .utf8).split(separator: "\n")
        }
        let made = try await run(shop, project, Isolation(.docker, image: "image:1"), "")
        try await shop.wait("it runs") {
            try await shop.journal.read { try $0.processes(of: made.id).first?.pid != nil } && verbs().contains("run")
        }
        _ = try await shop.engine.pauseRun(made.id, by: Workshop.by)
        try await shop.wait("it stands still") { try verbs().last == "pause" }
        _ = try await shop.engine.resumeRun(made.id, by: Workshop.by)
        try await shop.wait("it goes on") { try verbs().last == "unpause" }
        _ = try await shop.engine.cancelRun(made.id, by: Workshop.by)
        try await shop.wait("its container is removed") { try verbs().last == "rm" }
        await shop.close()
    }
}

/// A program of that name in a folder of its own.
final class StandIn {
    let folder: TemporaryFolder

    init(_ name: String, _ script: String) throws {
        folder = try TemporaryFolder()
        let path = folder.path + "/" + name
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
}
