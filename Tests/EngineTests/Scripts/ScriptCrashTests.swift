import Engine
import Foundation
import Glibc
import Journal
import Keeper
import Model
import RoostTesting
import Testing

@Suite("Scripts whose keeper is killed, with real processes") struct ScriptCrashTests {
    enum Case: CaseIterable {
        /// Its hub sees it; it happens between two hubs; its hub dies as well.
        case seen, between, terminalSeen, terminalBetween

        var hasTerminal: Bool { self == .terminalSeen || self == .terminalBetween }
        var isSeen: Bool { self == .seen || self == .terminalSeen }
    }

    @Test("are interrupted and leave nobody, whether their hub sees it or the next one", arguments: Case.allCases)
    func keeperKilled(how: Case) async throws {
        var shop = try await Workshop()
        let text = """
            setsid sh -c 'trap "" TERM HUP; echo $$; while :; do sleep 0.05; done' &
            while :; do sleep 0.05; done
            """
        let script = Script(
            argv: ["sh"], text: text, terminal: how.hasTerminal ? ScreenSize(columns: 80, rows: 24) : nil)
        var project = try await shop.project()
        project = try await shop.engine.updateProject(
            project.id, UpdateProject(scripts: Scripts(dev: script)), by: Workshop.by
        ).value
        let run = try await shop.wait(for: try await shop.command("touch", "x", in: project).id)
        let dev = try await shop.engine.startScript(.purpose(.dev), of: run.id, by: Workshop.by).value
        let folder = KeeperFolder(path: shop.folder.path + "/data/processes/" + dev.id.rawValue)
        var left: Int32?
        try await shop.wait("it has left somebody") {
            let said = try await shop.engine.output(of: dev.id, .stdout, from: 0, count: 100, waitMs: 0).text
            left = said.split(whereSeparator: \.isNewline).first.flatMap {
                said.last?.isNewline == true ? Int32($0) : nil
            }
            return left != nil
        }
        // What it says may precede that the hub knows that it runs.
        try await shop.wait("its row says that it runs") {
            try await shop.journal.read { try $0.required(dev.id).pid != nil }
        }
        guard case .running(let record) = try folder.status() else { throw Unexpected("it runs") }
        if !how.isSeen { await shop.close() }
        kill(record.keeper.pid, SIGKILL)
        if !how.isSeen { shop = try await Workshop(after: shop) }
        try await shop.wait("its row has ended") {
            try await shop.journal.read { try $0.required(dev.id).endedAt != nil }
        }
        let ended = try await shop.journal.read { try $0.required(dev.id) }
        #expect(ended.status == .interrupted && ended.detail == "its keeper was gone and nobody saw it end")
        for pid in [left, record.child?.pid].compactMap(\.self) { #expect(try !lives(pid)) }
        await shop.close()
    }
}
