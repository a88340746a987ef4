import Model

/// What a client names when it subscribes: a channel, or a project by its slug.
enum ChannelTarget: Sendable, Equatable {
    case channel(Channel)
    case projectSlug(String)
    /// The caller's own.
    case me

    /// - Parameter text: `hub`, `project:<id or slug>`, `run:<id>`, `card:<id>`, `job:<id>`, `user:me`, `logs`.
    init(_ text: String) throws(HubError) {
        if text == Channel.me {
            self = .me
        } else if let channel = Channel(text) {
            self = .channel(channel)
        } else if text.hasPrefix("project:") {
            self = .projectSlug(String(text.dropFirst("project:".count)))
        } else {
            throw HubError(.channelNotFound, "there is no channel \(text)")
        }
    }

    init(project reference: String) {
        self = Project.ID(reference).map { .channel(.project($0)) } ?? .projectSlug(reference)
    }
}
