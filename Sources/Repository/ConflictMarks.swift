import Foundation

/// What git writes into a file that it could not bring together.
enum ConflictMarks {
    /// 64 MiB: what is larger is no text that anybody brings together by hand.
    private static let byteCountMax = 64 << 20

    /// Whether a file has them still; one that cannot be read as a file has not.
    static func areIn(_ path: String) throws -> Bool {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        guard attributes[.type] as? FileAttributeType == .typeRegular,
            let size = attributes[.size] as? Int, size <= byteCountMax
        else { return false }
        let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n"))
        let begins = lines.contains { $0.starts(with: "<<<<<<< ".utf8) }
        return begins && lines.contains { $0.starts(with: ">>>>>>> ".utf8) }
    }
}
