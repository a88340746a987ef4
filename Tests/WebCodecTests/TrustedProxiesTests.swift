import Testing
import WebCodec

@Suite("What proxies say") struct TrustedProxiesTests {
    @Test("a network has those that begin like it")
    func network() throws {
        let ten = try #require(IPNetwork("10.0.0.0/8"))
        let odd = try #require(IPNetwork("192.0.2.64/27"))
        let version4 = try #require(IPNetwork("0.0.0.0/0"))
        let version6 = try #require(IPNetwork("::/0"))
        let one = try #require(IPNetwork("::1"))
        func holds(_ network: IPNetwork, _ text: String) -> Bool { IPAddress(text).map(network.contains) ?? false }
        #expect(holds(ten, "10.255.0.1") && holds(ten, "::ffff:10.1.2.3") && !holds(ten, "11.0.0.0"))
        #expect(holds(odd, "192.0.2.95") && !holds(odd, "192.0.2.96") && !holds(odd, "192.0.2.63"))
        #expect(holds(version4, "203.0.113.9") && !holds(version4, "::1"))
        #expect(holds(version6, "2001:db8::1") && !holds(version6, "203.0.113.9"))
        #expect(holds(one, "::1") && !holds(one, "::2"))
        #expect(
            [ten, odd, version4, one].map(\.description) == ["10.0.0.0/8", "192.0.2.64/27", "0.0.0.0/0", "::1/128"])
    }

    @Test(
        "what is no network is none",
        arguments: [
            "", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "hub", "/8",
            "10.0.0.0/+8", "10.0.0.0/0008",
        ])
    func noNetwork(text: String) { #expect(IPNetwork(text) == nil) }

    private static let proxies = TrustedProxies(["10.0.0.0/8", "::1", "unix"].compactMap { .init($0) })

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var headers: HTTPHeaders
        var peer = "10.0.0.1"
        var origin = TrustedProxies.Origin()
    }

    static let rows: [Row] = [
        Row(testDescription: "nothing said", headers: [:]),
        Row(
            testDescription: "a stranger is not believed", headers: ["X-Forwarded-For": "192.0.2.1"], peer: "192.0.2.9"),
        Row(testDescription: "a stranger may say what it likes", headers: ["Forwarded": "for=;"], peer: "192.0.2.9"),
        Row(
            testDescription: "one proxy",
            headers: ["X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "HTTPS", "X-Forwarded-Host": "hub:8443"],
            origin: .init(address: IPAddress("192.0.2.1"), scheme: "https", host: "hub:8443")),
        Row(
            testDescription: "a client's invention on the left",
            headers: ["X-Forwarded-For": "10.9.9.9, 192.0.2.1"], origin: .init(address: IPAddress("192.0.2.1"))),
        Row(
            testDescription: "a client's nonsense on the left",
            headers: ["X-Forwarded-For": "!, 192.0.2.1"], origin: .init(address: IPAddress("192.0.2.1"))),
        Row(
            testDescription: "a client's open quotation mark",
            headers: ["Forwarded": "for=\"10.9.9.9, for=192.0.2.1"], origin: .init(address: IPAddress("192.0.2.1"))),
        Row(
            testDescription: "two proxies, two fields",
            headers: ["X-Forwarded-For": "7.7.7.7, 192.0.2.1", "x-forwarded-for": "10.0.0.2"],
            origin: .init(address: IPAddress("192.0.2.1"))),
        Row(
            testDescription: "all are trusted: the farthest", headers: ["X-Forwarded-For": "10.0.0.3, 10.0.0.2"],
            origin: .init(address: IPAddress("10.0.0.3"))),
        Row(
            testDescription: "scheme and host of a client's making stay on the left",
            headers: [
                "X-Forwarded-For": "10.9.9.9, 192.0.2.1", "X-Forwarded-Proto": "https, http",
                "X-Forwarded-Host": "evil.example, hub.example",
            ], origin: .init(address: IPAddress("192.0.2.1"), scheme: "http", host: "hub.example")),
        Row(
            testDescription: "RFC 7239",
            headers: ["Forwarded": #"for="[2001:db8::17]:4711";Proto=https;by=203.0.113.43;host="hub.example:8443""#],
            origin: .init(address: IPAddress("2001:db8::17"), scheme: "https", host: "hub.example:8443")),
        Row(
            testDescription: "RFC 7239, two elements and an empty one",
            headers: ["Forwarded": "for=10.9.9.9;proto=https, for=192.0.2.1;proto=http , "],
            origin: .init(address: IPAddress("192.0.2.1"), scheme: "http")),
        Row(
            testDescription: "a separator in quotes is none",
            headers: ["Forwarded": #"x="a,b;c";for=192.0.2.1"#], origin: .init(address: IPAddress("192.0.2.1"))),
        Row(
            testDescription: "beyond a hidden one nothing is known",
            headers: ["Forwarded": "for=192.0.2.1, for=_secret, for=10.0.0.2"],
            origin: .init(address: IPAddress("10.0.0.2"))),
        Row(
            testDescription: "unknown", headers: ["Forwarded": "for=unknown;proto=https"],
            origin: .init(scheme: "https")),
        Row(
            testDescription: "over a Unix socket", headers: ["X-Forwarded-For": "192.0.2.1:4711"], peer: "unix",
            origin: .init(address: IPAddress("192.0.2.1"))),
        Row(
            testDescription: "malformed behind a trusted one: so far, and no farther",
            headers: ["X-Forwarded-For": "nobody, 10.0.0.2"],
            origin: .init(address: IPAddress("10.0.0.2"), complaint: "X-Forwarded-For is malformed")),
    ]

    @Test("is believed from those who are trusted, as far as they are", arguments: rows)
    func origin(row: Row) throws {
        let peer: TrustedProxies.Peer =
            row.peer == "unix" ? .unix : .address(try #require(IPAddress(row.peer)))
        #expect(Self.proxies.origin(of: row.headers, from: peer) == row.origin)
    }

    @Test(
        "is ignored when it is malformed, and why is told",
        arguments: [
            ["Forwarded": "for"], ["Forwarded": "for="], ["Forwarded": "for =192.0.2.1"],
            ["Forwarded": "for=192.0.2.1;for=192.0.2.2"], ["Forwarded": "for=\"192.0.2.1"],
            ["Forwarded": #"for="192.0.2.1"x"#], ["Forwarded": #"for="a\"b""#], ["Forwarded": "for=[::1]"],
            ["Forwarded": "for=hub.example"], ["Forwarded": "proto=ftp"], ["Forwarded": "host=\"a b\""],
            ["X-Forwarded-For": "hub.example"], ["X-Forwarded-For": "1.2.3.4:x"],
            ["X-Forwarded-For": "[1.2.3.4]"], ["X-Forwarded-Proto": "wss"], ["X-Forwarded-Host": "a/b"],
            ["Forwarded": "for=192.0.2.1", "X-Forwarded-For": "192.0.2.1"],
        ] as [HTTPHeaders])
    func malformed(headers: HTTPHeaders) {
        let origin = Self.proxies.origin(of: headers, from: .unix)
        #expect(origin.complaint != nil)
        #expect(origin == .init(complaint: origin.complaint))
    }
}
