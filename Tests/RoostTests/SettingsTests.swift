import Agents
import Foundation
import Hub
import Journal
import Logging
import Model
import RoostTesting
import Testing
import Transport
import WebCodec

@testable import roost

@Suite("Settings") struct SettingsTests {
    /// What a test gives, and what comes of it.
    struct Given: Sendable {
        let key: SettingKey
        let flag: String
        let variable: String
        let file: String
        let fallback: String
        let read: @Sendable (HubSettings) -> String
    }

    private static let home = "/home/ann"

    static let given: [Given] = [
        Given(key: .data, flag: "/a/b", variable: "~/c", file: "/d/../e", fallback: "/home/ann/.local/share/roost") {
            ["/home/ann/c": "~/c", "/e": "/d/../e"][$0.dataFolder] ?? $0.dataFolder
        },
        Given(
            key: .listen, flag: "127.0.0.1:1", variable: "[::1]:2,unix:/s", file: "127.0.0.1:3",
            fallback: "127.0.0.1:37100"
        ) { $0.listen.map(\.description).joined(separator: ",") },
        Given(
            key: .shards, flag: "1", variable: "64", file: "3",
            fallback: "\(ProcessInfo.processInfo.activeProcessorCount)"
        ) { "\($0.shards)" },
        Given(key: .trustedProxies, flag: "10.0.0.0/8,unix", variable: "127.0.0.1/32", file: "unix", fallback: "") {
            $0.trustedProxies.map(\.description).joined(separator: ",")
        },
        Given(key: .roots, flag: "/usr", variable: "/etc:/usr", file: "/", fallback: home) {
            $0.roots.joined(separator: ":")
        },
        Given(key: .hosts, flag: "a", variable: "b,c", file: "d", fallback: "") { $0.hosts.joined(separator: ",") },
        Given(key: .origins, flag: "http://a", variable: "http://b:8,https://c", file: "https://d", fallback: "") {
            $0.origins.joined(separator: ",")
        },
        Given(key: .webSocketCompression, flag: "off", variable: "on", file: "off", fallback: "on") {
            $0.webSocketCompression ? "on" : "off"
        },
        Given(key: .durability, flag: "normal", variable: "full", file: "normal", fallback: "full") {
            $0.durability.rawValue
        },
        Given(
            key: .concurrentRunsPerHub, flag: "1", variable: "256", file: "3",
            fallback: "\(Limits.concurrentRunsPerHub)"
        ) { "\($0.concurrentRunsPerHub)" },
        Given(
            key: .concurrentRunsPerProject, flag: "1", variable: "256", file: "3",
            fallback: "\(Limits.concurrentRunsPerProject)"
        ) { "\($0.concurrentRunsPerProject)" },
        Given(
            key: .approvalExpirySeconds, flag: "1", variable: "2592000", file: "3",
            fallback: "\(Limits.approvalExpirySeconds)"
        ) { "\($0.approvalExpirySeconds)" },
        Given(
            key: .retentionDays, flag: "0", variable: "36500", file: "3", fallback: "\(Limits.retentionDays)"
        ) { "\($0.retentionDays)" },
        Given(
            key: .retentionBytes, flag: "0", variable: "1048576", file: "2000000",
            fallback: "\(Limits.retentionBytes)"
        ) { "\($0.retentionBytes)" },
        Given(key: .githubProgram, flag: "/opt/gh", variable: "gh2", file: "/usr/bin/gh", fallback: "gh") {
            $0.githubProgram
        },
        Given(key: .trustedFilters, flag: "git-crypt,one", variable: "two", file: "three_4", fallback: "") {
            $0.trustedFilters.joined(separator: ",")
        },
        Given(key: .logLevel, flag: "trace", variable: "critical", file: "debug", fallback: "info") {
            $0.logLevel.rawValue
        },
        Given(key: .accessLog, flag: "-", variable: "~/log", file: "/a", fallback: "off") {
            switch $0.accessLog {
            case nil: "off"
            case .standardError: "-"
            case .file("/home/ann/log"): "~/log"
            case .file(let path): path
            }
        },
    ]

    static let bad: [SettingKey: [String]] = [
        .data: ["relative", "", "~", "./here"],
        .listen: ["hub.example:37100", "127.0.0.1", "x"],
        .shards: ["0", "65", "many"],
        .tlsCertificate: ["cert.pem"],
        .tlsKey: ["key.pem"],
        .tlsClientCA: ["ca.pem"],
        .tlsClientAuth: ["yes"],
        .trustedProxies: ["10.0.0.1/8", "hub.example", "Unix"],
        .roots: ["relative", "/nowhere/at/all", "/etc/passwd"],
        .hosts: ["hub.example:80", "http:", "a b", "fd00::1", "[fd00::1]:80", "[]", "[hub]"],
        .origins: ["hub.example", "ftp://hub", "https://hub/path", "https://hub/", "https://hub?q", "https://me@hub"],
        .webSocketCompression: ["yes", "ON", ""],
        .durability: ["FULL", "none", ""],
        .concurrentRunsPerHub: ["0", "257", "-1", "many", "1.5", ""],
        .concurrentRunsPerProject: ["0", "257"],
        .approvalExpirySeconds: ["0", "2592001", "1h"],
        .retentionDays: ["36501", "-1", "1d"],
        .retentionBytes: ["1", "-1", "1G"],
        .githubProgram: ["", "bin/gh", "-gh"],
        .trustedFilters: ["a b", "-x", "a=b", "é"],
        .logLevel: ["verbose", "INFO"],
        .accessLog: ["on", "log", "", "./log"],
    ]

    @Test("every key is tested") func complete() {
        // These go together: a test of their own.
        let tls: Set<SettingKey> = [.tlsCertificate, .tlsKey, .tlsClientCA, .tlsClientAuth]
        #expect(Set(Self.given.map(\.key)).union(tls) == Set(SettingKey.allCases))
        #expect(Set(Self.bad.keys) == Set(SettingKey.allCases))
    }

    @Test("a flag wins over the environment, that over the file, and that over the default", arguments: given.indices)
    func precedence(index: Int) throws {
        let given = Self.given[index]
        let folder = try TemporaryFolder()
        let file = try folder.settings("\(given.key.rawValue): '\(given.file)'")
        func read(flag: Bool, variable: Bool, file path: String?) throws -> String {
            given.read(
                try HubSettings.resolve(
                    flags: flag ? [given.key: given.flag] : [:],
                    environment: ["HOME": Self.home, given.key.variable: given.variable].filter {
                        variable || $0.key == "HOME"
                    }, file: path))
        }
        for (variable, path) in [(true, file), (false, file), (true, nil), (false, nil)] where given.key != .roots {
            #expect(try read(flag: true, variable: variable, file: path) == given.flag)
        }
        #expect(try read(flag: true, variable: true, file: file) == given.flag)
        #expect(try read(flag: false, variable: true, file: file) == given.variable)
        #expect(try read(flag: false, variable: false, file: file) == given.file)
        #expect(try read(flag: false, variable: false, file: nil) == given.fallback)
    }

    @Test("a bad value's error names key, source, value and what is allowed", arguments: SettingKey.allCases)
    func refused(key: SettingKey) throws {
        let folder = try TemporaryFolder()
        for value in try #require(Self.bad[key]) {
            let file = try folder.settings("\(key.rawValue): '\(value)'")
            // An empty list is a list.
            guard !(key.isList && value.isEmpty) else { continue }
            func expect(
                _ source: String, flags: [SettingKey: String] = [:], environment: [String: String] = [:],
                file: String? = nil
            ) {
                let error = #expect(throws: SettingError.self) {
                    try HubSettings.resolve(flags: flags, environment: environment, file: file)
                }
                let shown = value.split(separator: key == .roots ? ":" : ",").first.map(String.init) ?? value
                #expect(
                    error?.description
                        == "setting \(key.rawValue) (\(source)): '\(shown)' is not allowed; allowed: \(key.allowed)")
            }
            expect(key.flag, flags: [key: value])
            expect(key.variable, environment: [key.variable: value])
            expect(file, file: file)
        }
    }

    @Test("certificates and keys come in pairs; clients are judged by somebody")
    func tls() throws {
        func read(_ flags: [SettingKey: String]) throws -> TLSConfiguration? {
            try HubSettings.resolve(flags: flags, environment: ["HOME": Self.home], file: nil).tls
        }
        #expect(try read([:]) == nil)
        let pair: [SettingKey: String] = [.tlsCertificate: "/a.pem,~/b.pem", .tlsKey: "/a.key,/b.key"]
        let configuration = try #require(try read(pair))
        #expect(configuration.identities.map(\.certificatePath) == ["/a.pem", "/home/ann/b.pem"])
        #expect(configuration.identities.map(\.keyPath) == ["/a.key", "/b.key"])
        var judged = pair
        (judged[.tlsClientCA], judged[.tlsClientAuth]) = ("/ca.pem", "required")
        #expect(try read(judged)?.clientAuthentication == .required)
        judged[.tlsClientCA] = nil
        #expect(throws: SettingError.self) { try read(judged) }
        #expect(throws: SettingError.self) { try read([.tlsCertificate: "/a.pem"]) }
        #expect(throws: SettingError.self) { try read([.tlsClientCA: "/ca.pem", .tlsClientAuth: "optional"]) }
    }

    @Test("the data folder's default follows XDG_DATA_HOME, when that is absolute")
    func dataHome() throws {
        func folder(_ environment: [String: String]) throws -> String {
            try HubSettings.resolve(flags: [:], environment: environment, file: nil).dataFolder
        }
        #expect(try folder(["HOME": "/h"]) == "/h/.local/share/roost")
        #expect(try folder(["HOME": "/h", "XDG_DATA_HOME": "/x"]) == "/x/roost")
        #expect(try folder(["HOME": "/h", "XDG_DATA_HOME": ""]) == "/h/.local/share/roost")
        #expect(try folder(["HOME": "/h", "XDG_DATA_HOME": "relative"]) == "/h/.local/share/roost")
    }

    @Test("lists lose their separators, their case where it means nothing, and no item")
    func lists() throws {
        let settings = try HubSettings.resolve(
            flags: [
                .hosts: "Hub.Example,other,[FD00::1]", .roots: "/usr:/etc:",
                .origins: "HTTPS://Hub.Example:8443,https://a:443,http://a:80,http://a:443",
            ],
            environment: [:], file: nil)
        #expect(settings.hosts == ["hub.example", "other", "[fd00::1]"])
        #expect(settings.origins == ["https://hub.example:8443", "https://a", "http://a", "http://a:443"])
        #expect(settings.roots == ["/usr", "/etc"])
    }

    @Test("a root is a folder's real path")
    func realRoots() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("real"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: folder.file("real"))
        let settings = try HubSettings.resolve(flags: [.roots: "~/link"], environment: ["HOME": folder.path], file: nil)
        #expect(settings.roots == [URL(fileURLWithPath: folder.file("real")).resolvingSymlinksInPath().path])
    }
}

extension TemporaryFolder {
    /// - Returns: the path of a settings file with this text.
    func settings(_ yaml: String) throws -> String {
        let path = file("roost.yaml")
        try yaml.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
