import Model

extension Git {
    /// Takes the lock away that kept a command from its work, if it was left behind by a git that was killed.
    /// - Returns: whether the command can be run again.
    func takeAwayLock(after failure: GitFailure, of command: GitCommand) throws -> Bool {
        guard case .exited = failure.reason, let lock = StaleLock(named: failure.words, in: command.gitFolders) else {
            return false
        }
        return try takeAway(lock, heldFrom: [command.folder] + command.gitFolders)
    }

    /// The same before a command that does much before it comes upon a lock.
    func takeAwayLocks(at place: Place) throws {
        var files = ["index", "HEAD", "ORIG_HEAD"].map(place.own) + ["packed-refs", "config"].map(place.shared)
        let head = Paths.exists(place.own("HEAD")) ? try Paths.text(of: place.own("HEAD")) : ""
        // And of the branch that HEAD stands for.
        if head.hasPrefix("ref: refs/") { files.append(place.shared(String(head.dropFirst(5).prefix { $0 != "\n" }))) }
        for path in files.map({ $0 + ".lock" }) where Paths.exists(path) {
            _ = try takeAway(StaleLock(path: path), heldFrom: [place.top, place.gitFolder, place.commonFolder])
        }
    }

    private func takeAway(_ lock: StaleLock, heldFrom folders: [String]) throws -> Bool {
        try lock.remove(
            olderThan: settings.lockSecondsMax, now: Int(time.now().millisecondsSince1970 / 1_000), heldFrom: folders)
    }
}
