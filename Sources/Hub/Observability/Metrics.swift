package import Transport
package import WebCodec

/// What the hub counts of its traffic: atomics, made once, so that counting takes no lock.
package final class Metrics: TransportObserver {
    let connectionsOpened = Counter()
    let connectionsClosed = Counter()
    let bytesReceived = Counter()
    let bytesSent = Counter()
    let messagesReceived = Counter()
    let framesSent = Counter()
    let streamsOpened = Counter()
    let streamsClosed = Counter()
    let refusals = CounterFamily(HTTPError.Code.allCases.map(\.rawValue))
    let handshakes = CounterFamily(["done", "failed"])
    let operations: CounterFamily
    let methods = CounterFamily(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    let statusClasses = CounterFamily((1...5).map { "\($0)xx" })
    let closeCodes = CounterFamily(Metrics.knownCloseCodes.map { String($0) })
    let durations = Histogram()
    let loopLag = Histogram()
    private let accessLog: AccessLog?

    /// Those of RFC 6455 section 7.4.1 and the hub's own; others are the clients'.
    private static let knownCloseCodes: [UInt16] =
        Array(1000...1003) + Array(1005...1011) + [4001, 4003, 4008, 4009, 4013, CloseCode.tooManyMessages]
        + [CloseCode.failed]

    package init(_ table: OperationTable = .all, accessLog: AccessLog? = nil) {
        operations = CounterFamily(table.operations.map(\.name))
        self.accessLog = accessLog
    }

    var accessLogLostCount: Int { accessLog?.lostCount ?? 0 }

    package func connectionOpened() { connectionsOpened.add() }
    package func connectionClosed() { connectionsClosed.add() }
    package func refused(_ code: HTTPError.Code) { refusals.add(code.rawValue) }
    package func handshakeEnded(succeeded: Bool) { handshakes.add(succeeded ? "done" : "failed") }
    package func received(byteCount: Int) { bytesReceived.add(byteCount) }
    package func sent(byteCount: Int) { bytesSent.add(byteCount) }
    package func messageReceived() { messagesReceived.add() }
    package func framesSent(count: Int) { framesSent.add(count) }
    package func streamOpened() { streamsOpened.add() }
    package func ticked(lateMilliseconds: UInt64) { loopLag.add(milliseconds: lateMilliseconds) }

    package func ended(_ record: ExchangeRecord) {
        accessLog?.write(record)
        guard let closeCode = record.closeCode else {
            operations.add(record.notes.operation)
            methods.add(record.method)
            statusClasses.add("\(record.status / 100)xx")
            if record.kind == .request { durations.add(milliseconds: record.milliseconds) }
            return
        }
        streamsClosed.add()
        closeCodes.add(String(closeCode))
    }
}
