/// What a request that may come twice is known by.
package struct RequestKey: Hashable, Sendable {
    /// Whose key it is: two callers' keys never meet.
    package let caller: String
    package let key: String

    package init(caller: String, key: String) {
        self.caller = caller
        self.key = key
    }
}

/// What a request came to, as it was kept with its change.
package struct KeptAnswer: Sendable, Equatable {
    /// Of the request that the key came with.
    package let fingerprint: [UInt8]
    /// In the spelling of whoever kept it.
    package let answer: [UInt8]
}
