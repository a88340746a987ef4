import Journal
import Model
import Wire

/// A list of a snapshot, which is put together row by row: no more than fits is ever in memory.
struct SnapshotList {
    /// It is larger than a whole snapshot may be.
    struct Full: Error {}

    private let bytesMax: Int
    private let textBytesMax: Int?
    private var bytes: [UInt8] = [UInt8(ascii: "[")]

    /// - Parameter textBytesMax: of each text; nil: rows are taken as they are.
    init(_ limits: LiveLimits, _ textBytesMax: Int?) {
        (bytesMax, self.textBytesMax) = (limits.snapshotBytesMax, textBytesMax)
    }

    mutating func add<E: Entity>(_ rows: [Stored<E>]) throws {
        for row in rows {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            // A row that is no longer holds no text that is.
            if let textBytesMax, row.json.count > textBytesMax {
                bytes += WireJSON.encode(
                    try CutRow(WireJSON.parse(row.json), of: E.self, textBytesMax: textBytesMax).json)
            } else {
                bytes += row.json
            }
            guard bytes.count <= bytesMax else { throw Full() }
        }
    }

    consuming func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}
