import Journal
import Model
import Transport

/// Every setting of the hub: one name in three spellings. `--listen` beats `ROOST_LISTEN` beats `listen:` in the file.
enum SettingKey: String, CaseIterable {
    case data
    case listen
    case shards
    case tlsCertificate
    case tlsKey
    case tlsClientCA
    case tlsClientAuth
    case trustedProxies
    case roots
    case hosts
    case origins
    case webSocketCompression
    case durability
    case concurrentRunsPerHub
    case concurrentRunsPerProject
    case approvalExpirySeconds
    case retentionDays
    case retentionBytes
    case githubProgram
    case trustedFilters
    case logLevel
    case accessLog

    /// `concurrentRunsPerHub` → `--concurrent-runs-per-hub`
    var flag: String { "--" + words.joined(separator: "-") }
    /// `concurrentRunsPerHub` → `ROOST_CONCURRENT_RUNS_PER_HUB`
    var variable: String { "ROOST_" + words.joined(separator: "_").uppercased() }

    private var words: [String] { rawValue.camelCaseWords }

    /// Whether the file may give it as a sequence; in flags and environment its items are separated.
    var isList: Bool {
        switch self {
        case .listen, .roots, .hosts, .origins, .tlsCertificate, .tlsKey, .trustedProxies, .trustedFilters: true
        case .data, .shards, .tlsClientCA, .tlsClientAuth, .webSocketCompression, .durability, .concurrentRunsPerHub,
            .concurrentRunsPerProject,
            .approvalExpirySeconds,
            .retentionDays, .retentionBytes, .githubProgram, .logLevel, .accessLog:
            false
        }
    }

    /// What it is for, and its default.
    var help: String {
        switch self {
        case .data: "Folder of everything the hub keeps (default: $XDG_DATA_HOME/roost or ~/.local/share/roost)."
        case .listen:
            "Where to listen, separated by ',' (default: 127.0.0.1:37100). A hub without users listens on loopback addresses "
                + "and Unix sockets only."
        case .shards: "Threads that serve connections (default: one for each core)."
        case .tlsCertificate:
            "PEM files with a certificate and its issuers, separated by ','. With one, addresses speak TLS (default: none)."
        case .tlsKey: "The certificates' key files, in the same order (default: none)."
        case .tlsClientCA: "PEM file with those who vouch for clients' certificates (default: none)."
        case .tlsClientAuth: "Whether clients must show a certificate (default: none)."
        case .trustedProxies:
            "Proxies whose Forwarded or X-Forwarded-* fields are believed, separated by ',' (default: none)."
        case .roots: "Folders in which projects may lie, separated by ':' (default: the home folder)."
        case .hosts: "Host names that are served beside loopback's, separated by ',' (default: none)."
        case .origins: "Origins of web pages that may use the hub beside its own, separated by ',' (default: none)."
        case .webSocketCompression:
            "Whether WebSockets are compressed (permessage-deflate) for clients that ask: on, off (default: on)."
        case .durability: "What an acknowledged change survives: full, also loss of power; normal, the hub's death."
        case .concurrentRunsPerHub:
            "How many runs work at the same time (default: \(Limits.concurrentRunsPerHub))."
        case .concurrentRunsPerProject:
            "How many runs of one project work at the same time (default: \(Limits.concurrentRunsPerProject))."
        case .approvalExpirySeconds:
            "How long an agent's question waits for an answer (default: \(Limits.approvalExpirySeconds))."
        case .retentionDays:
            "How long events are kept; 0: for ever (default: \(Limits.retentionDays)). Cards and runs stay."
        case .retentionBytes:
            "How much of each project's events is kept; 0: all (default: \(Limits.retentionBytes))."
        case .githubProgram: "GitHub's command line, which makes pull requests (default: gh, as PATH has it)."
        case .trustedFilters:
            "git content filters that may run although a repository's own configuration alone names their programs, separated by ',' (default: none; LFS needs no entry)."
        case .accessLog:
            "Where a line of JSON goes for each request and each stream's end: off, -, a file (default: off)."
        case .logLevel: "How much is logged to standard error (default: info)."
        }
    }

    /// What values it takes, for the error that a bad one gets.
    var allowed: String {
        switch self {
        case .data: "an absolute path, or one that begins with ~/"
        case .listen:
            "HOST:PORT with a numeric address ([::] for IPv6) or localhost and a port from 0 to 65535, or unix:/PATH"
        case .shards: "a whole number from 1 to 64"
        case .tlsCertificate, .tlsKey, .tlsClientCA: "absolute paths, or ones that begin with ~/"
        case .tlsClientAuth: TLSConfiguration.ClientAuthentication.allCases.map(\.rawValue).joined(separator: ", ")
        case .trustedProxies: "addresses, networks such as 10.0.0.0/8, or unix for who comes by a Unix socket"
        case .roots: "absolute paths of folders that exist"
        case .hosts: "host names without a port, IPv6 addresses in brackets"
        case .origins: "origins such as https://hub.example:8443"
        case .webSocketCompression: "on, off"
        case .durability: Journal.Durability.allCases.map(\.rawValue).joined(separator: ", ")
        case .concurrentRunsPerHub, .concurrentRunsPerProject: "a whole number from 1 to 256"
        case .approvalExpirySeconds: "a whole number from 1 to 2592000"
        case .retentionDays: "a whole number from 0 to 36500"
        case .retentionBytes: "0, or a whole number from 1048576 to 1099511627776"
        case .githubProgram: "a program's name, an absolute path, or one that begins with ~/"
        case .trustedFilters: "names of filters as .gitattributes has them, such as git-crypt"
        case .accessLog: "off, - for standard error, or a file's absolute path or one that begins with ~/"
        case .logLevel: "trace, debug, info, notice, warning, error, critical"
        }
    }
}

/// A setting with a value that it does not take, or that nobody knows.
struct SettingError: Error, CustomStringConvertible {
    let description: String

    init(_ key: SettingKey, value: String, from source: SettingSource) {
        description =
            "setting \(key.rawValue) (\(source.name(of: key))): '\(value)' is not allowed; allowed: \(key.allowed)"
    }

    init(_ description: String) { self.description = description }
}

/// Where a value came from.
enum SettingSource {
    case flag, environment
    case file(String)
    case fallback

    func name(of key: SettingKey) -> String {
        switch self {
        case .flag: key.flag
        case .environment: key.variable
        case .file(let path): path
        case .fallback: "default"
        }
    }
}
