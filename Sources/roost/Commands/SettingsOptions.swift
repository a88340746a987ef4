import ArgumentParser
import Foundation

/// The settings as flags, for the commands that act on this machine's hub.
struct SettingsOptions: ParsableArguments {
    @Option(help: "\(SettingKey.data.help)") var data: String?
    @Option(help: "\(SettingKey.listen.help)") var listen: String?
    @Option(help: "\(SettingKey.shards.help)") var shards: String?
    @Option(help: "\(SettingKey.tlsCertificate.help)") var tlsCertificate: String?
    @Option(help: "\(SettingKey.tlsKey.help)") var tlsKey: String?
    @Option(help: "\(SettingKey.tlsClientCA.help)") var tlsClientCA: String?
    @Option(help: "\(SettingKey.tlsClientAuth.help)") var tlsClientAuth: String?
    @Option(help: "\(SettingKey.trustedProxies.help)") var trustedProxies: String?
    @Option(help: "\(SettingKey.roots.help)") var roots: String?
    @Option(help: "\(SettingKey.hosts.help)") var hosts: String?
    @Option(help: "\(SettingKey.origins.help)") var origins: String?
    @Option(help: "\(SettingKey.webSocketCompression.help)") var webSocketCompression: String?
    @Option(help: "\(SettingKey.durability.help)") var durability: String?
    @Option(help: "\(SettingKey.concurrentRunsPerHub.help)") var concurrentRunsPerHub: String?
    @Option(help: "\(SettingKey.concurrentRunsPerProject.help)") var concurrentRunsPerProject: String?
    @Option(help: "\(SettingKey.approvalExpirySeconds.help)") var approvalExpirySeconds: String?
    @Option(help: "\(SettingKey.retentionDays.help)") var retentionDays: String?
    @Option(help: "\(SettingKey.retentionBytes.help)") var retentionBytes: String?
    @Option(help: "\(SettingKey.githubProgram.help)") var githubProgram: String?
    @Option(help: "\(SettingKey.trustedFilters.help)") var trustedFilters: String?
    @Option(help: "\(SettingKey.logLevel.help)") var logLevel: String?
    @Option(help: "\(SettingKey.accessLog.help)") var accessLog: String?
    @Option(
        name: .customLong("limit"),
        help: ArgumentHelp(
            "A limit, by its name in `roost limits`; may be given more than once.", valueName: "name=number"))
    var limits: [String] = []
    @Option(help: "A YAML file with these settings by name and a section for the agents (default: $ROOST_CONFIG).")
    var config: String?

    static let discussion = """
        Each setting may also be given by the environment or in the file; a flag wins over both, the environment over \
        the file:

        """
        + SettingKey.allCases.map { key in
            "  \(key.variable), \(key.rawValue):\n      allowed: \(key.allowed)"
        }.joined(separator: "\n")
            + """


              Limits are settings too: --limit NAME=NUMBER, \(LimitRow.variablePrefix)… in the environment, or below `limits:` in
              the file. `roost limits` lists them with their ranges, defaults and values.
            """

    func resolve() throws -> HubSettings {
        let environment = ProcessInfo.processInfo.environment
        let given: [SettingKey: String?] = [
            .data: data, .listen: listen, .shards: shards, .tlsCertificate: tlsCertificate, .tlsKey: tlsKey,
            .tlsClientCA: tlsClientCA, .tlsClientAuth: tlsClientAuth, .trustedProxies: trustedProxies, .roots: roots,
            .hosts: hosts, .origins: origins,
            .webSocketCompression: webSocketCompression, .durability: durability,
            .concurrentRunsPerHub: concurrentRunsPerHub, .concurrentRunsPerProject: concurrentRunsPerProject,
            .approvalExpirySeconds: approvalExpirySeconds, .retentionDays: retentionDays,
            .retentionBytes: retentionBytes, .githubProgram: githubProgram, .trustedFilters: trustedFilters,
            .logLevel: logLevel, .accessLog: accessLog,
        ]
        do {
            return try HubSettings.resolve(
                flags: given.compactMapValues { $0 }, limits: limits, environment: environment,
                file: config ?? environment["ROOST_CONFIG"])
        } catch let error as SettingError {
            throw ValidationError(error.description)
        }
    }
}
