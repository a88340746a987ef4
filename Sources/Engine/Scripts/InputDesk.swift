import Keeper
import Model

/// Hands what people type to processes, one piece of each after the other: where a piece goes is asked of the keeper first.
actor InputDesk {
    private var last: [ChildProcess.ID: Task<Void, any Error>] = [:]

    func deliver(to id: ChildProcess.ID, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let before = last[id]
        let task = Task {
            _ = await before?.result
            try await body()
        }
        last[id] = task
        let result = await task.result
        if last[id] == task { last[id] = nil }
        try result.get()
    }
}

extension TerminalSize {
    init(_ size: ScreenSize) { self.init(columns: UInt16(clamping: size.columns), rows: UInt16(clamping: size.rows)) }
}
