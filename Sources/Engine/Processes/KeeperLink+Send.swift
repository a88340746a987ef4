extension KeeperLink {
    /// Input that waits to be accepted.
    struct Send {
        let bytes: [UInt8]
        let offset: UInt64
        let isDone: CheckedContinuation<UInt64, any Error>

        var end: UInt64 { offset + UInt64(bytes.count) }
    }
}
