package import Model

/// A prompt under a name: kept by the hub, or by a repository for an agent that knows where: `/review`.
package struct SlashCommand: Sendable, Equatable, Encodable {
    /// With the slash.
    package let name: String
    /// One line.
    package let description: String
    /// Below the repository's folder.
    package let path: String?
    /// Whose it is: that of the place where it lies; nil: all agents', for the hub puts in what it means.
    package let agent: String?
    /// The hub's own; `commands.expand` says what it means.
    package let tagId: Tag.ID?

    init(name: String, description: String, path: String, agent: String) {
        (self.name, self.description, self.path, self.agent, tagId) = (name, description, path, agent, nil)
    }

    package init(_ tag: Tag) {
        let words = tag.content.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        (name, description) = ("/" + tag.name, tag.description ?? String(words.prefix(200)))
        (path, agent, tagId) = (nil, nil, tag.id)
    }
}
