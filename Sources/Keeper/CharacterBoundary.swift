/// Where UTF-8 may be cut. Bytes that are no UTF-8 may be cut anywhere.
enum CharacterBoundary {
    /// The last boundary at or before `index`, at most three bytes away.
    static func before(_ index: Int, in bytes: [UInt8]) -> Int {
        if index < bytes.count, !isContinuation(bytes[index]) { return index }
        for start in stride(from: index - 1, through: max(0, index - 3), by: -1) {
            let byte = bytes[start]
            if isContinuation(byte) { continue }
            return start + length(from: byte) > index && isWhole(bytes[start..<index]) ? start : index
        }
        return index
    }

    /// The end of the character that begins at `index`; `index` itself when its rest has yet to come.
    static func after(_ index: Int, in bytes: [UInt8], isFinal: Bool) -> Int {
        guard index < bytes.count else { return index }
        let end = index + length(from: bytes[index])
        if end > bytes.count { return isFinal ? bytes.count : index }
        return bytes[index + 1..<end].allSatisfy(isContinuation) ? end : index + 1
    }

    private static func isWhole(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.dropFirst().allSatisfy(isContinuation)
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// How many bytes a character has that begins so; 1 for what begins none.
    private static func length(from byte: UInt8) -> Int {
        switch byte {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }
}
