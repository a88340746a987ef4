/// A keeper ended before it had started anything.
package struct KeeperNotReady: Error, Sendable, Equatable {
    /// 4 KiB: a keeper complains in single lines.
    package static let logByteCountMax = 4 << 10

    /// What it complained of: the beginning of `keeper.log`.
    package let log: String

    package init(log: String) {
        self.log = log
    }
}
