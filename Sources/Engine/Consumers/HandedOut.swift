package import Journal
package import Model

/// An event that is in a bot's hands, or in the hub's own for a webhook.
package struct HandedOut: Sendable, Equatable {
    package let event: CommittedEvent
    /// 1 the first time.
    package let attempt: Int

    /// Names the delivery, and stays the same when the event is handed out again: what a receiver recognises a second
    /// one by.
    package var position: JournalPosition { JournalPosition(epoch: event.epoch, seq: event.header.seq) }
}
