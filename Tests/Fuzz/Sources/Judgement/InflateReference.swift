/// RFC 1951, read a second time: bit by bit, as Mark Adler's `puff` does it, over bytes that are all there. After a final
/// block it goes on at the next byte, as RFC 7692 section 7.2.1 lets a message.
package struct InflateReference {
    package enum Result: Equatable {
        /// All input was used, and it ended behind a block that was not a final one.
        case whole([UInt8])
        case tooBig
        case wrong
    }

    private enum Stop: Error {
        case tooBig, wrong
    }

    /// A canonical Huffman code: how many symbols have each length, and the symbols in order.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        /// - Throws: when it is over-subscribed, or incomplete and not a single symbol of one bit where that is allowed.
        init(_ lengths: [Int], maySpareBits: Bool) throws {
            for length in lengths { counts[length] += 1 }
            symbols = (1...15).flatMap { length in lengths.indices.filter { lengths[$0] == length } }
            if counts[0] == lengths.count {
                guard maySpareBits else { throw Stop.wrong }
                return
            }
            var free = 1
            for length in 1...15 {
                free = free * 2 - counts[length]
                guard free >= 0 else { throw Stop.wrong }
            }
            let isSingle = maySpareBits && symbols.count == 1 && counts[1] == 1
            guard free == 0 || isSingle else { throw Stop.wrong }
        }

        init(fixed lengths: [Int]) {
            for length in lengths { counts[length] += 1 }
            symbols = (1...15).flatMap { length in lengths.indices.filter { lengths[$0] == length } }
        }
    }

    private let input: [UInt8]
    private let byteCountMax: Int
    private var bitPosition = 0
    private var output: [UInt8] = []

    package static func inflate(_ input: [UInt8], byteCountMax: Int) -> Result {
        var reader = InflateReference(input: input, byteCountMax: byteCountMax)
        do {
            try reader.readBlocks()
            return .whole(reader.output)
        } catch Stop.tooBig {
            return .tooBig
        } catch {
            return .wrong
        }
    }

    private init(input: [UInt8], byteCountMax: Int) {
        (self.input, self.byteCountMax) = (input, byteCountMax)
    }

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for index in 0..<count {
            guard bitPosition < input.count * 8 else { throw Stop.wrong }
            value |= Int(input[bitPosition / 8] >> (bitPosition % 8) & 1) << index
            bitPosition += 1
        }
        return value
    }

    private mutating func put(_ byte: UInt8) throws {
        output.append(byte)
        guard output.count <= byteCountMax else { throw Stop.tooBig }
    }

    private mutating func readBlocks() throws {
        var wasFinal = true
        while input.count * 8 - bitPosition >= 3 {
            wasFinal = try bits(1) == 1
            switch try bits(2) {
            case 0: try readStored()
            case 1: try readCoded(Self.fixedLengths, Self.fixedDistances)
            case 2:
                let (lengths, distances) = try readCodes()
                try readCoded(lengths, distances)
            default: throw Stop.wrong
            }
            if wasFinal { bitPosition = (bitPosition + 7) / 8 * 8 }
        }
        guard !wasFinal else { throw Stop.wrong }
    }

    private mutating func readStored() throws {
        bitPosition = (bitPosition + 7) / 8 * 8
        let count = try bits(16)
        guard try bits(16) == count ^ 0xFFFF else { throw Stop.wrong }
        for _ in 0..<count { try put(UInt8(bits(8))) }
    }

    private mutating func symbol(_ code: Code) throws -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1...15 {
            value |= try bits(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Stop.wrong
    }

    private mutating func readCoded(_ lengths: Code, _ distances: Code) throws {
        while true {
            let symbol = try symbol(lengths)
            if symbol == 256 { return }
            if symbol < 256 {
                try put(UInt8(symbol))
                continue
            }
            guard symbol <= 285 else { throw Stop.wrong }
            let length = try Self.lengthBases[symbol - 257] + bits(Self.lengthBits[symbol - 257])
            let distanceSymbol = try self.symbol(distances)
            guard distanceSymbol < 30 else { throw Stop.wrong }
            let distance = try Self.distanceBases[distanceSymbol] + bits(Self.distanceBits[distanceSymbol])
            guard distance <= output.count else { throw Stop.wrong }
            for _ in 0..<length { try put(output[output.count - distance]) }
        }
    }

    private mutating func readCodes() throws -> (Code, Code) {
        let (lengthCount, distanceCount, codeCount) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
        guard lengthCount <= 286, distanceCount <= 30 else { throw Stop.wrong }
        var codeLengths = [Int](repeating: 0, count: 19)
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        for place in order.prefix(codeCount) { codeLengths[place] = try bits(3) }
        let code = try Code(codeLengths, maySpareBits: false)
        var lengths: [Int] = []
        while lengths.count < lengthCount + distanceCount {
            switch try symbol(code) {
            case 16:
                guard let last = lengths.last else { throw Stop.wrong }
                lengths += try [Int](repeating: last, count: 3 + bits(2))
            case 17: lengths += try [Int](repeating: 0, count: 3 + bits(3))
            case 18: lengths += try [Int](repeating: 0, count: 11 + bits(7))
            case let length: lengths.append(length)
            }
        }
        guard lengths.count == lengthCount + distanceCount, lengths[256] != 0 else { throw Stop.wrong }
        return (
            try Code(Array(lengths[..<lengthCount]), maySpareBits: true),
            try Code(Array(lengths[lengthCount...]), maySpareBits: true)
        )
    }

    private static let fixedLengths = Code(
        fixed: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    private static let fixedDistances = Code(fixed: [Int](repeating: 5, count: 30))
    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
}
