/// What a connection that we make is for.
protocol OutgoingSession: ConnectionSession {
    /// When it has failed, if it is not up by then.
    var dueMilliseconds: UInt64 { get }
    func connected(_ connection: Connection)
    /// There was never a connection.
    func unreachable(_ reason: String)
    func timedOut()
}
