/// What becomes of a request's body. Decided when its head has come, so that what is too long is refused before the
/// client is asked to go on.
package enum BodyHandling: Sendable, Equatable {
    /// Kept in memory until it is whole: at most `HTTPLimits.bodyByteCountMax`.
    case whole
    /// Taken as it comes: at most `HTTPLimits.uploadByteCountMax`.
    case streamed

    /// Runs on a loop's thread: it looks at the head, and at nothing that waits.
    package typealias Rule = @Sendable (RequestHead) -> BodyHandling
}

extension HTTPLimits {
    func byteCountMax(of handling: BodyHandling) -> Int {
        switch handling {
        case .whole: bodyByteCountMax
        case .streamed: uploadByteCountMax
        }
    }

    func bodyTooLarge(_ handling: BodyHandling) -> HTTPError {
        let name =
            switch handling {
            case .whole: "bodyByteCountMax"
            case .streamed: "uploadByteCountMax"
            }
        return HTTPError(.bodyTooLarge, "the body has more than \(name) (\(byteCountMax(of: handling))) bytes")
    }
}
