/// All of the output, up to a limit.
struct BoundedOutput: OutputSink {
    let byteCountMax: Int
    private(set) var bytes: [UInt8] = []

    init(byteCountMax: Int) {
        self.byteCountMax = byteCountMax
    }

    mutating func take(_ more: [UInt8]) -> Bool {
        guard bytes.count + more.count <= byteCountMax else { return false }
        bytes += more
        return true
    }
}
