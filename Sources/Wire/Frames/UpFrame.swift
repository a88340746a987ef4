package import Model

/// One thing that a client says: `{type, id?, idempotencyKey?, payload?}`. Members that it has besides are ignored.
package struct UpFrame: Sendable, Equatable {
    /// A control word (`subscribe`, `ping` …) or the name of an operation.
    package let type: String
    /// Without one there is no answer, except errors.
    package let id: FrameID?
    /// What an operation is known by when it is asked for again. Whether it may be one is the operations' business.
    package let idempotencyKey: String?
    /// An object; empty when the frame has none.
    package let payload: JSONValue

    package init(type: String, id: FrameID?, idempotencyKey: String? = nil, payload: JSONValue) {
        self.type = type
        self.id = id
        self.idempotencyKey = idempotencyKey
        self.payload = payload
    }

    /// A frame that is JSON, but not a frame of ours; the others of its batch are not touched by it.
    package struct Refused: Error, Sendable, Equatable {
        package let id: FrameID?
        package let error: HubError
    }

    /// Frames in one array. 256: what the subscriptions of one connection need at most when it comes back.
    package static let batchFramesMax = 256

    /// - Parameter batching: whether the connection asked for `?batch=1`, and may send an array of frames.
    /// - Throws: `.malformedJSON`; `.badRequest` for what is neither an object nor an allowed array; `.limitExceeded`.
    package static func parse(
        _ bytes: [UInt8], batching: Bool
    ) throws(HubError) -> [Result<UpFrame, Refused>] {
        switch try WireJSON.parse(bytes) {
        case .object(let members):
            return [read(members)]
        case .array(let elements) where batching:
            guard elements.count <= batchFramesMax else {
                throw HubError.limit("batchFramesMax", batchFramesMax, "the batch has too many frames")
            }
            return elements.map { element in
                guard case .object(let members) = element else {
                    return .failure(refused(nil, "a frame is an object, not of type \(element.typeName)"))
                }
                return read(members)
            }
        case .array:
            throw HubError(.badRequest, "arrays of frames are for connections made with ?batch=1")
        case let other:
            throw HubError(.badRequest, "a frame is an object, not of type \(other.typeName)")
        }
    }

    private static func read(_ members: [String: JSONValue]) -> Result<UpFrame, Refused> {
        var id: FrameID?
        if let value = members["id"], value != .null {
            id = FrameID(value)
            guard id != nil else {
                return .failure(
                    refused(nil, "a frame's id is a number, or a string of at most \(FrameID.bytesMax) bytes"))
            }
        }
        guard case .string(let type)? = members["type"] else {
            return .failure(refused(id, "a frame needs a type, a string"))
        }
        let key: String?
        switch members["idempotencyKey"] ?? .null {
        case .null: key = nil
        case .string(let text): key = text
        case let other: return .failure(refused(id, "an idempotencyKey is a string, not of type \(other.typeName)"))
        }
        switch members["payload"] ?? .null {
        case .null: return .success(UpFrame(type: type, id: id, idempotencyKey: key, payload: [:]))
        case .object(let payload):
            return .success(UpFrame(type: type, id: id, idempotencyKey: key, payload: .object(payload)))
        case let other:
            return .failure(refused(id, "a frame's payload is an object, not of type \(other.typeName)"))
        }
    }

    private static func refused(_ id: FrameID?, _ detail: String) -> Refused {
        Refused(id: id, error: HubError(.badRequest, detail))
    }
}
