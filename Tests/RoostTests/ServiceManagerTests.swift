import Glibc
import RoostTesting
import Testing

@testable import roost

@Suite("The service manager's datagrams") struct ServiceManagerTests {
    @Test(
        "each is spelled as sd_notify(3) has it, to a path and to an abstract name",
        arguments: [
            (.ready, "READY=1"), (.stopping, "STOPPING=1"),
            (.reloading(monotonicMicroseconds: 12), "RELOADING=1\nMONOTONIC_USEC=12"), (.alive, "WATCHDOG=1"),
            (.mainProcess(12), "MAINPID=12"),
        ] as [(ServiceManager.News, String)], [true, false])
    func told(news: (ServiceManager.News, String), isAbstract: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("notify")
        let receiver = try Receiver(isAbstract ? "@" + path : path)
        defer { receiver.close() }
        let manager = try manager(["NOTIFY_SOCKET": isAbstract ? "@" + path : path])
        #expect(manager.tell(news.0) == nil)
        #expect(receiver.receive() == news.1)
    }

    @Test("without a manager nothing is told, and a manager that is gone is no failure of ours")
    func nobody() throws {
        #expect(try manager([:]).tell(.ready) == nil)
        #expect(try manager(["NOTIFY_SOCKET": "vsock:2:1"]).tell(.ready) == nil)
        #expect(try manager(["NOTIFY_SOCKET": "/nowhere/at/all"]).tell(.ready) != nil)
        let long = "/" + String(repeating: "a", count: 200)
        #expect(try manager(["NOTIFY_SOCKET": long]).tell(.ready)?.contains("107 bytes") == true)
    }

    @Test("a watchdog holds for the process that it was meant for, and a broken one is an error")
    func watchdogs() throws {
        #expect(try manager([:]).watchdogMicroseconds == nil)
        #expect(try manager(["WATCHDOG_USEC": "9"]).watchdogMicroseconds == 9)
        #expect(try manager(["WATCHDOG_USEC": "9", "WATCHDOG_PID": "7"]).watchdogMicroseconds == 9)
        #expect(try manager(["WATCHDOG_USEC": "9", "WATCHDOG_PID": "8"]).watchdogMicroseconds == nil)
        for broken in ["0", "-1", "", "soon", "18446744073709551615"] {
            #expect(throws: SettingError.self) { try manager(["WATCHDOG_USEC": broken]) }
        }
        #expect(throws: SettingError.self) { try manager(["WATCHDOG_USEC": "9", "WATCHDOG_PID": "me"]) }
    }

    private func manager(_ environment: [String: String]) throws -> ServiceManager {
        try ServiceManager(environment: environment, pid: 7)
    }

    private struct Receiver {
        let descriptor: Int32

        init(_ address: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            var path = Array(address.utf8)
            if path[0] == UInt8(ascii: "@") { path[0] = 0 }
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path) }
            let byteCount = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
            let result = withUnsafeBytes(of: name) {
                bind(descriptor, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), byteCount)
            }
            try #require(result == 0)
        }

        func receive() -> String {
            var buffer = [UInt8](repeating: 0, count: 512)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }

        func close() { Glibc.close(descriptor) }
    }
}
