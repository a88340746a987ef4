/// What a client can subscribe to. Each is a view of one journal, with that journal's numbers.
package enum Channel: Hashable, Sendable, CustomStringConvertible {
    case hub
    case project(Project.ID)
    case run(Run.ID)
    case card(Card.ID)
    case job(Job.ID)
    /// A user's own things, of which only he has a view; nil for the one user of a hub without users.
    case user(User.ID?)
    /// What the hub itself logs, for administrators: a view of its journal without any of its events.
    case logs

    package var description: String {
        switch self {
        case .hub: "hub"
        case .project(let id): "project:\(id)"
        case .run(let id): "run:\(id)"
        case .card(let id): "card:\(id)"
        case .job(let id): "job:\(id)"
        case .user: Self.me
        case .logs: "logs"
        }
    }

    /// Each user names his own so.
    package static let me = "user:me"

    package init?(_ text: String) {
        switch text {
        case "hub":
            self = .hub
            return
        case "logs":
            self = .logs
            return
        default: break
        }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let id = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "project": if let id = Project.ID(id) { self = .project(id) } else { return nil }
        case "run": if let id = Run.ID(id) { self = .run(id) } else { return nil }
        case "card": if let id = Card.ID(id) { self = .card(id) } else { return nil }
        case "job": if let id = Job.ID(id) { self = .job(id) } else { return nil }
        default: return nil
        }
    }
}
