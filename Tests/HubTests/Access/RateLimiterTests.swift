import Model
import RoostTesting
import Testing
import WebCodec

@testable import Hub

@Suite("How much a user may ask for") struct RateLimiterTests {
    private let clock = ManualClock()

    private func caller(_ number: Int) -> Caller {
        let user = User(
            id: User.ID(trusted: "usr_\(number)"), name: "u\(number)", type: .person, role: .member, at: clock.now())
        return Caller(.local, user.actor, .all, user: user)
    }

    private func refusal(_ limiter: RateLimiter, _ caller: Caller, _ group: RateGroup) -> HubError? {
        do {
            try limiter.admit(caller, to: group)
            return nil
        } catch {
            return error
        }
    }

    @Test("is a number for each group, each user's own, and says when there is more", arguments: RateGroup.allCases)
    func groups(group: RateGroup) throws {
        let limiter = RateLimiter(RateLimits(), clock: clock)
        guard let limit = RateLimits().limit(of: group) else {
            for _ in 0..<10_000 { #expect(refusal(limiter, caller(1), group) == nil) }
            return
        }
        for _ in 0..<limit.perMinute { #expect(refusal(limiter, caller(1), group) == nil) }
        let refused = try #require(refusal(limiter, caller(1), group))
        #expect(refused.code == .rateLimited && refused.code.http.status == 429 && refused.code.isWorthRetrying)
        #expect(refused.members["limit"]?.string == limit.name)
        #expect(refusal(limiter, caller(2), group) == nil)
        for other in RateGroup.allCases where other != group { #expect(refusal(limiter, caller(1), other) == nil) }
        clock.advance(by: .seconds(try #require(refused.retryAfterSeconds)))
        #expect(refusal(limiter, caller(1), group) == nil, "as it was told")
    }

    @Test("is anything on a hub without users")
    func free() {
        let limiter = RateLimiter(RateLimits(), clock: clock)
        for _ in 0..<1_000 { #expect(refusal(limiter, .local, .starting) == nil) }
        #expect(limiter.count == 0)
    }

    @Test("is forgotten of those who have asked for nothing for a minute")
    func forgotten() {
        let limiter = RateLimiter(RateLimits(), clock: clock)
        for number in 0..<RateLimiter.sweepCountMin { _ = refusal(limiter, caller(number), .reading) }
        clock.advance(by: .seconds(60))
        _ = refusal(limiter, caller(-1), .reading)
        #expect(limiter.count == 1)
    }

    @Test("counts by both doors, and what is refused for other reasons too")
    func doors() async throws {
        var rates = RateLimits()
        rates.settingsPerMinute = 2
        let hub = try TestHub(rates: rates)
        let root = try await hub.people.make("root", .admin)
        let bearer: HTTPHeaders = ["Authorization": "Bearer \(root.secret)"]
        let missing = try await hub.send("PATCH /api/users/usr_01JD6Z5Z0A0000000000000000", [:], headers: bearer)
        #expect(missing.status == 404)
        _ = try await hub.operations.call(
            "users.create", ["name": "ada"], by: hub.access.caller(showing: root.secret))
        let refused = try await hub.send("POST /api/users", ["name": "bob"], headers: bearer)
        #expect(try (refused.status, refused.code()) == (429, "RATE_LIMITED"))
        #expect(refused.headers["Retry-After"] == "30")
        #expect(try refused.json()["limit"] == "settingsPerMinute")
        #expect(try await hub.send("GET /api/users", headers: bearer).status == 200)
    }

    @Test("is of event streams so many at a time, also where one was never opened")
    func streams() throws {
        let (count, ada) = (StreamCount(), caller(1))
        var places = try (0..<4).map { _ in try count.take(for: ada, countMax: 4) }
        #expect(throws: HubError.self) { try count.take(for: ada, countMax: 4) }
        _ = try count.take(for: caller(2), countMax: 4)
        #expect(count.count(of: User.ID(trusted: "usr_2")) == 0, "it was forgotten at once")
        places[0]?.leave()
        places[0]?.leave()
        #expect(count.count(of: User.ID(trusted: "usr_1")) == 3)
        places = []
        #expect(count.count(of: User.ID(trusted: "usr_1")) == 0)
        #expect(try count.take(for: .local, countMax: 0) == nil)
    }
}
