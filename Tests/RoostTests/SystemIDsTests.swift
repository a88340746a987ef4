import Model
import Testing

@testable import roost

@Suite("Identifiers") struct SystemIDsTests {
    @Test("ascend, whoever asks and however fast")
    func ascending() async {
        let ids = SystemIDs()
        let (taskCount, each) = (8, 2_000)
        let all = await withTaskGroup { group in
            for _ in 0..<taskCount { group.addTask { (0..<each).map { _ in ids.next().description } } }
            return await group.reduce(into: [[String]]()) { $0.append($1) }
        }
        for own in all {
            #expect(zip(own, own.dropFirst()).allSatisfy { $0 < $1 }, "in the order of asking, as text too")
        }
        #expect(Set(all.joined()).count == taskCount * each)
    }
}
