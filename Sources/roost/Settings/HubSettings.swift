import Agents
import Foundation
import Hub
import Journal
import Logging
import Model
import Transport
import WebCodec

/// The hub's settings after flags, environment and file have been weighed.
struct HubSettings {
    var dataFolder: String
    var listen: [Listener.Place]
    var shards: Int
    /// For the TCP listeners; nil speaks plainly.
    var tls: TLSConfiguration?
    var trustedProxies: [TrustedProxies.Entry]
    var roots: [String]
    var hosts: [String]
    var origins: [String]
    var webSocketCompression: Bool
    var durability: Journal.Durability
    var concurrentRunsPerHub: Int
    var concurrentRunsPerProject: Int
    var approvalExpirySeconds: Int
    /// 0: no limit.
    var retentionDays: Int
    var retentionBytes: Int
    var githubProgram: String
    var trustedFilters: [String]
    var logLevel: Logger.Level
    /// nil is off.
    var accessLog: AccessLog.Place?
    var agents: [Provider: AgentSettings]
    var limits: HubLimits

    /// - Parameters:
    ///   - flags: from the command line; a flag that was not given is nil.
    ///   - limits: from the command line, each `name=value`.
    ///   - environment: the process's.
    ///   - file: the settings file's path, or nil for none.
    /// - Throws: `SettingError`, which names the key, the value and what is allowed.
    static func resolve(
        flags: [SettingKey: String], limits: [String] = [], environment: [String: String], file: String?
    ) throws -> HubSettings {
        let sheet = try SettingsFile(path: file)
        let find = SettingFinder(flags: flags, environment: environment, file: sheet)
        let home = environment["HOME"] ?? "/"
        let dataHome = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.local/share"
        return HubSettings(
            dataFolder: try find.value(.data, default: dataHome + "/roost") { Self.path($0, home: home) },
            listen: try Self.listen(find),
            shards: try find.value(.shards, default: min(ProcessInfo.processInfo.activeProcessorCount, 64)) {
                Self.number($0, 1...64)
            },
            tls: try Self.tls(find, home: home),
            trustedProxies: try find.list(.trustedProxies, separator: ",", default: []) { .init($0) },
            roots: try find.list(.roots, separator: ":", default: [home]) { Self.folder($0, home: home) },
            hosts: try find.list(.hosts, separator: ",", default: []) { Self.hostName($0) },
            origins: try find.list(.origins, separator: ",", default: []) { Self.origin($0) },
            webSocketCompression: try find.value(.webSocketCompression, default: true) {
                ["on": true, "off": false][$0]
            },
            durability: try find.value(.durability, default: .full) { .init(rawValue: $0) },
            concurrentRunsPerHub: try find.value(.concurrentRunsPerHub, default: Limits.concurrentRunsPerHub) {
                Self.number($0, 1...256)
            },
            concurrentRunsPerProject: try find.value(
                .concurrentRunsPerProject, default: Limits.concurrentRunsPerProject
            ) { Self.number($0, 1...256) },
            approvalExpirySeconds: try find.value(.approvalExpirySeconds, default: Limits.approvalExpirySeconds) {
                Self.number($0, 1...2_592_000)
            },
            retentionDays: try find.value(.retentionDays, default: Limits.retentionDays) {
                Self.number($0, 0...36_500)
            },
            retentionBytes: try find.value(.retentionBytes, default: Limits.retentionBytes) {
                $0 == "0" ? 0 : Self.number($0, 1 << 20...1 << 40)
            },
            githubProgram: try find.value(.githubProgram, default: "gh") { Self.program($0, home: home) },
            trustedFilters: try find.list(.trustedFilters, separator: ",", default: []) { Self.filterName($0) },
            logLevel: try find.value(.logLevel, default: .info) { .init(rawValue: $0) },
            accessLog: try find.value(.accessLog, default: nil) { Self.accessLog($0, home: home) },
            agents: sheet.agents,
            limits: try HubLimits(flags: limits, environment: environment, file: sheet))
    }

    var retention: Retention {
        Retention(
            ageSecondsMax: retentionDays == 0 ? nil : retentionDays * 24 * 60 * 60,
            bytesMax: retentionBytes == 0 ? nil : retentionBytes)
    }

    /// What the server is to open. A Unix socket is its user's alone, and speaks plainly.
    var listeners: [Listener] {
        listen.map { place in
            switch place {
            case .tcp: Listener(place, tls: tls)
            case .unix: Listener(place)
            }
        }
    }

    private static func listen(_ find: SettingFinder) throws -> [Listener.Place] {
        let places = try find.list(.listen, separator: ",", default: [.tcp(host: "127.0.0.1", port: 37_100)]) {
            ListenAddress.parse($0)
        }
        guard (1...ServerConfiguration.listenerCountMax).contains(places.count) else {
            throw SettingError("setting listen: there must be 1 to \(ServerConfiguration.listenerCountMax) addresses")
        }
        return places
    }

    private static func tls(_ find: SettingFinder, home: String) throws -> TLSConfiguration? {
        let certificates = try find.list(.tlsCertificate, separator: ",", default: []) { path($0, home: home) }
        let keys = try find.list(.tlsKey, separator: ",", default: []) { path($0, home: home) }
        let authorities: String? = try find.value(.tlsClientCA, default: nil) {
            path($0, home: home).map(Optional.some)
        }
        let authentication: TLSConfiguration.ClientAuthentication = try find.value(.tlsClientAuth, default: .none) {
            .init(rawValue: $0)
        }
        guard certificates.count == keys.count else {
            throw SettingError("setting tlsKey: there must be one for each tlsCertificate")
        }
        guard !certificates.isEmpty || authentication == .none else {
            throw SettingError("setting tlsClientAuth: without tlsCertificate there is no TLS")
        }
        guard authorities != nil || authentication == .none else {
            throw SettingError("setting tlsClientAuth: tlsClientCA must say who vouches for clients")
        }
        guard !certificates.isEmpty else { return nil }
        return TLSConfiguration(
            identities: zip(certificates, keys).map { .init(certificatePath: $0, keyPath: $1) },
            clientAuthoritiesPath: authorities, clientAuthentication: authentication)
    }

    private static func filterName(_ text: String) -> String? {
        text.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._-]*/#) == nil ? nil : text
    }

    private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// - Returns: nil for what is not allowed, `.some(nil)` for off.
    private static func accessLog(_ text: String, home: String) -> AccessLog.Place?? {
        switch text {
        case "off": .some(nil)
        case "-": .standardError
        default: path(text, home: home).map { .file($0) }
        }
    }

    private static func program(_ text: String, home: String) -> String? {
        text.contains("/") ? path(text, home: home) : text.isEmpty || text.hasPrefix("-") ? nil : text
    }

    private static func path(_ text: String, home: String) -> String? {
        let path = text.hasPrefix("~/") ? home + text.dropFirst() : text
        return path.hasPrefix("/") ? URL(fileURLWithPath: path).standardizedFileURL.path : nil
    }

    private static func folder(_ text: String, home: String) -> String? {
        var isFolder: ObjCBool = false
        guard let path = path(text, home: home), FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else { return nil }
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    private static func hostName(_ text: String) -> String? {
        let isLiteral = text.hasPrefix("[") && text.hasSuffix("]")
        let name = isLiteral ? text.dropFirst().dropLast() : text[...]
        let isAllowed =
            isLiteral ? name.allSatisfy { $0.isHexDigit || $0 == ":" } : !name.contains { ":/ ".contains($0) }
        return name.isEmpty || !isAllowed ? nil : text.lowercased()
    }

    /// As browsers spell it, without the port that goes without saying.
    private static func origin(_ text: String) -> String? {
        guard let url = URL(string: text.lowercased()), ["http", "https"].contains(url.scheme), url.host != nil,
            url.path.isEmpty, url.query == nil, url.fragment == nil, url.user == nil
        else { return nil }
        let usual = url.scheme == "https" ? ":443" : ":80"
        return String(text.lowercased().dropLast(text.hasSuffix(usual) ? usual.count : 0))
    }
}

/// `HOST:PORT` where the host is a numeric address (IPv6 in brackets) or `localhost`, or `unix:/PATH`.
enum ListenAddress {
    static func parse(_ text: String) -> Listener.Place? {
        if text.hasPrefix("unix:/") { return .unix(path: String(text.dropFirst("unix:".count))) }
        guard let colon = text.lastIndex(of: ":"), case let digits = text[text.index(after: colon)...],
            digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let port = UInt16(digits)
        else { return nil }
        let host = text[..<colon]
        if host == "localhost" { return .tcp(host: "127.0.0.1", port: port) }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let address = isBracketed ? host.dropFirst().dropLast() : host
        guard isBracketed == address.contains(":"), IPAddress(address) != nil else { return nil }
        return .tcp(host: String(address), port: port)
    }
}
