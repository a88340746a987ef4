/// `value; name=value; name="value"`: the shape of `Content-Type` and `Content-Disposition` (RFC 9110 section 5.6.6,
/// RFC 7578 section 4.2).
struct ParameterField {
    /// In lower case, as it is compared.
    let value: String
    private let parameters: [(name: String, value: String)]

    /// - Returns: nil when it has another shape, or a parameter twice.
    init?(_ text: String) {
        var rest = Substring(text).utf8
        let value = ASCII.trimmed(Substring(rest.prefix { $0 != UInt8(ascii: ";") }))
        guard !value.isEmpty else { return nil }
        rest = rest.drop { $0 != UInt8(ascii: ";") }
        var parameters: [(name: String, value: String)] = []
        while !rest.isEmpty {
            rest = rest.dropFirst().drop(while: Self.isBlank)
            if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
            guard let parameter = Self.parameter(&rest), !parameters.contains(where: { $0.name == parameter.name })
            else { return nil }
            parameters.append(parameter)
            rest = rest.drop(while: Self.isBlank)
            guard rest.isEmpty || rest.first == UInt8(ascii: ";") else { return nil }
        }
        self.value = value.lowercased()
        self.parameters = parameters
    }

    /// - Parameter name: in lower case.
    subscript(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }

    private static func parameter(_ rest: inout Substring.UTF8View) -> (name: String, value: String)? {
        let name = rest.prefix(while: ASCII.isToken)
        rest = rest[name.endIndex...]
        guard !name.isEmpty, rest.first == UInt8(ascii: "=") else { return nil }
        rest = rest.dropFirst()
        let value = rest.first == UInt8(ascii: "\"") ? quoted(&rest) : bare(&rest)
        return value.map { (String(Substring(name)).lowercased(), $0) }
    }

    private static func bare(_ rest: inout Substring.UTF8View) -> String? {
        let value = rest.prefix(while: ASCII.isToken)
        rest = rest[value.endIndex...]
        return value.isEmpty ? nil : String(Substring(value))
    }

    /// A backslash stands for itself but before `"` and another one: browsers send Windows' paths as they are.
    private static func quoted(_ rest: inout Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\") where rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "\\"):
                if let next = rest.popFirst() { bytes.append(next) }
            default: bytes.append(byte)
            }
        }
        return nil
    }
}
