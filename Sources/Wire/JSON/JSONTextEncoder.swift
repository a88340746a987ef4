import Model

/// Listens to one value's `encode(to:)`.
struct JSONTextEncoder: Encoder {
    let text: JSONText
    /// How many containers are open around the value.
    let depth: Int
    /// Not kept: encoding our own values does not fail at a place that somebody would look up.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        text.object(at: depth)
        return KeyedEncodingContainer(MemberEncoder<Key>(text: text))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        text.array(at: depth)
        return ElementEncoder(text: text)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueEncoder(text: text) }
}

private struct ValueEncoder: SingleValueEncodingContainer {
    let text: JSONText
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { text.write(.null) }
    func encode(_ value: String) { text.write(value) }
    func encode(_ value: some Encodable) throws { try text.write(value) }
}

/// One generic method stands for the protocol's fourteen; the commonest types have their own, which need no cast.
private struct MemberEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let text: JSONText
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { write(.null, key) }
    func encode(_ value: Bool, forKey key: Key) { write(.bool(value), key) }
    func encode(_ value: Int, forKey key: Key) { write(value.json, key) }
    func encode(_ value: Double, forKey key: Key) { write(.number(value), key) }

    func encode(_ value: String, forKey key: Key) {
        text.name(key.stringValue)
        text.write(value)
    }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        text.name(key.stringValue)
        try text.write(value)
    }

    private func write(_ value: JSONValue, _ key: Key) {
        text.name(key.stringValue)
        text.write(value)
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
        superEncoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        superEncoder(forKey: key).unkeyedContainer()
    }

    func superEncoder(forKey key: Key) -> any Encoder { reserve(key.stringValue) }
    func superEncoder() -> any Encoder { reserve("super") }

    private func reserve(_ name: String) -> JSONTextEncoder {
        text.name(name)
        return JSONTextEncoder(text: text.reserve(), depth: 0)
    }
}

private struct ElementEncoder: UnkeyedEncodingContainer {
    let text: JSONText
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(text: JSONText) { self.text = text }

    mutating func encodeNil() {
        next()
        text.write(.null)
    }

    mutating func encode(_ value: some Encodable) throws {
        next()
        try text.write(value)
    }

    mutating func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
        superEncoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder {
        next()
        return JSONTextEncoder(text: text.reserve(), depth: 0)
    }

    private mutating func next() {
        count += 1
        text.next()
    }
}
