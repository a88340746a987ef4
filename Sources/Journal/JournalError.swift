package import Model

/// What keeps the journal from doing its work.
package enum JournalError: Error, Sendable, Equatable {
    /// The file is something else.
    case notAJournal(path: String, reason: String)
    /// A newer version of Roost has written it.
    case newerSchema(path: String, migrations: [String])
    /// Somebody has it open.
    case inUse(path: String, holder: String)
    /// Nothing has been told in it, nor ever was.
    case unknownJournal(JournalKey)
    /// The disk, or the room given to the journal on it, is full. Nothing of the change was kept; it can be tried again.
    case full
    case closed
    /// A file of this name is there, and is not written over.
    case exists(path: String)
    /// The system's word on a file.
    case file(path: String, reason: String)
    /// What is stored cannot be what was written.
    case damaged(String)
    /// SQLite's extended result code and message: https://www.sqlite.org/rescode.html.
    case storage(code: Int, message: String)
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAJournal(let path, let reason): "\(path) is not a journal of Roost: \(reason)"
        case .newerSchema(let path, let migrations):
            "\(path) was written by a newer version of Roost (it has \(migrations.joined(separator: ", ")))"
        case .inUse(let path, let holder): "\(path) is in use by \(holder.isEmpty ? "another hub" : holder)"
        case .unknownJournal(let key): "there is no journal of \(key)"
        case .full: "the disk is full"
        case .closed: "the journal is closed"
        case .exists(let path): "\(path) is there already"
        case .file(let path, let reason): "\(path): \(reason)"
        case .damaged(let what): "the journal is damaged: \(what)"
        case .storage(let code, let message): "SQLite error \(code): \(message)"
        }
    }
}
