import Testing

@testable import roost

@Suite("A hub's process, as it says it of itself") struct HubProcessTests {
    @Test("is read as it is said")
    func reading() throws {
        let own = try HubProcess(shardCount: 3)
        #expect(HubProcess(own.description) == own)
        #expect(own.startTicks > 0)
        let watched = try HubProcess(shardCount: 3, watchdogMicroseconds: 30_000_000)
        #expect(HubProcess(watched.description) == watched)
        #expect(watched != own)
    }

    @Test(
        "nobody else is taken for one",
        arguments: [
            "", "a restore", "process 1", "process 99999999999 (start 1, shards 2)", "process 1 (start 1, shards 2)\n",
        ])
    func others(text: String) { #expect(HubProcess(text) == nil) }

    @Test("one whose number somebody else has by now is not signalled")
    func another() throws {
        // This process is there; one that started with the machine is not.
        let own = try HubProcess(shardCount: 1)
        let gone = try #require(HubProcess("process \(own.pid) (start 0, shards 1)"))
        #expect(try !gone.askToHandOver())
    }
}
