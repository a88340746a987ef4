import Model
import Testing
import WebCodec
import Wire

@testable import Hub

@Suite("Protocol documents")
struct ProtocolDocumentsTests {
    @Test("the same table gives the same bytes") func deterministic() {
        #expect(ProtocolDocuments.generate() == ProtocolDocuments.generate())
    }

    @Test("every operation and code is in its document") func complete() throws {
        let documents = ProtocolDocuments.generate()
        let openAPI = try #require(documents["openapi.yaml"])
        for operation in OperationTable.all.operations {
            #expect(openAPI.contains("operationId: \"\(operation.name)\"\n"), "\(operation.name)")
        }
        let errors = try WireJSON.parse(Array(try #require(documents["errors.json"]).utf8))
        let codes = errors.array?.compactMap { $0["code"]?.string } ?? []
        #expect(codes == HubError.Code.allCases.map(\.rawValue) + HTTPError.Code.allCases.map(\.rawValue))
        #expect(Set(codes).count == codes.count)
        let closing = errors.array?.filter { $0["closeCode"] != nil }.compactMap { $0["code"]?.string }
        #expect(closing == [HubError.Code.unauthenticated.rawValue])
    }

    @Test("every kind of event says what it is about") func eventData() {
        for type in EventType.allCases {
            #expect(LiveFrames.things[type.topic] != nil, "\(type.topic): LiveFrames.things has no schema for it")
        }
        let names = Set(LiveChannelRow.all.flatMap { $0.events.map(\.rawValue) + $0.passing.map(\.rawValue) })
        #expect(names == Set(EventType.allCases.map(\.rawValue) + ReplaceableType.allCases.map(\.rawValue)))
    }

    private func references(in value: JSONValue) -> Set<String> {
        switch value {
        case .object(let members):
            members.reduce(into: []) { all, member in
                if member.key == "$ref", let text = member.value.string { all.insert(text) }
                all.formUnion(references(in: member.value))
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(references(in: $1)) }
        case .null, .bool, .integer, .number, .string: []
        }
    }

    @Test("every reference in a document leads somewhere", arguments: ["openapi", "asyncapi"])
    func references(name: String) throws {
        let document = name == "openapi" ? OpenAPIDocument(.all).value : AsyncAPIDocument(.all).value
        for reference in references(in: document) {
            let target = reference.split(separator: "/").dropFirst().reduce(document as JSONValue?) { value, name in
                value?[String(name)]
            }
            #expect(target != nil, "\(reference)")
        }
    }

    @Test("every type of either document has a file, and refers to files that are there") func schemaFiles() throws {
        let files = SchemaFiles(.all).documents
        for document in [OpenAPIDocument(.all).value, AsyncAPIDocument(.all).value] {
            let names = try #require(document["components"]?["schemas"]?.object).keys
            #expect(Set(names.map { $0 + ".json" }).isSubset(of: files.keys))
        }
        for (name, file) in files {
            for reference in references(in: file) { #expect(files[reference] != nil, "\(name): \(reference)") }
            #expect(try WireJSON.parse(Array(JSONText.make(file).utf8)) == file, "\(name)")
        }
        #expect(references(in: try #require(files["Asked.json"])) == ["Run.json"])
        #expect(ProtocolDocuments.generate()["schemas/Card.json"] == JSONText.make(try #require(files["Card.json"])))
    }

    @Test("YAML quotes what it could misread") func yaml() {
        let text = YAMLText.make([
            "title": "a: b # \"c\"\n", "on": true,
            "200": [[], [:], ["x": [1, [2, nil]]], ["a": 1, "b": ["c": "d"]]],
        ])
        #expect(
            text == """
                title: "a: b # \\"c\\"\\n"
                "200":
                  - []
                  - {}
                  - x:
                      - 1
                      - - 2
                        - null
                  - a: 1
                    b:
                      c: "d"
                "on": true

                """)
    }
}
