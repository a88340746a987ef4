import Testing
import Transport

@testable import roost

@Suite("Where the hub listens") struct ListenAddressTests {
    @Test(
        "is loopback, with a port",
        arguments: [
            ("127.0.0.1:37100", "127.0.0.1", 37_100), ("127.0.0.1:0", "127.0.0.1", 0),
            ("localhost:65535", "127.0.0.1", 65_535), ("[::1]:80", "::1", 80),
        ] as [(String, String, UInt16)])
    func read(text: String, host: String, port: UInt16) throws {
        #expect(ListenAddress.parse(text) == .tcp(host: host, port: port))
    }

    @Test("or a Unix domain socket")
    func unix() {
        #expect(ListenAddress.parse("unix:/run/roost.sock") == .unix(path: "/run/roost.sock"))
        #expect(ListenAddress.parse("unix:roost.sock") == nil)
    }

    @Test(
        "is nowhere else, and nothing half-right",
        arguments: [
            "0.0.0.0:37100", "[::]:37100", "192.168.1.5:37100", "10.0.0.1:80", "hub.example:80", "127.0.0.2:80",
            "*:80", ":80", "", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
            "127.0.0.1: 1", "127.0.0.1:1a", "::1:80", "[::1]", "[::1:80", "[127.0.0.1]:80", "http://127.0.0.1:80",
            "127.0.0.1:99999999999999999999",
        ])
    func refused(text: String) {
        #expect(ListenAddress.parse(text) == nil)
    }
}
