// Targets: the input is the one of a GET; then again, its lines as segments and items that a client encodes.

import Judgement
import WebCodec

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzQuery(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    checkReading(bytes)
    checkRoundTrip(bytes)
    return 0
}

private func read(_ target: [UInt8]) -> RequestReading {
    RequestReading(
        [Array("GET ".utf8)[...], target[...], Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)[...]], limits: HTTPLimits())
}

/// What is accepted is what a plain decoder makes of the same bytes.
private func checkReading(_ bytes: [UInt8]) {
    // With a line's end in it, it is a target, a version and a header field: what RequestFuzzer reads.
    guard !bytes.contains(UInt8(ascii: "\r")), !bytes.contains(UInt8(ascii: "\n")) else { return }
    let reading = read(bytes)
    guard let head = reading.messages.first?.head, Array(head.target.utf8) == bytes else {
        require(reading.error != nil, "a target is accepted as it is, or refused")
        return
    }
    guard bytes.first == UInt8(ascii: "/") else { return }
    let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    let path = String(decoding: bytes[..<mark], as: UTF8.self)
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { plain(String($0)) }
    require(head.path.map(Optional.init) == (path == "/" ? [] : segments), "segments are decoded once")
    let items = String(decoding: bytes[mark...].dropFirst(), as: UTF8.self).split(separator: "&").map { item in
        let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map { plain($0.map { $0 == "+" ? " " : String($0) }.joined()) }
        return [parts[0], parts.count > 1 ? parts[1] : ""]
    }
    require(head.query.map { [$0.name, $0.value] } == items, "query items are decoded once")
}

/// Decoded by a reader of its own; nil where an escape is broken.
private func plain(_ text: String) -> String? {
    let parts = text.split(separator: "%", omittingEmptySubsequences: false)
    var bytes = Array(parts[0].utf8)
    for part in parts.dropFirst() {
        guard part.utf8.count >= 2, part.first != "+", part.first != "-", let byte = UInt8(part.prefix(2), radix: 16)
        else { return nil }
        bytes += [byte] + part.dropFirst(2).utf8
    }
    return String(validating: bytes, as: UTF8.self)
}

/// Any text arrives, in the path save where it would mean another path.
private func checkRoundTrip(_ bytes: [UInt8]) {
    let texts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    let isAllowed = texts.allSatisfy { text in
        text != "." && text != ".."
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }
    let path = texts.map { "/" + escaped($0) }.joined()
    if path.utf8.count <= HTTPLimits().targetByteCountMax {
        let segments = read(Array(path.utf8)).messages.first?.head.path
        require(segments == (isAllowed ? (path == "/" ? [] : texts) : nil), "an escaped path is read as it was meant")
    }
    let query = "/?" + texts.map { "\(escaped($0))=\(escaped($0 + "&=+%"))" }.joined(separator: "&")
    if query.utf8.count <= HTTPLimits().targetByteCountMax {
        let items = read(Array(query.utf8)).messages.first?.head.query
        let expected = texts.map { QueryItem(name: $0, value: $0 + "&=+%") }
        let hasNUL = texts.contains { $0.utf8.contains(0) }
        require(items == (hasNUL ? nil : expected), "an escaped query is read as it was meant")
    }
}

/// Every byte, so that each is met in its escaped form.
private func escaped(_ text: String) -> String {
    text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
