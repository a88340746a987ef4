import Journal
import Model
import Testing
import Wire

@testable import Hub

@Suite("Archived projects") struct ArchivedProjectTests {
    /// Whatever needs this ability; what only looks has none of it.
    static let operations = OperationTable.all.operations.filter { $0.ability == .boardWrite }.map(\.name)

    @Test("nothing on their boards is changed, by any operation", arguments: operations)
    func refused(name: String) async throws {
        let world = try await AccessMatrixTests.World()
        let operation = try #require(OperationTable.all[name])
        let id = Project.ID(trusted: try #require(world.ids[.project]))
        _ = try await world.hub.journal.change(.project(id), by: .local) { tx in
            var project = try tx.required(id)
            project.status = .archived
            try tx.put(project, as: .projectArchived)
        }
        var input = world.input(of: operation).object ?? [:]
        // What would be done may be looked at.
        input["preview"] = nil
        let position = try await world.hub.journal.position(of: .project(id))
        let admin = world.hub.access.caller(showing: world.secrets[.admin])
        var refusal: HubError?
        do {
            _ = try await world.hub.operations.call(operation, .object(input), by: admin)
        } catch {
            refusal = error
        }
        #expect(refusal?.code == .projectArchived)
        #expect(try await world.hub.journal.position(of: .project(id)) == position)
    }
}
