package import WebCodec

/// What the parser understood of some frames, judged while it reads.
package struct WebSocketReading: Equatable {
    package private(set) var events: [WebSocketParser.Event] = []
    package private(set) var error: WebSocketError?

    package init(
        _ pieces: [ArraySlice<UInt8>], role: WebSocketRole, limits: WebSocketLimits, inflates: Bool = false
    ) {
        var parser = WebSocketParser(role: role, limits: limits, inflates: inflates)
        var isClosed = false
        for piece in pieces where error == nil {
            parser.append(piece)
            do throws(WebSocketError) {
                while let event = try parser.next() {
                    require(!isClosed, "nothing comes after a close frame")
                    if case .close = event { isClosed = true }
                    judge(event, limits)
                    events.append(event)
                }
                require(parser.bufferedByteCount < WebSocketFrame.headerByteCountMax, "no more is held than a header")
            } catch {
                require(!isClosed, "no error comes after a close frame")
                self.error = error
                judgeEnd(of: &parser, error, role)
            }
        }
    }

    private func judge(_ event: WebSocketParser.Event, _ limits: WebSocketLimits) {
        switch event {
        case .text(let bytes):
            require(bytes.count <= limits.messageByteCountMax, "messageByteCountMax holds")
            require(String(validating: bytes, as: UTF8.self) != nil, "text is UTF-8")
        case .binary(let bytes):
            require(bytes.count <= limits.messageByteCountMax, "messageByteCountMax holds")
        case .ping(let bytes), .pong(let bytes):
            require(bytes.count <= 125, "a control frame is short")
        case .close(let code, let reason):
            require(reason.utf8.count <= 123, "a control frame is short")
            require(
                [1000...1003, 1005...1005, 1007...1014, 3000...4999].contains { $0.contains(code) }, "a legal code")
        }
    }

    /// An error is the last word, whatever comes after it.
    private func judgeEnd(of parser: inout WebSocketParser, _ error: WebSocketError, _ role: WebSocketRole) {
        for _ in 0..<2 {
            parser.append([0x8A, 0x80, 0, 0, 0, 0])
            do throws(WebSocketError) {
                let event = try parser.next()
                fatalError("property violated: nothing comes after an error, but \(String(describing: event))")
            } catch let later {
                require(later == error, "the error stays the same")
            }
        }
        require([1002, 1007, 1009].contains(error.code), "an error has a close code")
        require(error.reason.utf8.count <= 123, "a reason fits its close frame")
    }
}
