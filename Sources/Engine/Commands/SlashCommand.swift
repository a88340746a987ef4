/// A prompt that a repository keeps under a name, for an agent that knows where: `/review`.
package struct SlashCommand: Sendable, Equatable, Encodable {
    /// With the slash.
    package let name: String
    /// One line.
    package let description: String
    /// Below the repository's folder.
    package let path: String
    /// Whose it is: that of the place where it lies.
    package let agent: String
}
