import Model

extension BrokerState {
    mutating func ingest(_ events: [BrokerEvent]) {
        var touched: [JournalRing] = []
        for event in events {
            let before = JournalPosition(epoch: event.epoch, seq: event.header.seq - 1)
            let ring = ring(of: event.journal, after: before)
            guard event.epoch != ring.retiredEpoch else { continue }
            if event.epoch != ring.epoch { begin(after: before, in: ring) }
            let byteCount = ring.byteCount
            if ring.append(event) { statistics.eventsIngested += 1 }
            ringsByteCount += ring.byteCount - byteCount
            if touched.last !== ring { touched.append(ring) }
        }
        for ring in touched {
            // Those that wait pass what they do not want before it is evicted: a filter alone leaves nobody behind.
            placeIdle(of: ring)
            trim(ring, to: limits.ringBytesMax)
        }
        shrinkRings()
    }

    mutating func ring(of journal: JournalKey, after position: JournalPosition) -> JournalRing {
        if let known = rings[journal] { return known }
        let ring = JournalRing(journal: journal, after: position)
        rings[journal] = ring
        return ring
    }

    /// Nobody can be continued across an epoch: what the numbers meant has changed.
    mutating func begin(after position: JournalPosition, in ring: JournalRing) {
        for subscription in ring.subscriptions.values { end(subscription, at: position, .epoch) }
        ringsByteCount -= ring.byteCount
        ring.begin(after: position)
    }

    /// Those that had seen everything look again.
    private mutating func placeIdle(of ring: JournalRing) {
        let waiting = ring.idle
        ring.idle = []
        ring.idle.reserveCapacity(waiting.count)
        for subscription in waiting { place(subscription) }
    }
}

// What the rings may hold.
extension BrokerState {
    mutating func trim(_ ring: JournalRing, to bytesMax: Int) {
        guard ring.byteCount > bytesMax else { return }
        let byteCount = ring.byteCount
        ring.trim(to: bytesMax)
        ringsByteCount -= byteCount - ring.byteCount
    }

    /// Over the limit of all rings together: those that nobody watches are emptied, then the largest are halved. Each
    /// step frees much, so that this is rare.
    mutating func shrinkRings() {
        guard ringsByteCount > limits.ringsTotalBytesMax else { return }
        for ring in rings.values where ring.subscriptions.isEmpty { trim(ring, to: 0) }
        while ringsByteCount > limits.ringsTotalBytesMax,
            let largest = rings.values.max(by: { $0.byteCount < $1.byteCount })
        {
            trim(largest, to: largest.byteCount / 2)
        }
    }
}
