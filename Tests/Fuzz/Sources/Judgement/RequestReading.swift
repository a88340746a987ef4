package import WebCodec

/// What the parser understood of some bytes, judged while it reads.
package struct RequestReading: Equatable {
    package struct Message: Equatable {
        package let head: RequestHead
        package var body: [UInt8] = []
        package var hasEnded = false
    }

    package private(set) var messages: [Message] = []
    package private(set) var error: HTTPError?

    package init(_ pieces: [ArraySlice<UInt8>], limits: HTTPLimits) {
        let all = pieces.flatMap { $0 }
        var parser = HTTPRequestParser(limits: limits)
        var appendedByteCount = 0
        var messageStart = 0
        for piece in pieces where error == nil {
            parser.append(piece)
            appendedByteCount += piece.count
            do {
                while let event = try parser.next() {
                    take(event)
                    let position = appendedByteCount - parser.bufferedByteCount
                    if case .head(let head) = event {
                        judge(head, readFrom: all[messageStart..<position], limits)
                    }
                    if case .end = event { messageStart = position }
                }
                let byteCountMax = max(limits.headByteCountMax, HTTPLimits.chunkLineByteCountMax)
                require(parser.bufferedByteCount <= byteCountMax, "no more is held than a head may have")
            } catch {
                self.error = error
                judgeEnd(of: &parser, error)
            }
        }
    }

    private mutating func take(_ event: HTTPRequestParser.Event) {
        let isInMessage = messages.last.map { !$0.hasEnded } ?? false
        switch event {
        case .head(let head):
            require(!isInMessage, "a head comes after an end")
            messages.append(Message(head: head))
        case .body(let bytes):
            require(isInMessage && !bytes.isEmpty, "a body has bytes, and a head before it")
            messages[messages.count - 1].body += bytes
        case .end:
            require(isInMessage, "an end has a head before it")
            messages[messages.count - 1].hasEnded = true
        }
    }

    /// An error is the last word, whatever comes after it.
    private func judgeEnd(of parser: inout HTTPRequestParser, _ error: HTTPError) {
        for bytes in ["", "\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"] {
            parser.append(bytes.utf8)
            do {
                let event = try parser.next()
                fatalError("property violated: nothing comes after an error, but \(String(describing: event))")
            } catch let later {
                require(later == error, "the error stays the same")
            }
        }
        require((400...599).contains(error.status), "an error has a status")
    }

    /// Nothing that was sent is left out, and nothing is read that was not sent.
    private func judge(_ head: RequestHead, readFrom bytes: ArraySlice<UInt8>, _ limits: HTTPLimits) {
        let sent = bytes.filter { $0 != 0x20 && $0 != 0x09 }[...]
        let understood = head.written.filter { $0 != 0x20 && $0 != 0x09 }[...]
        let emptyLine: [UInt8] = [0x0D, 0x0A]
        require(sent == understood || sent == emptyLine + understood, "the head is what was sent")
        require(bytes.count <= limits.headByteCountMax + emptyLine.count, "headByteCountMax holds")
        require(head.headers.fields.count <= limits.headerCountMax, "headerCountMax holds")
        require(head.target.utf8.count <= limits.targetByteCountMax, "targetByteCountMax holds")
        for text in [head.method.name, head.target] + head.headers.fields.flatMap({ [$0.name, $0.value] }) {
            require(text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }, "no line holds a control")
        }
        for segment in head.path {
            let isPlain = segment.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x2F && $0 != 0x5C }
            require(isPlain && segment != "." && segment != "..", "a path segment is one")
        }
        for text in head.query.flatMap({ [$0.name, $0.value] }) {
            require(!text.utf8.contains(0), "a query holds no NUL")
        }
        let names = head.headers.fields.map { $0.name.lowercased() }
        require(head.version == .http10 || names.count { $0 == "host" } == 1, "HTTP/1.1 has one Host")
        require(
            names.count { $0 == "content-length" || $0 == "transfer-encoding" } <= 1, "a body has one length")
    }

    /// What must hold of messages once all is read.
    package func judgeBodies(_ limits: HTTPLimits) {
        for message in messages {
            require(message.body.count <= limits.bodyByteCountMax, "bodyByteCountMax holds")
            guard case .counted(let count) = message.head.bodyLength else { continue }
            require(message.hasEnded ? message.body.count == count : message.body.count <= count, "bodies are counted")
        }
    }
}

extension RequestHead {
    /// As a client could have sent it.
    package var written: [UInt8] {
        var text = "\(method.name) \(target) \(version == .http11 ? "HTTP/1.1" : "HTTP/1.0")\r\n"
        for field in headers.fields { text += "\(field.name): \(field.value)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}
