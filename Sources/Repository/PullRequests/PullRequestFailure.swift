/// What kept gh from doing what it was asked, in its own words.
package enum PullRequestFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such program on this machine.
    case notInstalled(String)
    /// gh's exit code 4 (`gh help exit-codes`).
    case notLoggedIn(words: String)
    case failed(words: String)
    case timedOut(seconds: Int)
    /// It ended well and said something else than its manual promises.
    case unreadable

    package var description: String {
        switch self {
        case .notInstalled(let program): "there is no program \(program), which makes pull requests"
        case .notLoggedIn(let words): "gh is not logged in: \(words)"
        case .failed(let words): "gh: \(words)"
        case .timedOut(let seconds): "gh was not done after \(seconds) s"
        case .unreadable: "gh said something that cannot be read"
        }
    }
}
