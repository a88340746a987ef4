package import Model

/// How the list of a channel's watchers differs from what its viewers were told last.
package struct PresenceChange: Sendable, Equatable {
    package let channel: Channel
    package internal(set) var joined: [Watcher] = []
    package internal(set) var updated: [Watcher] = []
    package internal(set) var left: [Watcher] = []
    /// All that are listed now, in order of arrival.
    package let listed: [Watcher]
    /// Those that are not listed too.
    package let total: Int
    /// The one viewer who has done all of it, and so need not be told.
    let cause: ViewerRecord.Number?
}

/// What a channel's viewers are told of its watchers, as JSON that all of them share.
package struct PresenceNews: Sendable {
    /// The list as an array, for those who come.
    package let viewers: [UInt8]
    package let total: Int
    /// The whole list as a frame's `data`, for those who were not told of the change before.
    package let listed: [UInt8]
    package let changes: [(type: ReplaceableType, data: [UInt8])]

    package init(
        viewers: [UInt8], total: Int, listed: [UInt8], changes: [(type: ReplaceableType, data: [UInt8])]
    ) {
        self.viewers = viewers
        self.total = total
        self.listed = listed
        self.changes = changes
    }
}

/// What somebody who comes to a channel is shown.
package struct PresenceView: Sendable {
    /// As its viewers were told last, as a JSON array; empty for those whose filter leaves presence out.
    package let viewers: [UInt8]
    package let total: Int
    /// Who has come, where the list does not have them yet.
    package let own: Watcher?
}
