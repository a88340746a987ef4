import ArgumentParser
import Broker
import Hub
import RoostTesting
import Testing
import Transport
import WebCodec

@testable import roost

@Suite("Limits as settings") struct LimitTableTests {
    /// Fields that are no settings, and why.
    static let notSettable = [
        "connectSeconds": "WebSocket clients' alone: the hub opens none, and its webhooks have times of their own"
    ]

    @Test("every number in the limits has a row of its name, and every row a field")
    func complete() {
        func names(of limits: Any) -> [String] {
            Mirror(reflecting: limits).children.flatMap { child in
                child.value is Int ? [child.label ?? ""] : names(of: child.value)
            }
        }
        let fields = names(of: HubLimits())
        #expect(Set(fields).subtracting(Self.notSettable.keys) == Set(LimitRow.all.map(\.name)))
        #expect(Set(fields).count == fields.count, "two fields of one name could not be told apart")
        #expect(Set(LimitRow.all.map(\.name)).count == LimitRow.all.count)
        #expect(Set(LimitRow.all.map(\.variable)).count == LimitRow.all.count)
    }

    @Test("a row's name is its field's", arguments: LimitRow.all) func named(row: LimitRow) {
        var limits = HubLimits()
        limits[keyPath: row.keyPath] = row.fallback + 1
        func changed(_ before: Any, _ after: Any) -> [String] {
            zip(Mirror(reflecting: before).children, Mirror(reflecting: after).children).flatMap { old, new in
                guard let value = old.value as? Int else { return changed(old.value, new.value) }
                return value == new.value as? Int ? [] : [old.label ?? ""]
            }
        }
        #expect(changed(HubLimits(), limits) == [row.name])
    }

    @Test("a row has its default within its range, a unit in its name, and one sentence", arguments: LimitRow.all)
    func sensible(row: LimitRow) {
        #expect(row.range.contains(row.fallback))
        #expect(row.help.hasSuffix("."))
        // Two values differ, so that a test can tell which of them was taken.
        #expect(row.range.count > 2)
    }

    @Test("each is set by flag, environment and file, in this order", arguments: LimitRow.all)
    func settable(row: LimitRow) throws {
        let folder = try TemporaryFolder()
        let values = [row.fallback - 1, row.fallback + 1, row.fallback + 2, row.fallback - 2]
            .filter(row.range.contains).prefix(2)
        let (first, second) = (values.first ?? row.fallback, values.last ?? row.fallback)
        let file = try folder.settings("limits: {\(row.name): \(second)}")
        func value(_ flags: [String], _ environment: [String: String], _ file: String?) throws -> Int {
            try HubSettings.resolve(flags: [:], limits: flags, environment: environment, file: file)
                .limits[keyPath: row.keyPath]
        }
        #expect(try value([], [:], nil) == row.fallback)
        #expect(try value([], [:], file) == second)
        #expect(try value([], [row.variable: "\(first)"], file) == first)
        #expect(try value(["\(row.name)=\(second)"], [row.variable: "\(first)"], nil) == second)
    }

    @Test("out of range is refused, with the name, the source and what is allowed", arguments: LimitRow.all)
    func refused(row: LimitRow) throws {
        let folder = try TemporaryFolder()
        for bad in ["\(row.range.lowerBound - 1)", "\(row.range.upperBound + 1)", "many", "", "1.5"] {
            func expect(_ source: String, _ flags: [String], _ environment: [String: String], _ file: String?) {
                let error = #expect(throws: SettingError.self) {
                    try HubSettings.resolve(flags: [:], limits: flags, environment: environment, file: file)
                }
                #expect(
                    error?.description
                        == "limit \(row.name) (\(source)): '\(bad)' is not allowed; allowed: a whole number from "
                        + "\(row.range.lowerBound) to \(row.range.upperBound)")
            }
            expect("--limit", ["\(row.name)=\(bad)"], [:], nil)
            expect(row.variable, [], [row.variable: bad], nil)
            let file = try folder.settings("limits: {\(row.name): '\(bad)'}")
            expect(file, [], [:], file)
        }
    }

    @Test("what nobody knows is refused where it stands")
    func unknown() throws {
        let folder = try TemporaryFolder()
        func message(_ flags: [String], _ environment: [String: String], _ yaml: String?) throws -> String? {
            let file = try yaml.map(folder.settings)
            return #expect(throws: SettingError.self) {
                try HubSettings.resolve(flags: [:], limits: flags, environment: environment, file: file)
            }?.description
        }
        #expect(try message(["nothing=1"], [:], nil) == "--limit: 'nothing' is no limit; `roost limits` lists them")
        #expect(
            try message(["connectionCountMax"], [:], nil)
                == "--limit 'connectionCountMax' is not allowed; allowed: NAME=NUMBER")
        #expect(
            try message([], ["ROOST_LIMIT_NOTHING": "1"], nil)
                == "ROOST_LIMIT_NOTHING names no limit; `roost limits` lists them")
        #expect(try message([], [:], "limits: {nothing: 1}")?.contains("'nothing' is no limit") == true)
        #expect(try message([], [:], "limits: 5")?.contains("limits must be a mapping") == true)
        #expect(try message([], [:], "limits: {headSeconds: [1]}")?.contains("limits must be a mapping") == true)
    }

    @Test("two limits that contradict each other are refused")
    func contradiction() {
        let error = #expect(throws: SettingError.self) {
            try HubSettings.resolve(flags: [:], limits: ["pingIntervalSeconds=61"], environment: [:], file: nil)
        }
        #expect(
            error?.description
                == "limits pingIntervalSeconds (61) and deadPeerSeconds (60) contradict each other; allowed: "
                + "pingIntervalSeconds at most deadPeerSeconds")
    }

    @Test("`roost limits` shows the value, the default, the range, the variable and the help", arguments: LimitRow.all)
    func shown(row: LimitRow) {
        let lines = ShowLimits.lines(row, row.fallback + 1)
        #expect(
            lines == "\(row.name) = \(row.fallback + 1)  (default \(row.fallback); \(row.range.lowerBound) to "
                + "\(row.range.upperBound); \(row.variable))\n    \(row.help)")
        #expect(SettingsOptions.discussion.contains("`roost limits`"))
    }

    @Test("the command line takes any number of them")
    func flags() throws {
        let options = try SettingsOptions.parse(["--limit", "headSeconds=3", "--limit", "bodySeconds=4"])
        let limits = try options.resolve().limits
        #expect(limits.transport.headSeconds == 3)
        #expect(limits.transport.bodySeconds == 4)
        #expect(limits.forClients["bodyByteCountMax"] == 1 << 20)
        #expect(limits.forClients["headSeconds"] == nil)
    }
}

extension LimitRow: CustomTestStringConvertible {
    public var testDescription: String { name }
}
