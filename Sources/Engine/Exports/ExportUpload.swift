package import Model

/// An archive that is being brought: its bytes are on their way to a file that nobody sees yet. How many there may be is the
/// transport's to say (`uploadByteCountMax`).
package struct ExportUpload: Sendable {
    let name: String
    let file: NewFile

    /// - Throws: `HubError` `.storageFull`, `.storageFailed`.
    package func write(_ bytes: [UInt8]) async throws(HubError) {
        do throws(FileError) { try await file.write(bytes) } catch { throw error.hubError }
    }
}

extension Engine {
    package func beginExportUpload() async throws -> ExportUpload {
        try exports.prepare()
        let name = ExportFolder.uploadName(at: clock.now())
        do throws(FileError) {
            let file = try NewFile(in: exports.path, called: name, byteCountMax: .max)
            return ExportUpload(name: name, file: file)
        } catch {
            throw error.hubError
        }
    }

    /// It takes the oldest one's place when there are too many.
    package func finish(_ upload: ExportUpload) async throws -> ExportFolder.Item {
        do throws(FileError) { try await upload.file.keep() } catch { throw error.hubError }
        let item = ExportFolder.Item(name: upload.name, byteCount: await upload.file.byteCount)
        for old in try exports.list().dropFirst(settings.jobs.exportsMax) { try exports.remove(old.name) }
        return item
    }
}
