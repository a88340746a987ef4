import Glibc

// What a keeper that was killed leaves behind: nobody else sees to it.
extension KeeperFolder {
    /// Kills the process of a keeper that is gone, and whatever came of it, also where that has left its group and its
    /// session: by the control group where there is one, and by the keeper's mark in their environments.
    ///
    /// To be called until it returns 0: what is being born while it looks is found by the next look.
    /// - Returns: how many were still there.
    package func killSurvivors(of record: KeeperRecord) throws -> Int {
        _ = try record.child?.signalGroup(SIGKILL)
        let group = try controlGroup()
        if let group { _ = group.kill() }
        var count = 0
        for pid in try ProcessTable.numbers(withVariable: record.keeper.variable) {
            guard let status = try ProcessStatus(pid: pid), !status.hasEnded else { continue }
            _ = kill(pid, SIGKILL)
            count += 1
        }
        if let group, !group.remove() { count += 1 }
        return count
    }

    /// The process's control group, where it has one.
    package func controlGroup() throws -> ControlGroup? {
        let bytes = try directory().contents(of: File.group, byteCountMax: Self.pathByteCountMax)
        return bytes.map { ControlGroup(path: String(decoding: $0, as: UTF8.self)) }
    }

    /// 4 KiB: the longest path (PATH_MAX).
    private static let pathByteCountMax = 4 << 10
}

extension ProcessIdentity {
    /// The variable by which whatever a keeper starts is known as its own, whoever its parent is by now.
    package static let variableName = "ROOST_KEEPER"

    package var variableValue: String { "\(bootID)/\(pid)/\(startTicks)" }
    var variable: String { Self.variableName + "=" + variableValue }
}
