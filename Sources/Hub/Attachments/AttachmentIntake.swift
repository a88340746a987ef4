import Engine
import Model
import WebCodec

/// What of an upload's body is the file: all of it, or one part of a form.
struct AttachmentIntake {
    struct File: Equatable {
        let name: String
        /// nil: the client does not say.
        let type: String?
    }

    private var parser: MultipartParser?
    private var isInFile = false
    private var file: File?

    var isForm: Bool { parser != nil }

    /// - Throws: `.badRequest` for a form that cannot be read, `.validationFailed` for a file without a name.
    init(_ head: RequestHead) throws(HubError) {
        let type = head.headers["Content-Type"]
        if let type, MediaType(type).name == MultipartParser.mediaType {
            do throws(MultipartError) {
                parser = try MultipartParser(contentType: type)
            } catch {
                throw error.hubError
            }
            return
        }
        guard let name = head.queryValue("filename") else {
            throw HubError.invalid("/filename", "is missing in the query; a form with a file needs none")
        }
        file = File(name: try AttachmentName.checked(name), type: Self.checked(type))
    }

    /// - Returns: those of `piece` that are the file's.
    mutating func fileBytes(of piece: [UInt8]) throws(HubError) -> [[UInt8]] {
        guard parser != nil else { return [piece] }
        parser?.append(piece)
        var bytes: [[UInt8]] = []
        while let event = try nextEvent() {
            switch event {
            case .partBegan(let part): try begin(part)
            case .data(let data): if isInFile { bytes.append(data) }
            case .partEnded: isInFile = false
            case .ended: break
            }
        }
        return bytes
    }

    private mutating func nextEvent() throws(HubError) -> MultipartParser.Event? {
        do throws(MultipartError) { return try parser?.next() } catch { throw error.hubError }
    }

    /// When the body has ended.
    func finish() throws(HubError) -> File {
        do throws(MultipartError) { try parser?.finish() } catch { throw error.hubError }
        guard let file else { throw HubError.invalid("/file", "is missing: no part of the form has a filename") }
        return file
    }

    /// Fields beside the file mean nothing here.
    private mutating func begin(_ part: MultipartPart) throws(HubError) {
        guard let name = part.filename else { return }
        guard file == nil else { throw HubError.invalid("/file", "is there twice; one file a request") }
        file = File(name: try AttachmentName.checked(name), type: Self.checked(part.contentType))
        isInFile = true
    }

    /// A type that is none, and what a form-minded client says of a body of which it knows nothing, say nothing.
    private static func checked(_ type: String?) -> String? {
        guard let type = AttachmentName.checkedType(type),
            MediaType(type).name != "application/x-www-form-urlencoded"
        else { return nil }
        return type
    }
}

extension MultipartError {
    fileprivate var hubError: HubError { HubError(.badRequest, "the form cannot be read: \(detail)") }
}
