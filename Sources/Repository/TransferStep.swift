/// One thing that git says while it clones or fetches.
package struct TransferStep: Sendable, Equatable {
    package let text: String
    /// 0 to 1 over the whole transfer; nil when this says nothing about it.
    package let progress: Double?
    /// Said for good: what came before it on the same line was a number that kept changing.
    package let isLine: Bool
}
