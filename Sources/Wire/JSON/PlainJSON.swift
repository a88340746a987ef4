import Model

/// The types that JSON has itself, and that no coding of the standard library must take apart.
protocol PlainJSON {
    static var jsonTypeName: String { get }
    /// - Returns: nil when the value is of another type, or does not fit.
    init?(json: JSONValue)
    var json: JSONValue { get }
}

extension String: PlainJSON {
    static let jsonTypeName = "string"
    init?(json: JSONValue) { if let text = json.string { self = text } else { return nil } }
    var json: JSONValue { .string(self) }
}

extension Bool: PlainJSON {
    static let jsonTypeName = "boolean"
    init?(json: JSONValue) { if let value = json.bool { self = value } else { return nil } }
    var json: JSONValue { .bool(self) }
}

extension Double: PlainJSON {
    static let jsonTypeName = "number"
    init?(json: JSONValue) { if let value = json.number { self = value } else { return nil } }
    var json: JSONValue { .number(self) }
}

extension PlainJSON where Self: FixedWidthInteger {
    static var jsonTypeName: String { "integer" }
    init?(json: JSONValue) {
        guard let value = json.integer, let fitting = Self(exactly: value) else { return nil }
        self = fitting
    }
    var json: JSONValue { Int64(exactly: self).map(JSONValue.integer) ?? .number(Double(self)) }
}

extension Int: PlainJSON {}
extension Int32: PlainJSON {}
extension Int64: PlainJSON {}
extension UInt: PlainJSON {}
extension UInt8: PlainJSON {}
extension UInt16: PlainJSON {}
extension UInt32: PlainJSON {}
extension UInt64: PlainJSON {}
