import Foundation
import Testing

/// The first promise, by seed: nothing is lost in silence.
///
/// A hub's journal, broker and opening of subscriptions, all real, are driven one step at a time by chance: projects
/// change, clients come with filters, stall, drop, resume from any position, lose and regain their rights, the past is
/// forgotten, and the hub is closed and opened again on the same file or on an older copy of it. See Simulation.swift for what is done and Replica.swift for what must hold.
///
/// A seed that fails is named; `ROOST_SIMULATION_SEED=<seed>` runs it alone, and `ROOST_SIMULATION_SEEDS=<count>` runs
/// more of them than usual.
@Suite("Simulation of the first promise", .timeLimit(.minutes(30))) struct SimulationTests {
    /// Some 30 s on two cores; `.ci/run` plays 1,500.
    private static let usualSeedCount: UInt64 = 200
    /// Seeds of one lane run one after the other: a journal has threads and files of its own.
    private static let laneCount: UInt64 = 4

    @Test("no client misses an event that it was not told of", arguments: 0..<laneCount)
    func nothingIsLostInSilence(lane: UInt64) async throws {
        for seed in Self.seeds(of: lane) {
            do {
                let simulation = try await Simulation(seed: seed)
                try await simulation.run()
            } catch {
                Issue.record("ROOST_SIMULATION_SEED=\(seed): \(error)")
            }
        }
    }

    private static func seeds(of lane: UInt64) -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["ROOST_SIMULATION_SEED"].flatMap(UInt64.init) { return lane == 0 ? [seed] : [] }
        let count = environment["ROOST_SIMULATION_SEEDS"].flatMap(UInt64.init) ?? usualSeedCount
        return Array(stride(from: lane, to: count, by: Int(laneCount)))
    }
}
