package import Model

/// Puts an object together from members that are values or finished JSON, in the order given.
package struct JSONObjectBytes {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    package init() {}

    package mutating func add(_ name: String, _ value: JSONValue?) {
        guard let value else { return }
        begin(name)
        JSONWriter.write(value, to: &bytes)
    }

    package mutating func add(_ name: String, _ text: String?) {
        guard let text else { return }
        begin(name)
        JSONWriter.write(text, to: &bytes)
    }

    /// - Parameter json: one JSON value as text; it is taken as it is.
    package mutating func add(_ name: String, json: [UInt8]?) {
        guard let json else { return }
        begin(name)
        bytes += json
    }

    package consuming func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        JSONWriter.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }
}
