import Engine
import Foundation
import Keeper
import Testing

@Suite("What outlives a keeper that is killed")
struct KeeperSurvivorTests {
    /// Whoever leaves group, session and parent: told by the numbers that the script prints.
    private static let leavers = """
        setsid sh -c 'trap "" TERM HUP; echo $$; while :; do sleep 0.05; done' &
        (setsid sh -c 'sh -c "echo \\$\\$; exec sleep 1000" & exit 0' &) ; sleep 0.1
        echo $$; while :; do sleep 0.05; done
        """

    private func started() async throws -> (KeptProcess, KeeperRecord, [Int32]) {
        let process = try await KeptProcess.start("sh", "-c", Self.leavers)
        try await eventually { try process.text().split(separator: "\n").count == 3 ? () : nil }
        return (process, try process.record(), try process.text().split(separator: "\n").compactMap { Int32($0) })
    }

    private func endAll(_ process: KeptProcess, _ record: KeeperRecord) async throws {
        try await eventually { try process.folder.killSurvivors(of: record) == 0 ? () : nil }
    }

    @Test("is found and ended by whoever looks next, also where it left its group, session and parent")
    func keeperKilled() async throws {
        let (process, record, pids) = try await started()
        #expect(pids.count == 3)
        kill(record.keeper.pid, SIGKILL)
        try await eventually { try process.folder.status() == .lost(record) ? () : nil }
        for pid in pids { #expect(try lives(pid)) }
        let group = try process.folder.controlGroup()
        try await endAll(process, record)
        for pid in pids { #expect(try !lives(pid)) }
        if let group { #expect(!FileManager.default.fileExists(atPath: group.path)) }
    }

    @Test("nobody is left, whoever of hub, keeper and process is killed in which order", arguments: 0..<6)
    func everyOrder(number: Int) async throws {
        let (process, record, pids) = try await started()
        // The hub's death is the end of its connection; the next one attaches anew, or finds what there is.
        let (link, _) = try await process.attached()
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        for victim in orders[number] {
            switch victim {
            case 0: await link.close()
            case 1: kill(record.keeper.pid, SIGKILL)
            default: _ = try record.child?.signalGroup(SIGKILL)
            }
        }
        let end = try await eventually { () -> KeeperFolder.Status? in
            let status = try process.folder.status()
            if case .running = status { return nil }
            return status
        }
        switch end {
        case .exited(let exit): #expect(exit.ending == .signalled(signal: SIGKILL))
        case .lost(let lost):
            #expect(lost == record)
            try await endAll(process, record)
        case .running, .neverStarted: Issue.record("\(end)")
        }
        for pid in pids { #expect(try !lives(pid)) }
    }

    @Test("a process leads a session of its own, and its keeper stays out of its control group")
    func standing() async throws {
        let process = try await KeptProcess.start("sh", "-c", "ps -o sid= -p $$; echo $$; cat /proc/self/cgroup")
        _ = try await process.exit()
        let lines = try process.text().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(lines[0] == lines[1])
        guard let own = ControlGroup.own, access(own.path + "/cgroup.procs", W_OK) == 0 else { return }
        #expect(lines.contains { $0.hasPrefix("0::") && $0.contains("/roost-") })
    }
}
