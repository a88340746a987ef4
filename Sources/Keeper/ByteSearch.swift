import CKeeper

extension [UInt8] {
    /// The first place at or after `start` where `wanted` stands.
    func firstPlace(of wanted: [UInt8], from start: Int) -> Int? {
        guard start < count else { return nil }
        let place = unsafe withUnsafeBytes { bytes in
            unsafe wanted.withUnsafeBytes { wanted in
                unsafe ckeeper_find(bytes.baseAddress, bytes.count, start, wanted.baseAddress, wanted.count)
            }
        }
        return place < 0 ? nil : place
    }

    /// The first place from which on all that there is may become `wanted`; the end where there is none.
    func beginning(of wanted: [UInt8]) -> Int {
        unsafe withUnsafeBytes { bytes in
            unsafe wanted.withUnsafeBytes { wanted in
                unsafe ckeeper_find_beginning(bytes.baseAddress, bytes.count, wanted.baseAddress, wanted.count)
            }
        }
    }
}
