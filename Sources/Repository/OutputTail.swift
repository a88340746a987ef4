/// The last bytes of the output: what a program says before it gives up is why it does.
struct OutputTail: OutputSink {
    /// 16 KiB: git names every file that is in the way, one a line; some 200 of them are enough to act on.
    static let byteCountMax = 16 << 10

    private(set) var bytes: [UInt8] = []

    mutating func take(_ more: [UInt8]) -> Bool {
        bytes += more
        if bytes.count > Self.byteCountMax { bytes.removeFirst(bytes.count - Self.byteCountMax) }
        return true
    }
}
