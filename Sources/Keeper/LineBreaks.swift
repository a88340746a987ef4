import Glibc

/// Where lines end.
enum LineBreaks {
    static let byte = UInt8(ascii: "\n")

    static func positions(in bytes: [UInt8]) -> [Int] {
        unsafe bytes.withUnsafeBytes { bytes in
            var positions: [Int] = []
            guard let base = bytes.baseAddress else { return positions }
            var start = 0
            while start < bytes.count,
                let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            {
                positions.append(unsafe UnsafeRawPointer(found) - base)
                start = unsafe UnsafeRawPointer(found) - base + 1
            }
            return positions
        }
    }
}
