// What all fuzz targets share: the input, the cutting of it, and what is said when a property does not hold.
//
// A target checks properties, not only that nothing crashes: the same bytes mean the same however they are cut, an
// error is the last word, limits hold, what was understood is what was sent, and a second reader, written without
// regard to speed, reads the same. Chance comes from the input itself, so that every finding can be played again.

/// libFuzzer's input. `count` bytes stand at `start` for the time of the call.
package func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: start, count: count))
}

/// Stops the run; libFuzzer keeps the input.
package func require(_ holds: Bool, _ property: @autoclosure () -> String) {
    if !holds { fatalError("property violated: \(property())") }
}

/// FNV-1a, then SplitMix64.
package struct Chance: RandomNumberGenerator {
    private var state: UInt64

    package init(of bytes: [UInt8]) {
        state = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// In pieces of one byte or of up to `byteCountMax`.
    package mutating func pieces(_ bytes: [UInt8], byteCountMax: Int) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, Bool.random(using: &self) ? 1 : Int.random(in: 1...byteCountMax, using: &self))
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}

/// The ways in which one input is cut: whole, by chance, and, where it is short enough to be quick, each byte alone.
package func cuts(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
    var chance = Chance(of: bytes)
    let ways = [[bytes[...]], chance.pieces(bytes, byteCountMax: Bool.random(using: &chance) ? 8 : 200)]
    return bytes.count > 100 ? ways : ways + [bytes.indices.map { bytes[$0...$0] }]
}
