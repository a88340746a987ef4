import Model

/// Where streams are asked for.
enum StreamPath: Sendable, Equatable {
    case webSocket
    case events(ChannelTarget)
    case allEvents

    /// - Parameter path: `/api/ws`, `/api/events`, `/api/logs/stream`, or `/api/{projects,runs,cards}/{id}/events/stream`.
    init?(_ path: [String]) {
        if path == ["api", "ws"] {
            self = .webSocket
            return
        }
        if path == ["api", "events"] {
            self = .allEvents
            return
        }
        if path == ["api", "logs", "stream"] {
            self = .events(.channel(.logs))
            return
        }
        guard path.count == 5, path[0] == "api", path[3...] == ["events", "stream"] else { return nil }
        switch path[1] {
        case "projects": self = .events(ChannelTarget(project: path[2]))
        case "runs": self = .events(.channel(.run(Run.ID(trusted: path[2]))))
        case "cards": self = .events(.channel(.card(Card.ID(trusted: path[2]))))
        default: return nil
        }
    }
}
