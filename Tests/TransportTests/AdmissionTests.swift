import Testing
import WebCodec

@testable import Transport

@Suite("Admission") struct AdmissionTests {
    private let near = IPAddress("192.0.2.1")
    private let far = IPAddress("2001:db8:1:2::")

    private static func admission(_ change: (inout TransportLimits) -> Void) -> Admission {
        var limits = TransportLimits()
        change(&limits)
        return Admission(limits: limits)
    }

    private static func refusal(_ body: () throws(Admission.Refusal) -> Void) -> Admission.Refusal? {
        do { try body() } catch { return error }
        return nil
    }

    @Test("an address has its places, and gets them back")
    func address() throws {
        var admission = Self.admission { $0.connectionsPerAddressMax = 2 }
        let place = try admission.enter(client: near, nowMilliseconds: 0)
        _ = try admission.enter(client: near, nowMilliseconds: 0)
        let refusal = Self.refusal { () throws(Admission.Refusal) in
            _ = try admission.enter(client: near, nowMilliseconds: 0)
        }
        #expect(refusal?.limit == .connectionsPerAddressMax && refusal?.error.code == .addressFull)
        #expect(refusal?.error.detail.contains("connectionsPerAddressMax (2)") == true)
        // Others have their own, and those without an address none.
        _ = try admission.enter(client: far, nowMilliseconds: 0)
        for _ in 0..<5 { _ = try admission.enter(client: nil, isLocal: true, nowMilliseconds: 0) }
        admission.leave(place)
        _ = try admission.enter(client: near, nowMilliseconds: 0)
    }

    @Test("all have their places together")
    func all() throws {
        var admission = Self.admission { $0.connectionCountMax = 2 }
        let place = try admission.enter(client: near, nowMilliseconds: 0)
        _ = try admission.enter(client: nil, isLocal: true, nowMilliseconds: 0)
        let refusal = Self.refusal { () throws(Admission.Refusal) in
            _ = try admission.enter(client: far, nowMilliseconds: 0)
        }
        #expect(refusal?.limit == .connectionCountMax && refusal?.error.code == .serverFull)
        admission.leave(place)
        _ = try admission.enter(client: far, nowMilliseconds: 0)
    }

    @Test("new ones have a rate, save those of this machine's own sockets")
    func rate() throws {
        var admission = Self.admission { $0.handshakesPerSecond = 10 }
        for _ in 0..<10 { _ = try admission.enter(client: near, nowMilliseconds: 5000) }
        let refusal = Self.refusal { () throws(Admission.Refusal) in
            _ = try admission.enter(client: far, nowMilliseconds: 5099)
        }
        #expect(refusal?.limit == .handshakesPerSecond && refusal?.error.code == .handshakesTooFast)
        #expect(refusal?.error.status == 503)
        _ = try admission.enter(client: nil, isLocal: true, nowMilliseconds: 5099)
        _ = try admission.enter(client: far, nowMilliseconds: 5100)
        #expect(throws: Admission.Refusal.self) { try admission.enter(client: far, nowMilliseconds: 5100) }
    }

    @Test("only so many are told at the same time; the rest is closed at once")
    func told() throws {
        var admission = Self.admission { $0.connectionCountMax = 0 }
        func isTold() -> Bool? {
            Self.refusal { () throws(Admission.Refusal) in
                _ = try admission.enter(client: near, nowMilliseconds: 0)
            }?.isTold
        }
        for _ in 0..<TransportLimits.refusalCountMax { #expect(isTold() == true) }
        #expect(isTold() == false)
        admission.leave(.refused)
        #expect(isTold() == true)
        #expect(isTold() == false)
    }
}

@Suite("The log's pace") struct LogPaceTests {
    @Test("the log has the first at once, then how many there were")
    func paced() {
        var pace = LogPace()
        let seconds: [UInt64] = [100, 100, 109, 110, 111]
        #expect(seconds.map { pace.countToLog(nowMilliseconds: $0 * 1000) } == [1, nil, nil, 3, nil])
    }
}

@Suite("Token bucket") struct TokenBucketTests {
    @Test("is full after a second, and holds no more")
    func fills() {
        var bucket = TokenBucket(countPerSecond: 3)
        func taken(at milliseconds: UInt64) -> Int {
            var count = 0
            while bucket.take(nowMilliseconds: milliseconds) { count += 1 }
            return count
        }
        #expect(taken(at: 1000) == 3)
        #expect(taken(at: 1333) == 0)
        #expect(taken(at: 1334) == 1)
        #expect(taken(at: 900_000) == 3)
        // A loop that is behind gets nothing, and takes nothing back.
        #expect(taken(at: 899_000) == 0)
        #expect(taken(at: 900_334) == 1)
    }
}
