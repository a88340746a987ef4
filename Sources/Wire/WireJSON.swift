// How Roost spells itself on the wire: JSON text, frames, server-sent events, problem documents, input schemas.
//
// Everything here is a function from values to bytes or back; it knows no socket, no table and no clock. Input is
// hostile: what is parsed is strict, bounded, and refused with a position. Output is deterministic: the same value is
// the same bytes, so that bytes can be compared, cached and shared. No Foundation: see JSON/ for the three small
// coders.

package import Model

/// JSON text to values and back (RFC 8259).
package enum WireJSON {
    /// Deterministic: members stand in the order of their declaration, those of dictionaries sorted by name; slashes
    /// are not escaped; a number that JSON cannot carry (infinite, NaN) becomes null.
    /// - Throws: `.internal` when the value's own `encode(to:)` throws.
    package static func encode(_ value: some Encodable) throws(HubError) -> [UInt8] {
        do {
            let text = JSONText()
            try text.write(value)
            return text.finished()
        } catch {
            throw HubError(.internal, "a value cannot be encoded: \(error)")
        }
    }

    package static func encode(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.write(value, to: &bytes)
        return bytes
    }

    /// - Throws: `.malformedJSON` with the members `line`, `column` and `offset`.
    package static func parse(_ bytes: [UInt8]) throws(HubError) -> JSONValue {
        var parser = JSONParser(bytes)
        do {
            return try parser.parse()
        } catch {
            throw error.hubError(in: bytes)
        }
    }

    /// - Throws: `.malformedJSON` as `parse`; `.validationFailed` naming the first member that does not fit `type`.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(HubError) -> Value {
        try decode(type, from: try parse(bytes))
    }

    package static func decode<Value: Decodable>(
        _ type: Value.Type, from value: JSONValue
    ) throws(HubError) -> Value {
        do {
            return try JSONValueDecoder(value).decode(type)
        } catch let error as DecodingError {
            throw HubError.invalid(error.pointer, error.explanation)
        } catch let error as HubError {
            throw error
        } catch {
            throw HubError(.internal, "a value cannot be decoded: \(error)")
        }
    }
}

extension DecodingError {
    private var context: Context? {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    }

    fileprivate var pointer: String {
        var path = (context?.codingPath ?? [])[...]
        if case .keyNotFound(let key, _) = self { path.append(key) }
        return path.map { "/" + JSONPointer.escape($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }

    fileprivate var explanation: String {
        if case .keyNotFound = self { "is missing" } else { context?.debugDescription ?? "does not fit" }
    }
}
