package import Keeper

/// Why a request did not reach a process.
package enum KeeperLinkError: Error, Sendable, Equatable {
    /// The connection has ended or was closed. Input may have been accepted: attach again, and send it again.
    case disconnected
    /// The keeper was connected to, and has said nothing for so long: it hangs.
    case silent(seconds: Int)
    /// Nobody listens. The files say why.
    case noKeeper(KeeperFolder.Status)
    /// stdin is closed, by us or by the process.
    case inputClosed(acceptedByteCount: UInt64)
    /// The offset lies beyond what was accepted.
    case inputGap(acceptedByteCount: UInt64)
    /// More than `KeeperLink.waitingSendCountMax` sends wait for the process to read.
    case tooManySends
}
