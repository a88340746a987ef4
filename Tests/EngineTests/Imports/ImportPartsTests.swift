import Foundation
import Journal
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("Parts of an import")
struct ImportPartsTests {
    private static let ulid = ULID(milliseconds: 7, randomHigh: 3, randomLow: 0x0123_4567_89AB_CDEF)

    @Test("identifiers get new ones that keep their time and their end, and nothing else changes")
    func mapping() throws {
        let mapping = IdentifierMapping(Self.ulid)
        let own = Self.ulid.description.suffix(8)
        let old = "01JD6Z5Z0A0000000011111111"
        let new = "01JD6Z5Z0A\(own)11111111"
        let json = """
            {"id":"crd_\(old)","runs":["run_\(old)","usr_\(old)"],"text":"see crd_\(old) and \\"crd_\(old)\\"","x":"crd_1"}
            """
        let expected = """
            {"id":"crd_\(new)","runs":["run_\(new)","usr_\(old)"],"text":"see crd_\(old) and \\"crd_\(old)\\"","x":"crd_1"}
            """
        #expect(String(decoding: mapping.map(Array(json.utf8)), as: UTF8.self) == expected)
        let id = try #require(Card.ID("crd_\(old)"))
        #expect(mapping.map(id).rawValue == "crd_\(new)")
        let project = try #require(Project.ID("prj_\(old)"))
        #expect(
            mapping.map(Policy.ID(sharedWith: project)) == Policy.ID(sharedWith: mapping.map(project)),
            "what shares an identifier goes on to")
    }

    @Test(
        "lines are as they were written, however they lie across pieces", arguments: [0, 1, 262_143, 262_144, 600_000])
    func lines(length: Int) throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "a", count: length) + "\n\nlast\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("a")))
        let file = try KeptFile(folder.file("a"))
        var reader = LineReader(file, 0..<file.byteCount, byteCountMax: 600_000)
        var counts: [Int] = []
        while let line = try reader.next() { counts.append(line.count) }
        #expect(counts == [length, 0, 4])
        #expect(reader.number == 3)
    }

    @Test("a number that could not count on is refused", arguments: ["version", "outputBytes"])
    func numbers(name: String) throws {
        let coding = PlainCoding()
        let project = Project(
            id: .init(trusted: "prj_01JD6Z5Z0A0000000011111111"), slug: "a", name: "a", path: "/a",
            defaultBranch: "main", at: Timestamp(millisecondsSince1970: 0))
        let run = Run(
            id: .init(trusted: "run_01JD6Z5Z0A0000000011111111"), projectId: project.id, cardId: nil, provider: .demo,
            prompt: "do", targetBranch: "main", at: Timestamp(millisecondsSince1970: 0))
        let rows = ImportedRows(
            coding: coding, mapping: IdentifierMapping(Self.ulid), project: project, importer: .local,
            now: Timestamp(millisecondsSince1970: 0), attachments: AttachmentLimits(), tagsMax: 1)
        func line(_ number: Int) throws -> [UInt8] {
            guard case .object(var members) = try coding.decode(JSONValue.self, from: coding.encode(run)) else {
                return []
            }
            members[name] = .integer(Int64(number))
            return try coding.encode(JSONValue.object(members))
        }
        #expect(try rows.row(line(1 << 53), as: Run.self).id != run.id)
        #expect(throws: ImportedRows.Wrong.self) { try rows.row(line((1 << 53) + 1), as: Run.self) }
        #expect(throws: ImportedRows.Wrong.self) { try rows.row(line(.max), as: Run.self) }
    }

    @Test("a line that is too long, or has no end, is refused") func badLines() throws {
        let folder = try TemporaryFolder()
        try Data("12345\n123".utf8).write(to: URL(fileURLWithPath: folder.file("a")))
        let file = try KeptFile(folder.file("a"))
        var short = LineReader(file, 0..<file.byteCount, byteCountMax: 4)
        #expect(throws: HubError.self) { try short.next() }
        var reader = LineReader(file, 0..<file.byteCount, byteCountMax: 5)
        #expect(try reader.next()?.count == 5)
        #expect(throws: TarIndex.Refused.self) { try reader.next() }
    }

    @Test(
        "an archive that the hub wrote is indexed; a damaged head, an unexpected name and one member too many are refused"
    )
    func index() throws {
        let folder = try TemporaryFolder()
        let tar = try TarWriter(folder.file("a.tar"), partial: folder.file(".a"), modifiedUnixSeconds: 0)
        for (name, count) in [("a", 0), ("b", 513)] {
            try tar.begin(name)
            try tar.write([UInt8](repeating: 7, count: count))
            try tar.end()
        }
        try tar.finish()
        let index = try TarIndex(of: KeptFile(folder.file("a.tar")), membersMax: 2) { _ in true }
        #expect(index.members == ["a": 512..<512, "b": 1_024..<1_537])
        #expect(throws: TarIndex.Refused.self) {
            try TarIndex(of: KeptFile(folder.file("a.tar")), membersMax: 1) { _ in true }
        }
        #expect(throws: TarIndex.Refused.self) {
            try TarIndex(of: KeptFile(folder.file("a.tar")), membersMax: 2) { $0 == "a" }
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("a.tar")))
        bytes[130] = UInt8(ascii: "7")
        try bytes.write(to: URL(fileURLWithPath: folder.file("b.tar")))
        #expect(throws: TarIndex.Refused.self) {
            try TarIndex(of: KeptFile(folder.file("b.tar")), membersMax: 2) { _ in true }
        }
    }
}
