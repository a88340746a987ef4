package import Keeper

/// What a link hears of its process. Each event tells how things stand: the newest makes up for all before.
package enum KeeperEvent: Sendable, Equatable {
    /// The spools hold so much now.
    case grew(SpoolSizes)
    /// The process has ended, and the spools are complete. The last event.
    case exited(ExitRecord)
    /// The connection has ended and the process has not, as far as the files say; `KeeperFolder.status` tells more. The
    /// last event.
    case disconnected
}
