package enum HTTPVersion: Sendable, Hashable {
    /// Answered, and then closed: no keep-alive, no chunks.
    case http10
    case http11
}
