import Engine
import Foundation
import Journal
import Keeper
import Model
import RoostTesting
import Testing

@Suite("Stopped means stopped")
struct StopTests {
    /// Says who they are: one deaf in a session of its own, one forked twice into another, itself deaf.
    private static let stubborn = """
        trap '' TERM INT HUP
        setsid sh -c 'trap "" TERM HUP; echo $$; while :; do sleep 0.05; done' &
        (setsid sh -c 'sh -c "echo \\$\\$; exec sleep 1000" >pid & exit 0' &); while ! [ -s pid ]; do sleep 0.01; done
        cat pid; echo $$; while :; do sleep 0.05; done
        """

    private func started(_ shop: Workshop) async throws -> (run: Run, process: ChildProcess, pids: [Int32]) {
        let run = try await shop.command("sh", "-c", Self.stubborn, in: try await shop.project())
        try await shop.wait("all have said who they are") { try await shop.entries(of: run.id).count == 3 }
        let pids = try await shop.entries(of: run.id).compactMap { $0.content.text.flatMap { Int32($0) } }
        #expect(pids.count == 3)
        for pid in pids { #expect(try lives(pid)) }
        let process = try #require(try await shop.journal.read { try $0.processes(of: run.id).first })
        return (run, process, pids)
    }

    private func waitForTheEnd(of run: Run.ID, _ shop: Workshop) async throws {
        try await shop.wait("the process has ended") {
            try await shop.journal.read { try $0.processes(of: run).allSatisfy { $0.endedAt != nil } }
        }
    }

    @Test("whoever left its group, its session and its parent is gone when the process reads as ended")
    func stop() async throws {
        let shop = try await Workshop()
        let (run, _, pids) = try await started(shop)
        #expect(try await shop.engine.stopRun(run.id, by: Workshop.by).value.status == .paused)
        try await waitForTheEnd(of: run.id, shop)
        for pid in pids { #expect(try !lives(pid)) }
        await shop.close()
    }

    @Test(
        "a keeper that is killed leaves nobody, whether its hub sees it or the next one finds it",
        arguments: [true, false])
    func keeperKilled(seen: Bool) async throws {
        var shop = try await Workshop()
        let (run, process, pids) = try await started(shop)
        let keeper = try #require(try keeper(of: process, shop))
        if seen {
            kill(keeper, SIGKILL)
        } else {
            await shop.close()
            kill(keeper, SIGKILL)
            shop = try await Workshop(after: shop)
        }
        #expect(try await shop.wait(for: run.id).status == .interrupted)
        for pid in pids { #expect(try !lives(pid)) }
        await shop.close()
    }

    @Test(
        "a keeper that hangs keeps nobody: its hub, or the next one, ends it and all that it has",
        arguments: [true, false])
    func keeperHangs(seen: Bool) async throws {
        var shop = try await Workshop()
        let (run, process, pids) = try await started(shop)
        if !seen { await shop.close() }
        let keeper = try #require(try keeper(of: process, shop))
        kill(keeper, SIGSTOP)
        if !seen {
            // A hub that goes down does not wait for it either.
            shop = try await Workshop(after: shop)
            await shop.close()
            shop = try await Workshop(after: shop)
        }
        _ = try await shop.engine.stopRun(run.id, by: Workshop.by)
        try await shop.wait("the process has ended") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await shop.journal.read { try $0.processes(of: run.id).allSatisfy { $0.endedAt != nil } }
        }
        #expect(try !lives(keeper))
        for pid in pids { #expect(try !lives(pid)) }
        await shop.close()
    }

    private func keeper(of process: ChildProcess, _ shop: Workshop) throws -> Int32? {
        let folder = KeeperFolder(path: shop.folder.path + "/data/processes/" + process.id.rawValue)
        guard case .running(let record) = try folder.status() else { return nil }
        return record.keeper.pid
    }
}
