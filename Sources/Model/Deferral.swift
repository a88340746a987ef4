/// Why a card is not taken up yet, and what changes that; with neither member, a person does.
package struct Deferral: Codable, Sendable, Equatable {
    /// Not before this.
    package var until: Timestamp?
    /// When nothing that it depends on is left to be done.
    package var whenUnblocked: Bool?

    package init(until: Timestamp? = nil, whenUnblocked: Bool? = nil) {
        self.until = until
        self.whenUnblocked = whenUnblocked
    }
}
