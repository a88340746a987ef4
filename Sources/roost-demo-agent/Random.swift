/// Numbers that follow from a seed, the same on every machine.
struct Random {
    private var state: UInt64

    /// FNV-1a over the bytes.
    init(seed: some Sequence<UInt8>) {
        state = seed.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// SplitMix64.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) % UInt64(bound))
    }

    mutating func pick(from choices: [String]) -> String {
        choices[below(choices.count)]
    }
}
