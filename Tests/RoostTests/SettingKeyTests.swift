import ArgumentParser
import Testing

@testable import roost

@Suite("A setting's three spellings") struct SettingKeyTests {
    @Test(
        "flag and variable follow from the name",
        arguments: [
            (.data, "--data", "ROOST_DATA"), (.listen, "--listen", "ROOST_LISTEN"),
            (.shards, "--shards", "ROOST_SHARDS"), (.tlsClientCA, "--tls-client-ca", "ROOST_TLS_CLIENT_CA"),
            (.roots, "--roots", "ROOST_ROOTS"),
            (.hosts, "--hosts", "ROOST_HOSTS"), (.origins, "--origins", "ROOST_ORIGINS"),
            (.webSocketCompression, "--web-socket-compression", "ROOST_WEB_SOCKET_COMPRESSION"),
            (.durability, "--durability", "ROOST_DURABILITY"),
            (.concurrentRunsPerHub, "--concurrent-runs-per-hub", "ROOST_CONCURRENT_RUNS_PER_HUB"),
            (.concurrentRunsPerProject, "--concurrent-runs-per-project", "ROOST_CONCURRENT_RUNS_PER_PROJECT"),
            (.approvalExpirySeconds, "--approval-expiry-seconds", "ROOST_APPROVAL_EXPIRY_SECONDS"),
            (.githubProgram, "--github-program", "ROOST_GITHUB_PROGRAM"),
            (.logLevel, "--log-level", "ROOST_LOG_LEVEL"),
        ] as [(SettingKey, String, String)])
    func spelling(key: SettingKey, flag: String, variable: String) {
        #expect(key.flag == flag)
        #expect(key.variable == variable)
    }

    @Test("the command line takes each as a flag, and files it under its name", arguments: SettingKey.allCases)
    func flag(key: SettingKey) throws {
        let bad = try #require(SettingsTests.bad[key]?.first)
        let options = try SettingsOptions.parse([key.flag, bad])
        let error = #expect(throws: ValidationError.self) { try options.resolve() }
        #expect(error?.message.hasPrefix("setting \(key.rawValue) (\(key.flag)): '\(bad)'") == true)
    }

    @Test("the help names each, with what it takes", arguments: SettingKey.allCases)
    func help(key: SettingKey) {
        #expect(SettingsOptions.discussion.contains("\(key.variable), \(key.rawValue):\n      allowed: \(key.allowed)"))
        #expect(Serve.helpMessage(columns: 400).contains(key.help))
    }
}
