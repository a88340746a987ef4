package import Model

/// A line for an agent that has images in it. Their bytes come in when it is written: a dialogue is stored after each step,
/// and would be as large as they are.
package struct AgentLine: Sendable, Equatable {
    /// How an agent spells an image.
    enum Spelling: String, Sendable {
        /// `{"type":"image","source":{"type":"base64","media_type":…,"data":…}}`: the Messages API's.
        case messages
        /// `{"type":"image","mimeType":…,"data":…}`: that of ACP.
        case acp
    }

    /// No member of anybody's is called so.
    private static let mark = "\u{0}image"

    private let message: JSONValue

    init(_ message: JSONValue) { self.message = message }

    /// What stands for an image in the message that a line is made of.
    static func image(_ file: GivenFile, _ spelling: Spelling) -> JSONValue {
        [
            mark: .string(file.id.rawValue), "name": .string(file.filename), "type": .string(file.imageType ?? ""),
            "spelling": .string(spelling.rawValue),
        ]
    }

    /// - Parameter base64: a file's bytes; nil for one that is gone, of which the agent is told.
    package func bytes(_ base64: (Attachment.ID) throws -> String?) rethrows -> [UInt8] {
        JSONLine.write(try Self.filled(message, base64))
    }

    private static func filled(_ value: JSONValue, _ base64: (Attachment.ID) throws -> String?) rethrows -> JSONValue {
        switch value {
        case .array(let items): return .array(try items.map { try filled($0, base64) })
        case .object(let members):
            guard let id = members[mark]?.string else {
                return .object(try members.mapValues { try filled($0, base64) })
            }
            let type = members["type"] ?? ""
            guard let data = try base64(Attachment.ID(trusted: id)) else {
                return ["type": "text", "text": .string("[\(members["name"]?.string ?? id) has been removed.]")]
            }
            switch members["spelling"]?.string.flatMap(Spelling.init) {
            case .messages?:
                return ["type": "image", "source": ["type": "base64", "media_type": type, "data": .string(data)]]
            case .acp?, nil: return ["type": "image", "mimeType": type, "data": .string(data)]
            }
        default: return value
        }
    }
}
