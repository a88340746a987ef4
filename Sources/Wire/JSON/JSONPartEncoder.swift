import Model

/// Listens to one value's `encode(to:)`.
final class JSONPartEncoder: Encoder {
    var part: JSONPart?
    /// Not kept: encoding our own values does not fail at a place that somebody would look up.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let members: JSONPart.Members
        if case .members(let begun) = part { members = begun } else { members = JSONPart.Members() }
        part = .members(members)
        return KeyedEncodingContainer(MemberEncoder<Key>(members: members))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        let elements = JSONPart.Elements()
        part = .elements(elements)
        return ElementEncoder(elements: elements)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueEncoder(encoder: self) }
}

private struct ValueEncoder: SingleValueEncodingContainer {
    let encoder: JSONPartEncoder
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { encoder.part = .value(.null) }
    func encode(_ value: String) { encoder.part = .value(.string(value)) }
    func encode(_ value: some Encodable) throws { encoder.part = try JSONPart(encoding: value) }
}

/// One generic method stands for the protocol's fourteen; the commonest types have their own, which need no cast.
private struct MemberEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let members: JSONPart.Members
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { members.parts.append((key.stringValue, .value(.null))) }

    func encode(_ value: String, forKey key: Key) { members.parts.append((key.stringValue, .value(.string(value)))) }
    func encode(_ value: Bool, forKey key: Key) { members.parts.append((key.stringValue, .value(.bool(value)))) }
    func encode(_ value: Int, forKey key: Key) { members.parts.append((key.stringValue, .value(value.json))) }
    func encode(_ value: Double, forKey key: Key) { members.parts.append((key.stringValue, .value(.number(value)))) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        members.parts.append((key.stringValue, try JSONPart(encoding: value)))
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
        superEncoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        superEncoder(forKey: key).unkeyedContainer()
    }

    func superEncoder(forKey key: Key) -> any Encoder { appendEncoder(named: key.stringValue) }
    func superEncoder() -> any Encoder { appendEncoder(named: "super") }

    private func appendEncoder(named name: String) -> JSONPartEncoder {
        let encoder = JSONPartEncoder()
        members.parts.append((name, .pending(encoder)))
        return encoder
    }
}

private struct ElementEncoder: UnkeyedEncodingContainer {
    let elements: JSONPart.Elements
    var codingPath: [any CodingKey] { [] }
    var count: Int { elements.parts.count }

    func encodeNil() { elements.parts.append(.value(.null)) }
    func encode(_ value: some Encodable) throws { elements.parts.append(try JSONPart(encoding: value)) }

    func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
        superEncoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

    func superEncoder() -> any Encoder {
        let encoder = JSONPartEncoder()
        elements.parts.append(.pending(encoder))
        return encoder
    }
}
