import Client
import Testing

@Suite("A hub's address") struct HubAddressTests {
    @Test(
        "is read with and without scheme and slash",
        arguments: [
            ("http://127.0.0.1:37100", "127.0.0.1", 37_100),
            ("http://127.0.0.1:37100/", "127.0.0.1", 37_100),
            ("ws://127.0.0.1:1", "127.0.0.1", 1),
            ("localhost:65535", "localhost", 65_535),
            ("http://[::1]:37100", "::1", 37_100),
            ("[::1]:80/", "::1", 80),
        ] as [(String, String, UInt16)])
    func read(text: String, host: String, port: UInt16) throws {
        let address = try #require(HubAddress(text))
        #expect(address == HubAddress(host: host, port: port))
        #expect(HubAddress(address.description) == address, "what it prints, it reads")
    }

    @Test(
        "is refused otherwise",
        arguments: [
            "", "/", ":", "127.0.0.1", "http://127.0.0.1", "127.0.0.1:", ":37100", "http://:37100", "127.0.0.1:0",
            "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1:80a", "127.0.0.1:80/api", "::1:80", "[::1]",
            "[::1:80", "::1]:80", "[127.0.0.1]:80", "[]:80", "https://127.0.0.1", "unix:relative",
            "http://ws://127.0.0.1:80",
            "http://me@127.0.0.1:80", "a b:80",
        ])
    func refused(text: String) {
        #expect(HubAddress(text) == nil)
    }

    @Test("is printed with brackets where a port could be mistaken")
    func printed() {
        #expect(HubAddress(host: "127.0.0.1", port: 80).description == "http://127.0.0.1:80")
        #expect(HubAddress(host: "::1", port: 80).description == "http://[::1]:80")
    }

    @Test("may be secure, or a Unix domain socket")
    func others() {
        #expect(HubAddress("wss://hub.example:443/") == HubAddress(host: "hub.example", port: 443, isSecure: true))
        #expect(HubAddress("https://[::1]:1")?.description == "https://[::1]:1")
        #expect(HubAddress("unix:/run/roost.sock") == HubAddress(unixPath: "/run/roost.sock"))
        #expect(HubAddress("unix:/run/roost.sock")?.description == "unix:/run/roost.sock")
    }
}
