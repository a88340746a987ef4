import WebCodec

/// What a parser said to some bytes.
struct WebSocketTranscript: Equatable {
    private(set) var events: [WebSocketParser.Event] = []
    private(set) var error: WebSocketError?

    init(
        _ pieces: [some Collection<UInt8>], role: WebSocketRole = .server, limits: WebSocketLimits = WebSocketLimits(),
        inflates: Bool = false
    ) {
        var parser = WebSocketParser(role: role, limits: limits, inflates: inflates)
        for piece in pieces {
            parser.append(piece)
            do {
                while let event = try parser.next() { events.append(event) }
            } catch {
                self.error = error
            }
        }
    }

    init(_ bytes: [UInt8], role: WebSocketRole = .server, limits: WebSocketLimits = WebSocketLimits()) {
        self.init([bytes], role: role, limits: limits)
    }
}
