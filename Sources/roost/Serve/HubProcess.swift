import Glibc
import Keeper

/// A process that is a hub, as it says it of itself to those who find its data in use.
struct HubProcess: Equatable, CustomStringConvertible {
    let pid: Int32
    /// As in `ProcessIdentity`: tells it from another one that gets its number later.
    let startTicks: UInt64
    /// The sockets that it has at each of its ports.
    let shardCount: Int
    /// The interval of the service manager's watchdog, if it has one: systemd tells it to those alone that it starts as
    /// main processes, and goes on to expect it of whoever takes over.
    var watchdogMicroseconds: Int64?

    /// SIGUSR2, as with nginx: go, since another one takes over. It goes on accepting for a moment, while connections
    /// that began with it become whole.
    static let handOver = SIGUSR2

    /// This process.
    init(shardCount: Int, watchdogMicroseconds: Int64? = nil) throws {
        pid = getpid()
        guard let identity = try ProcessIdentity(pid: pid) else {
            throw SettingError("the process \(pid) does not find itself in /proc")
        }
        startTicks = identity.startTicks
        self.shardCount = shardCount
        self.watchdogMicroseconds = watchdogMicroseconds
    }

    /// - Parameter description: what another one said.
    init?(_ description: String) {
        let form = /process (\d+) \(start (\d+), shards (\d+)(?:, watchdog (\d+))?\)/
        guard let match = description.wholeMatch(of: form),
            let pid = Int32(match.1), let startTicks = UInt64(match.2), let shardCount = Int(match.3)
        else { return nil }
        (self.pid, self.startTicks, self.shardCount) = (pid, startTicks, shardCount)
        watchdogMicroseconds = match.4.flatMap { Int64($0) }
    }

    var description: String {
        let watchdog = watchdogMicroseconds.map { ", watchdog \($0)" } ?? ""
        return "process \(pid) (start \(startTicks), shards \(shardCount)\(watchdog))"
    }

    /// - Returns: whether it is still there to be asked.
    func askToHandOver() throws -> Bool {
        guard let identity = try ProcessIdentity(pid: pid), identity.startTicks == startTicks else { return false }
        return kill(pid, Self.handOver) == 0
    }
}
