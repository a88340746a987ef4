import Foundation

/// What git writes into a file that it could not bring together.
enum ConflictMarks {
    /// 64 MiB: what is larger is no text that anybody brings together by hand.
    private static let byteCountMax = 64 << 20

    /// 7, where no attribute says otherwise (https://git-scm.com/docs/gitattributes, `conflict-marker-size`).
    static let usualSize = 7

    /// 1,000: a longer mark is none that anybody wants, but an attribute can ask for any.
    static let sizeMax = 1_000

    /// Whether a file has them still; one that cannot be read as a file has not.
    static func areIn(_ path: String, size: Int) throws -> Bool {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        guard attributes[.type] as? FileAttributeType == .typeRegular,
            let byteCount = attributes[.size] as? Int, byteCount <= byteCountMax
        else { return false }
        let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n"))
        func has(_ character: String) -> Bool {
            let mark = Array((String(repeating: character, count: size) + " ").utf8)
            return lines.contains { $0.starts(with: mark) }
        }
        return has("<") && has(">")
    }
}
