/// Where a program's output goes, piece by piece, on the thread that reads it.
protocol OutputSink: Sendable {
    /// - Returns: false when it wants no more; the program is then stopped.
    mutating func take(_ bytes: [UInt8]) -> Bool
}
