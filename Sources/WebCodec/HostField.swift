/// `Host` and the authority of an absolute target: a name or an IP literal, and perhaps a port (RFC 9110 section 7.2).
enum HostField {
    /// Stricter than the grammar: no user information, no percent-encoding, no sub-delimiters. A host that is checked
    /// against an allow-list must have one spelling.
    static func isValid(_ host: String) -> Bool {
        var bytes = ArraySlice(host.utf8)
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")), close > bytes.startIndex + 1,
                bytes[(bytes.startIndex + 1)..<close].allSatisfy({
                    ASCII.hexValue($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                })
            else { return false }
            bytes = bytes[(close + 1)...]
        } else {
            let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            guard end > bytes.startIndex, bytes[..<end].allSatisfy(isNameByte) else { return false }
            bytes = bytes[end...]
        }
        guard let colon = bytes.first else { return true }
        let port = bytes.dropFirst()
        return colon == UInt8(ascii: ":") && port.count <= 5 && port.allSatisfy(ASCII.isDigit)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_")
    }
}
