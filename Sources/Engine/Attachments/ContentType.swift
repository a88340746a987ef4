import Foundation

/// What a file is, by its first bytes: a client's word for it decides only where they do not say otherwise.
package enum ContentType {
    /// So many tell the kinds apart: signatures need 12, and text that goes on so long is text.
    static let headByteCount = 512

    package static let bytes = "application/octet-stream"
    /// Images that browsers show and never run.
    package static let shownImages: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]
    /// Those of them that are known by their bytes. They are also those that models take.
    private static let knownImages = shownImages.subtracting(["image/avif"])

    private static let text = "text/plain; charset=utf-8"
    private static let signatures: [(type: String, bytes: [UInt8])] = [
        ("application/pdf", Array("%PDF-".utf8)), ("application/gzip", [0x1F, 0x8B, 0x08]),
        ("application/zip", Array("PK".utf8) + [3, 4]), ("application/zip", Array("PK".utf8) + [5, 6]),
    ]

    /// - Parameters:
    ///   - head: the file's first `headByteCount` bytes, or all that it has.
    ///   - claimed: what the client says; nil: nothing.
    static func of(_ head: [UInt8], claimed: String?) -> String {
        guard let claimed else { return of(head) ?? bytes }
        let name = claimed.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        if name == bytes { return of(head) ?? bytes }
        guard shownImages.contains(name) else { return claimed }
        let found = of(head)
        if found == name { return claimed }
        // Bytes that say nothing may be an image of a kind that is not known by its bytes, and of no other.
        return found ?? (knownImages.contains(name) ? bytes : claimed)
    }

    /// - Returns: nil where they say nothing.
    static func of(_ head: [UInt8]) -> String? {
        ofImage(head) ?? signatures.first { head.starts(with: $0.bytes) }?.type ?? ofText(head)
    }

    /// By what their formats prescribe.
    static func ofImage(_ head: [UInt8]) -> String? {
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if head.starts(with: Array("GIF87a".utf8)) || head.starts(with: Array("GIF89a".utf8)) { return "image/gif" }
        if head.starts(with: Array("RIFF".utf8)), head.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            return "image/webp"
        }
        return nil
    }

    /// Markup is not called plain text, which is shown: what it is exactly does not matter, since it never is.
    private static func ofText(_ head: [UInt8]) -> String? {
        guard let text = utf8(head), !text.isEmpty, text.unicodeScalars.allSatisfy(isPlain) else { return nil }
        let start = text.trimmingPrefix { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
        if start.hasPrefix("<"), let next = start.dropFirst().first, next.isLetter || next == "!" || next == "?" {
            if start.contains("<svg") { return "image/svg+xml" }
            return start.hasPrefix("<?xml") ? "application/xml" : "text/html"
        }
        return Self.text
    }

    private static func utf8(_ head: [UInt8]) -> String? {
        // A character may be cut where the head ends.
        let cuts = head.count < headByteCount ? 0...0 : 0...3
        return cuts.lazy.compactMap { String(validating: head.dropLast($0), as: UTF8.self) }.first
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory != .control || "\t\n\u{0B}\u{0C}\r\u{1B}".unicodeScalars.contains(scalar)
    }
}
