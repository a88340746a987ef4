import Model
import Testing

@testable import Wire

@Suite("Schemas")
struct SchemaTests {
    static let schema = Schema.object([
        .required("title", .nonEmptyLine(.characters(5, "titleCharactersMax")), "What to do."),
        .optional("prompt", .text(.bytes(8, "promptBytesMax"))),
        .optional("labels", .array(.line(.characters(3, "labelCharactersMax")), max: .items(2, "labelsMax"))),
        .optional("cardId", .id(Card.self)),
        .optional("status", .choice(of: Card.Status.self)),
        .optional("limit", .integer(1...200)),
        .optional("start", .boolean),
        .optional("ratio", .number),
        .optional("wipLimit", .nullable(.integer(1...Int64.max))),
        .optional("answers", .map(.text(.bytes(9, "answerBytesMax")))),
        .optional("policy", .named("Policy", .object([.required("allow", .array(.text(.bytes(9, "x")), max: nil))]))),
        .optional("a/b~c", .any),
    ])

    @Test("admits what fits")
    func valid() {
        let id = "crd_" + ULID(milliseconds: 1, randomHigh: 0, randomLow: 0).description
        let value: JSONValue = [
            "title": "äöüßé", "prompt": "12345678", "labels": ["a", "b"], "cardId": .string(id), "status": "todo",
            "limit": 200,
            "start": true, "ratio": 1, "wipLimit": nil, "answers": ["q?": "yes"], "policy": ["allow": []], "a/b~c": [1],
        ]
        #expect(Self.schema.validate(value) == [])
    }

    @Test("names every wrong, missing and unknown field at once")
    func invalid() {
        let value: JSONValue = [
            "prompt": "123456789", "labels": ["long", 1], "cardId": "crd_x", "status": "waiting", "limit": 201,
            "start": "true", "ratio": "1", "wipLimit": 0, "answers": ["q/": 1], "policy": [:], "x~y": 1,
        ]
        let errors = Dictionary(uniqueKeysWithValues: Self.schema.validate(value).map { ($0.pointer, $0.message) })
        #expect(
            errors == [
                "/title": "is missing",
                "/prompt": "must have at most 8 bytes (promptBytesMax)",
                "/labels/0": "must have at most 3 characters (labelCharactersMax)",
                "/labels/1": "must be a string, not integer",
                "/cardId": "must be an identifier, crd_ and 26 characters",
                "/status": "must be one of todo, inprogress, inreview, done, cancelled",
                "/limit": "must be between 1 and 200",
                "/start": "must be a boolean, not string",
                "/ratio": "must be a number, not string",
                "/wipLimit": "must be at least 1",
                "/answers/q~1": "must be a string, not integer",
                "/policy/allow": "is missing",
                "/x~0y": "is unknown; known are title, prompt, labels, cardId, status, limit, start, ratio, wipLimit, "
                    + "answers, policy, a/b~c",
            ])
    }

    @Test("limits are reached exactly, in their own unit")
    func limits() {
        #expect(Self.schema.validate(["title": "äöüßéx"]).map(\.pointer) == ["/title"])
        #expect(Self.schema.validate(["title": "t", "prompt": "ääää"]) == [])
        #expect(Self.schema.validate(["title": "t", "prompt": "ääääa"]).map(\.pointer) == ["/prompt"])
        #expect(
            Self.schema.validate(["title": "t", "labels": [1, 2, 3]])
                == [FieldError(pointer: "/labels", message: "must have at most 2 items (labelsMax)")])
    }

    @Test("text formats", arguments: [("  ", false), ("a\tb", false), ("\u{7F}a", false), (" a ", true)])
    func lines(text: String, isLegal: Bool) {
        #expect(TextFormat.nonEmptyLine.admits(text) == isLegal)
    }

    @Test("an answer names at most fieldErrorsMax mistakes")
    func manyErrors() {
        let names = (0...Schema.fieldErrorsMax).map { ("n\($0)", JSONValue.null) }
        let errors = Schema.empty.validate(.object(Dictionary(uniqueKeysWithValues: names)), at: "/input")
        #expect(errors.count == Schema.fieldErrorsMax + 1)
        #expect(errors.last == FieldError(pointer: "/input", message: "and 1 more (fieldErrorsMax 256)"))
    }

    @Test("says the same as JSON Schema")
    func jsonSchema() throws {
        let document = Self.schema.jsonSchema()
        #expect(document["required"] == ["title"])
        #expect(document["additionalProperties"] == false)
        #expect(Self.schema.jsonSchema(closed: false)["additionalProperties"] == nil)
        let properties = try #require(document["properties"])
        #expect(properties["title"]?["maxLength"] == 5)
        #expect(properties["title"]?["description"] == "What to do.")
        #expect(properties["prompt"]?["description"] == "At most 8 bytes of UTF-8.")
        #expect(properties["limit"] == ["type": "integer", "minimum": 1, "maximum": 200])
        #expect(properties["wipLimit"] == ["anyOf": [["type": "integer", "minimum": 1], ["type": "null"]]])
        #expect(properties["policy"] == ["$ref": "#/$defs/Policy"])
        #expect(Self.schema.definitions.keys.sorted() == ["Policy"])
        #expect(Self.schema.fields.first { $0.name == "policy" }?.schema.fields.map(\.name) == ["allow"])
    }
}
