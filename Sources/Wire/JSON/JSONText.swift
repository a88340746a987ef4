import Model

/// JSON text that grows while values say what they are made of.
///
/// A value within a value is written as it comes, without a tree in between. Only a container that a coder asks for by
/// hand, and which it may fill later, has a text of its own, which is put in its place at the end.
final class JSONText {
    /// Whose end is due.
    private struct Container {
        let end: UInt8
        var isEmpty = true
    }

    private var bytes: [UInt8] = []
    private var open: [Container] = []
    private var later: [(offset: Int, text: JSONText)] = []

    /// How many containers are open.
    var depth: Int { open.count }

    /// - Returns: the whole, after which nothing may be added. A value that said nothing is an empty object.
    func finished() -> [UInt8] {
        close(to: 0)
        if bytes.isEmpty { bytes += "{}".utf8 }
        guard !later.isEmpty else { return bytes }
        var whole: [UInt8] = []
        var taken = 0
        for part in later {
            whole += bytes[taken..<part.offset]
            whole += part.text.finished()
            taken = part.offset
        }
        return whole + bytes[taken...]
    }

    func write<Value: Encodable>(_ value: Value) throws {
        switch value {
        case let value as JSONValue: JSONWriter.write(value, to: &bytes)
        case let value as any PlainJSON: JSONWriter.write(value.json, to: &bytes)
        case let value as any StringKeyedDictionary: try value.writeSorted(to: self)
        default:
            let (start, depth) = (bytes.count, open.count)
            try value.encode(to: JSONTextEncoder(text: self, depth: depth))
            close(to: depth)
            if bytes.count == start { bytes += "{}".utf8 }
        }
    }

    func write(_ value: String) { JSONWriter.write(value, to: &bytes) }
    func write(_ value: JSONValue) { JSONWriter.write(value, to: &bytes) }

    /// Begins an object at `depth`, or goes on with the one that its value began there (a superclass may have).
    func object(at depth: Int) {
        begin(UInt8(ascii: "{"), UInt8(ascii: "}"), at: depth)
    }

    func array(at depth: Int) {
        begin(UInt8(ascii: "["), UInt8(ascii: "]"), at: depth)
    }

    func name(_ name: String) {
        next()
        JSONWriter.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Before each element.
    func next() {
        if open[open.count - 1].isEmpty {
            open[open.count - 1].isEmpty = false
        } else {
            bytes.append(UInt8(ascii: ","))
        }
    }

    /// What will stand here.
    func reserve() -> JSONText {
        let text = JSONText()
        later.append((bytes.count, text))
        return text
    }

    private func begin(_ start: UInt8, _ end: UInt8, at depth: Int) {
        guard open.count == depth else { return }
        bytes.append(start)
        open.append(Container(end: end))
    }

    func close(to depth: Int) {
        while open.count > depth { bytes.append(open.removeLast().end) }
    }
}

/// A dictionary has no order of its own, so its members are sorted: the same value is the same bytes.
private protocol StringKeyedDictionary {
    func writeSorted(to text: JSONText) throws
}

extension Dictionary: StringKeyedDictionary where Key == String, Value: Encodable {
    fileprivate func writeSorted(to text: JSONText) throws {
        let depth = text.depth
        text.object(at: depth)
        for (name, value) in sorted(by: { $0.key < $1.key }) {
            text.name(name)
            try text.write(value)
        }
        text.close(to: depth)
    }
}
