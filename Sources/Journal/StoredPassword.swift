/// What is kept of a password: enough to tell whether one that is shown is it.
package struct StoredPassword: Sendable, Equatable {
    package let salt: [UInt8]
    /// scrypt's N and p, with which `hash` was made; r is 8.
    package let cost: Int
    package let parallelization: Int
    package let hash: [UInt8]

    package init(salt: [UInt8], cost: Int, parallelization: Int, hash: [UInt8]) {
        (self.salt, self.cost, self.parallelization, self.hash) = (salt, cost, parallelization, hash)
    }
}
