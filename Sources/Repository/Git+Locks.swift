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
        for name in ["index.lock", "HEAD.lock", "ORIG_HEAD.lock"] where Paths.exists(place.own(name)) {
            _ = try takeAway(
                StaleLock(path: place.own(name)), heldFrom: [place.top, place.gitFolder, place.commonFolder])
        }
    }

    private func takeAway(_ lock: StaleLock, heldFrom folders: [String]) throws -> Bool {
        try lock.remove(
            olderThan: settings.lockSecondsMax, now: Int(time.now().millisecondsSince1970 / 1_000), heldFrom: folders)
    }
}
