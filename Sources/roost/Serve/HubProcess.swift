import Glibc
import Keeper

/// A process that is a hub, as it says it of itself to those who find its data in use.
struct HubProcess: Equatable, CustomStringConvertible {
    let pid: Int32
    /// As in `ProcessIdentity`: tells it from another one that gets its number later.
    let startTicks: UInt64
    /// The sockets that it has at each of its ports.
    let shardCount: Int

    /// SIGUSR2, as with nginx: go, since another one takes over. It goes on accepting for a moment, while connections
    /// that began with it become whole.
    static let handOver = SIGUSR2

    /// This process.
    init(shardCount: Int) throws {
        pid = getpid()
        guard let identity = try ProcessIdentity(pid: pid) else {
            throw SettingError("the process \(pid) does not find itself in /proc")
        }
        startTicks = identity.startTicks
        self.shardCount = shardCount
    }

    /// - Parameter description: what another one said.
    init?(_ description: String) {
        guard let match = description.wholeMatch(of: /process (\d+) \(start (\d+), shards (\d+)\)/),
            let pid = Int32(match.1), let startTicks = UInt64(match.2), let shardCount = Int(match.3)
        else { return nil }
        (self.pid, self.startTicks, self.shardCount) = (pid, startTicks, shardCount)
    }

    var description: String { "process \(pid) (start \(startTicks), shards \(shardCount))" }

    /// - Returns: whether it is still there to be asked.
    func askToHandOver() throws -> Bool {
        guard let identity = try ProcessIdentity(pid: pid), identity.startTicks == startTicks else { return false }
        return kill(pid, Self.handOver) == 0
    }
}
