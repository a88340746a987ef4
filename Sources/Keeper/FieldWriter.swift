/// Fields one after the other: a number as 8 bytes, lowest first; text and data as their count (4 bytes) and bytes.
///
/// Hub and keeper may be of different versions, since a keeper outlives its hub: the first byte says which encoding
/// follows, and a reader refuses what it does not know.
struct FieldWriter {
    /// Counts up when fields change. A hub reads the versions of all keepers that may still be running.
    static let version: UInt8 = 1

    private(set) var bytes: [UInt8] = [version]

    mutating func number(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func signed(_ value: Int32) {
        number(UInt64(bitPattern: Int64(value)))
    }

    mutating func flag(_ value: Bool) {
        number(value ? 1 : 0)
    }

    mutating func data(_ value: [UInt8]) {
        let count = UInt32(value.count)
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
        bytes += value
    }

    mutating func text(_ value: String) {
        data(Array(value.utf8))
    }

    mutating func texts(_ values: [String]) {
        number(UInt64(values.count))
        for value in values { text(value) }
    }

    mutating func optional(_ value: UInt64?) {
        flag(value != nil)
        if let value { number(value) }
    }
}
