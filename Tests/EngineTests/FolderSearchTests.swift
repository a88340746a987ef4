import Engine
import Foundation
import Model
import Testing

@Suite("A search for repositories")
struct FolderSearchTests {
    @Test("when its time (folderSearchSeconds) is over it says that there may be more")
    func ends() async throws {
        var files = FileLimits()
        files.folderSearchSeconds = 0
        for limits in [files, FileLimits()] {
            let shop = try await Workshop(files: limits)
            let project = try await shop.project()
            let above = (project.path as NSString).deletingLastPathComponent
            let found = try await shop.engine.repositories(below: above)
            #expect(found.truncated == (limits == files) && found.repositories.isEmpty == (limits == files))
            await shop.close()
        }
    }
}
