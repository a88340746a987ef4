package import WebCodec

/// What `MultipartParser` makes of a form, and whether it keeps its promises meanwhile.
package struct MultipartReading: Equatable {
    package struct Part: Equatable {
        package var name: String
        package var data: [UInt8] = []
        package var hasEnded = false
    }

    package private(set) var parts: [Part] = []
    package private(set) var hasEnded = false
    package private(set) var error: MultipartError.Code?

    package init(_ pieces: [ArraySlice<UInt8>], boundary: String, limits: MultipartLimits) {
        do throws(MultipartError) {
            var parser = try MultipartParser(boundary: boundary, limits: limits)
            for piece in pieces {
                parser.append(piece)
                do throws(MultipartError) {
                    while let event = try parser.next() { take(event) }
                } catch {
                    checkLast(error, &parser)
                    throw error
                }
                let heldByteCountMax = max(limits.partHeadByteCountMax, boundary.utf8.count + 4)
                require(parser.heldByteCount <= heldByteCountMax, "what is undecided is bounded")
            }
            try parser.finish()
        } catch {
            self.error = error.code
        }
        require(parts.count <= limits.partCountMax, "the number of parts is bounded")
        require((error == nil) == hasEnded, "a form is whole, or there is an error")
    }

    private mutating func take(_ event: MultipartParser.Event) {
        require(!hasEnded, "nothing comes behind the end")
        let isOpen = parts.last.map { !$0.hasEnded } ?? false
        switch event {
        case .partBegan(let part):
            require(!isOpen, "a part begins when the one before has ended")
            parts.append(Part(name: part.name))
        case .data(let bytes):
            require(isOpen && !bytes.isEmpty, "data is some, and of a part")
            parts[parts.count - 1].data += bytes
        case .partEnded:
            require(isOpen, "what ends has begun")
            parts[parts.count - 1].hasEnded = true
        case .ended:
            require(!isOpen, "the form ends when its last part has")
            hasEnded = true
        }
    }

    private func checkLast(_ error: MultipartError, _ parser: inout MultipartParser) {
        parser.append("\r\n--b--".utf8)
        do throws(MultipartError) {
            _ = try parser.next()
            require(false, "an error is the last word")
        } catch let again {
            require(again == error, "an error stays the same")
        }
    }
}
