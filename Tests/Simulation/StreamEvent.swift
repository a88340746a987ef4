import Model
import Wire

/// One event of an event stream, read back.
struct StreamEvent {
    var id: String?
    var name = ""
    /// The one line of `data:` there is.
    var dataText: [UInt8] = []
    var data: JSONValue = .null

    init(_ block: [UInt8]) throws {
        for line in block.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw Violation("a line without a name") }
            let value = line[colon...].dropFirst(2)
            switch String(decoding: line[..<colon], as: UTF8.self) {
            case "id": id = String(decoding: value, as: UTF8.self)
            case "event": name = String(decoding: value, as: UTF8.self)
            case "data": dataText = Array(value)
            case let name: throw Violation("a line \(name)")
            }
        }
        data = try WireJSON.parse(dataText)
    }
}
