internal import GRDB

extension JournalError {
    init(_ error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_FULL: self = .full
        default:
            self = .storage(
                code: Int(error.extendedResultCode.rawValue), message: error.message ?? error.resultCode.description)
        }
    }

    /// Ours for SQLite's; any other error as it is.
    static func from(_ error: any Error) -> any Error {
        (error as? DatabaseError).map { JournalError($0) } ?? error
    }

    static func wrapping<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch { throw from(error) }
    }

    static func wrapping<Value>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch { throw from(error) }
    }
}
