import Testing
import Transport

@testable import roost

@Suite("Where the hub listens") struct ListenAddressTests {
    @Test(
        "is a numeric address, with a port",
        arguments: [
            ("127.0.0.1:37100", "127.0.0.1", 37_100), ("127.0.0.1:0", "127.0.0.1", 0),
            ("localhost:65535", "127.0.0.1", 65_535), ("[::1]:80", "::1", 80),
            ("0.0.0.0:37100", "0.0.0.0", 37_100), ("[::]:37100", "::", 37_100), ("192.168.1.5:80", "192.168.1.5", 80),
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
        "is nothing half-right",
        arguments: [
            "hub.example:80", "192.168.1:80", "192.168.1.05:80", "*:80", ":80", "", "127.0.0.1", "127.0.0.1:",
            "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
            "127.0.0.1: 1", "127.0.0.1:1a", "::1:80", "[::1]", "[::1:80", "[127.0.0.1]:80", "http://127.0.0.1:80",
            "127.0.0.1:99999999999999999999",
        ])
    func refused(text: String) {
        #expect(ListenAddress.parse(text) == nil)
    }
}
