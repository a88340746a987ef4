import WebCodec

/// What a parser said to some bytes, body pieces put together.
struct HTTPTranscript: Equatable {
    struct Message: Equatable {
        let head: RequestHead
        var body: [UInt8] = []
        var hasEnded = false
    }

    private(set) var messages: [Message] = []
    private(set) var error: HTTPError?

    init(_ pieces: [some Collection<UInt8>], limits: HTTPLimits = HTTPLimits()) {
        var parser = HTTPRequestParser(limits: limits)
        for piece in pieces {
            parser.append(piece)
            do {
                while let event = try parser.next() { take(event) }
            } catch {
                self.error = error
            }
        }
    }

    init(_ text: String, limits: HTTPLimits = HTTPLimits()) {
        self.init([Array(text.utf8)], limits: limits)
    }

    private mutating func take(_ event: HTTPRequestParser.Event) {
        switch event {
        case .head(let head): messages.append(Message(head: head))
        case .body(let bytes): messages[messages.count - 1].body += bytes
        case .end: messages[messages.count - 1].hasEnded = true
        }
    }
}
