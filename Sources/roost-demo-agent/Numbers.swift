/// Counts what must have a name of its own within the process.
struct Numbers {
    private var last: [String: Int] = [:]

    mutating func next(_ kind: String) -> String {
        last[kind, default: 0] += 1
        return "\(kind)-\(last[kind] ?? 1)"
    }
}
