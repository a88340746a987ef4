import Agents
import Foundation
import Model
import Yams

/// The YAML file: the settings by name, one section for the limits and one for the agents.
///
///     listen: 127.0.0.1:37100
///     roots: [~/code, /srv/repositories]
///     limits: {connectionCountMax: 20000}
///     agents:
///       claude-code:
///         command: [/opt/claude/claude]
///         environment: {ANTHROPIC_BASE_URL: "http://127.0.0.1:8080"}
///         inherit: [PATH, HOME]
///         maxConcurrentRuns: 2
struct SettingsFile {
    let path: String
    private(set) var texts: [SettingKey: String] = [:]
    private(set) var lists: [SettingKey: [String]] = [:]
    /// By name, not yet looked at.
    private(set) var limits: [String: String] = [:]
    private(set) var agents: [Provider: AgentSettings] = [:]

    /// - Throws: `SettingError` for a file that cannot be read or is not YAML, and for keys that nobody knows.
    init(path: String?) throws {
        self.path = path ?? ""
        guard let path else { return }
        let node: Node?
        do {
            node = try Yams.compose(yaml: try String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw SettingError("settings file \(path): \(error)")
        }
        guard let node else { return }
        guard let mapping = node.mapping else { throw SettingError("settings file \(path): must be a mapping") }
        for (name, value) in mapping {
            let name = name.string ?? ""
            if name == "agents" {
                try readAgents(value)
            } else if name == "limits" {
                try readLimits(value)
            } else if let key = SettingKey(rawValue: name) {
                try read(key, value)
            } else {
                let known = SettingKey.allCases.map(\.rawValue) + ["agents", "limits"]
                throw SettingError(
                    "settings file \(path): unknown setting '\(name)'; allowed: \(known.joined(separator: ", "))")
            }
        }
    }

    private mutating func read(_ key: SettingKey, _ value: Node) throws {
        if let scalar = value.scalar {
            texts[key] = scalar.string
        } else if key.isList, let list = value.sequence?.map(\.string), !list.contains(nil) {
            lists[key] = list.compactMap(\.self)
        } else {
            let shape = key.isList ? "a value or a list of values" : "a single value"
            throw SettingError(
                "settings file \(path): setting \(key.rawValue) must be \(shape); allowed: \(key.allowed)")
        }
    }

    private mutating func readLimits(_ node: Node) throws {
        for (name, value) in node.mapping ?? [:] {
            guard let name = name.string, let text = value.scalar?.string else {
                throw SettingError("settings file \(path): limits must be a mapping of names to numbers")
            }
            limits[name] = text
        }
        guard node.mapping != nil else { throw SettingError("settings file \(path): limits must be a mapping") }
    }

    private mutating func readAgents(_ node: Node) throws {
        guard let mapping = node.mapping else { throw SettingError("settings file \(path): agents must be a mapping") }
        for (name, value) in mapping {
            let allowed = Provider.allCases.map(\.rawValue).joined(separator: ", ")
            guard let provider = name.string.flatMap(Provider.init(named:)) else {
                throw SettingError("settings file \(path): unknown agent '\(name.string ?? "")'; allowed: \(allowed)")
            }
            agents[provider] = try agent(provider, value)
        }
    }

    private func agent(_ provider: Provider, _ node: Node) throws -> AgentSettings {
        guard let mapping = node.mapping else {
            throw SettingError("settings file \(path): agents.\(provider.rawValue) must be a mapping")
        }
        var settings = AgentSettings()
        for (name, value) in mapping {
            let key = "agents.\(provider.rawValue).\(name.string ?? "")"
            switch name.string {
            case "command": settings.command = try strings(key, value)
            case "inherit": settings.inherit = try strings(key, value)
            case "maxConcurrentRuns":
                guard let count = value.int, (1...256).contains(count) else {
                    throw SettingError("settings file \(path): \(key) must be a whole number from 1 to 256")
                }
                settings.maxConcurrentRuns = count
            case "environment":
                guard let pairs = value.mapping else {
                    throw SettingError("settings file \(path): \(key) must be a mapping of names to values")
                }
                for (name, value) in pairs {
                    guard let name = name.string, let value = value.string else {
                        throw SettingError("settings file \(path): \(key) must be a mapping of names to values")
                    }
                    settings.environment[name] = value
                }
            case "interface":
                let known = AgentCatalog.interfaces(of: provider)
                guard let interface = value.string, known.contains(interface) else {
                    throw SettingError(
                        "settings file \(path): \(key) must be one of \(known.joined(separator: ", "))")
                }
                settings.interface = interface
            default:
                throw SettingError(
                    "settings file \(path): unknown setting '\(key)'; allowed: command, environment, inherit, interface, "
                        + "maxConcurrentRuns"
                )
            }
        }
        return settings
    }

    private func strings(_ key: String, _ node: Node) throws -> [String] {
        guard let list = node.sequence?.map(\.string), !list.contains(nil) else {
            throw SettingError("settings file \(path): \(key) must be a list of texts")
        }
        return list.compactMap(\.self)
    }
}
