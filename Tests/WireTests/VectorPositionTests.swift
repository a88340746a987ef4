import Model
import Testing
import Wire

@Suite("Positions in many journals") struct VectorPositionTests {
    private static let ids = (1...3).map { Project.ID(ULID(milliseconds: 0, randomHigh: 0, randomLow: UInt64($0))) }
    private static let first = String(ids[0].rawValue.dropFirst(4))
    private static let second = String(ids[1].rawValue.dropFirst(4))

    @Test("are read as they are written")
    func roundTrip() {
        let empty = VectorPosition()
        #expect(empty.description == "v1")
        #expect(VectorPosition("v1") == empty)
        let vector = VectorPosition([
            Self.ids[1]: JournalPosition(epoch: "b2", seq: .max), Self.ids[0]: JournalPosition(epoch: "a1", seq: 0),
        ])
        #expect(vector.description == "v1~\(Self.first).a1.0~\(Self.second).b2.18446744073709551615")
        #expect(VectorPosition(vector.description) == vector)
    }

    @Test(
        "are read strictly",
        arguments: [
            "", "v2", "v1~", "~", "v1~\(first)", "v1~\(first).a1", "v1~\(first).a1.", "v1~\(first)..1",
            "v1~\(first).A1.1", "v1~\(first).a1.01", "v1~\(first).a1.-1", "v1~\(first).a1.1.1",
            "v1~\(first).a1.18446744073709551616", "v1~x.a1.1", "v1~\(first).a1.1~\(first).a1.1",
            "v1~\(second).a1.1~\(first).a1.1", "v1~\(first).a1.1~", "v1 ~\(first).a1.1",
            "v1~\(first).\(String(repeating: "a", count: 33)).1",
        ])
    func refused(text: String) { #expect(VectorPosition(text) == nil) }

    @Test("name a bounded number of journals", arguments: [(0, true), (1, false)])
    func bounded(more: Int, isRead: Bool) {
        let ids = (1...VectorPosition.projectsMax + more).map {
            Project.ID(ULID(milliseconds: 0, randomHigh: 0, randomLow: UInt64($0)))
        }
        let position = JournalPosition(epoch: "a", seq: 1)
        let vector = VectorPosition(Dictionary(uniqueKeysWithValues: ids.map { ($0, position) }))
        #expect((VectorPosition(vector.description) != nil) == isRead)
    }
}
