import Testing
import WebCodec

@Suite("Addresses") struct IPAddressTests {
    @Test(
        "have one reading, however they are written",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:c000:201", "192.0.2.1"), ("::", "::"), ("::1", "::1"), ("2001:db8:0:0::", "2001:db8::"),
            ("2001:DB8::a:b", "2001:db8::a:b"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
        ])
    func address(text: String, expected: String) { #expect(IPAddress(text)?.description == expected) }

    @Test(
        "what is none",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.+4", "1.2.3.", " 1.2.3.4", "1.2.3.4 ", ":",
            ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1%eth0", "[::1]", "1.2.3.4::",
            "::1.2.3", "1:", ":1", "localhost", "::+1", "1.2.3.4\0", "0x7f.1", String(repeating: "1", count: 1000),
        ])
    func noAddress(text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        "who is one client",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::1", "::"),
        ])
    func client(text: String, expected: String) { #expect(IPAddress(text)?.client.description == expected) }
}
