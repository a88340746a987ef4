package import Model

package enum HubClientError: Error, Sendable, CustomStringConvertible {
    /// The hub refused: its problem document.
    case problem(JSONValue)
    case closed(code: UInt16, reason: String)
    /// More frames than `HubClient.unreadFramesMax` waited to be read.
    case fellBehind

    package var description: String {
        switch self {
        case .problem(let problem):
            "\(problem["code"]?.string ?? "error"): \(problem["detail"]?.string ?? problem["title"]?.string ?? "")"
        case .closed(let code, let reason): "the connection was closed (\(code)\(reason.isEmpty ? "" : " \(reason)"))"
        case .fellBehind: "more than \(HubClient.unreadFramesMax) frames waited to be read"
        }
    }

    /// Whether the same attempt will be refused again: a problem that has no time after which to try again, or, by the
    /// protocol's rule, a close code from 4000 to 4099.
    package var isFinal: Bool {
        switch self {
        case .problem(let problem): problem["retryAfterSeconds"] == nil
        case .closed(let code, _): (4000...4099).contains(code)
        case .fellBehind: false
        }
    }
}
