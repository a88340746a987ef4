package import Model

/// The client's own name of a frame, which comes back in the answer as the same JSON value.
package enum FrameID: Sendable, Hashable {
    case string(String)
    case integer(Int64)
    case number(Double)

    /// 128 bytes: a UUID has 36; it is kept while the operation runs and copied into the answer.
    package static let bytesMax = 128

    /// - Returns: nil unless it is a number, or a string of at most `bytesMax` bytes.
    package init?(_ value: JSONValue) {
        switch value {
        case .string(let text) where text.utf8.count <= Self.bytesMax: self = .string(text)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .string, .null, .bool, .array, .object: return nil
        }
    }

    package var json: JSONValue {
        switch self {
        case .string(let text): .string(text)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        }
    }
}
