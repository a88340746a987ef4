/// What it may cost to keep the state of worktrees live. Settings; these are the defaults.
package struct WatchLimits: Sendable, Equatable {
    /// Of the hub together. Each costs the kernel some 1 KB, and 8,192 is what Linux gives a user at the least
    /// (`fs.inotify.max_user_watches`); a worktree that finds no room is looked at every `worktreePollSeconds`.
    package var watchedFoldersMax = 8_000
    /// Between two looks at a worktree while it changes, and so between two tellings of it.
    package var worktreeLookMs = 750
    /// Between two looks at a worktree that is not watched.
    package var worktreePollSeconds = 5
    /// Worktrees that are kept live at a time: agents at work and open pages of a team. Those beyond wait for room.
    package var watchedWorktreesMax = 256
    /// 32 MiB of diffs for those who ask for what somebody has asked before and nothing has changed since: some of the largest that are
    /// told, or a thousand usual ones.
    package var sharedDiffBytesMax = 32 << 20

    /// 30 s between two looks at one that is watched and says nothing: what happens elsewhere (a remote is fetched) is
    /// seen then.
    package static let quietLookSeconds = 30
    /// 4: a look that takes long is followed by a pause of so many times that.
    package static let pauseFactor = 4
    /// 50 names in one `file.changed`; the count says how many there were.
    package static let filesToldMax = 50

    package init() {}
}
