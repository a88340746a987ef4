import Foundation
import Glibc

/// Small questions to the machine.
enum Probe {
    /// 10 s: an agent's command line that is slower to say its version is not well.
    static let answerSecondsMax = 10.0

    /// - Returns: the first line that a program prints; nil when it cannot be started, fails, or takes too long.
    static func firstLine(of argv: [String], environment: [String: String]) async -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = argv
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        do { try process.run() } catch { return nil }
        let watchdog = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + answerSecondsMax, execute: watchdog)
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        watchdog.cancel()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }

    enum Port {
        case free, taken
        case refused(String)
    }

    /// Tries to listen, and lets go again.
    static func port(host: String, port: Int) -> Port {
        let isSix = host.contains(":")
        let socket = Glibc.socket(isSix ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return .refused(String(cString: strerror(errno))) }
        defer { Glibc.close(socket) }
        var reuse: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        let result: Int32
        if isSix {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = UInt16(port).bigEndian
            address.sin6_addr = in6addr_loopback
            result = bind(socket, address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = inet_addr(host)
            result = bind(socket, address)
        }
        guard result != 0 else { return .free }
        return errno == EADDRINUSE ? .taken : .refused(String(cString: strerror(errno)))
    }

    private static func bind<Address>(_ socket: Int32, _ address: Address) -> Int32 {
        withUnsafeBytes(of: address) { bytes in
            guard let start = bytes.baseAddress else { return -1 }
            return Glibc.bind(socket, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }
}
