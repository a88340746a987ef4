/// Looks a setting up: flag, then environment, then file.
struct SettingFinder {
    let flags: [SettingKey: String]
    let environment: [String: String]
    let file: SettingsFile

    /// - Parameter parse: nil for a value that is not allowed.
    func value<Value>(_ key: SettingKey, default fallback: Value, _ parse: (String) -> Value?) throws -> Value {
        guard let (text, source) = find(key) else { return fallback }
        guard let value = parse(text) else { throw SettingError(key, value: text, from: source) }
        return value
    }

    /// A list: separated in flags and environment, a sequence or separated in the file.
    func list<Value>(_ key: SettingKey, separator: Character, default fallback: [Value], _ parse: (String) -> Value?)
        throws -> [Value]
    {
        let items: [String]
        let source: SettingSource
        if flags[key] == nil, environment[key.variable] == nil, let sequence = file.lists[key] {
            (items, source) = (sequence, .file(file.path))
        } else if let (text, from) = find(key) {
            (items, source) = (text.split(separator: separator).map(String.init), from)
        } else {
            return fallback
        }
        return try items.map { item in
            guard let value = parse(item) else { throw SettingError(key, value: item, from: source) }
            return value
        }
    }

    private func find(_ key: SettingKey) -> (String, SettingSource)? {
        if let text = flags[key] { return (text, .flag) }
        if let text = environment[key.variable] { return (text, .environment) }
        if let text = file.texts[key] { return (text, .file(file.path)) }
        return nil
    }
}
