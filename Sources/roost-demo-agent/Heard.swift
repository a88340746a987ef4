import Foundation

/// A line from stdin.
struct Heard: Decodable {
    enum Kind: String, Decodable {
        case prompt
        case approval
        case interrupt
    }

    enum Decision: String, Decodable {
        case approve
        case deny
    }

    let type: Kind
    let text: String?
    let id: String?
    let decision: Decision?
    let reason: String?
}
