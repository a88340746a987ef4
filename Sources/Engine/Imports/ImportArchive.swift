import Foundation
import Journal
import Model

/// An export, as a file: its parts, by name, and nothing else. Opened whole: what is not as an export has it is refused.
struct ImportArchive: Sendable {
    let manifest: ProjectExport.Manifest
    let file: KeptFile
    let limits: JobLimits
    private let index: TarIndex

    private static let manifestName = "manifest.json"
    private static let manifestByteCountMax = 64 << 10
    /// So much of a file is in memory at once.
    static let pieceByteCount = 256 << 10
    private static let attachmentPrefix = "attachments/"

    init(_ file: KeptFile, coding: any JournalCoding, limits: JobLimits) throws {
        (self.file, self.limits) = (file, limits)
        let parts = Set(ExportWriting.Part.allCases.map(\.fileName))
        // One more, which is counted again below: the limit has a name.
        let membersMax = parts.count + 1 + limits.importFilesMax + 1
        let index = try TarIndex(of: file, membersMax: membersMax) { name in
            parts.contains(name) || name == Self.manifestName
                || Attachment.ID(String(name.dropFirst(Self.attachmentPrefix.count))) != nil
                    && name.hasPrefix(Self.attachmentPrefix)
        }
        guard let place = index.members[Self.manifestName], place.count <= Self.manifestByteCountMax else {
            throw TarIndex.Refused(reason: "the archive has no \(Self.manifestName): is it an export, and whole?")
        }
        let manifest = try coding.decode(ProjectExport.Manifest.self, from: try file.whole(place))
        guard manifest.format == 1 else {
            throw TarIndex.Refused(reason: "the archive has format \(manifest.format), this hub reads 1")
        }
        let names = manifest.files.map(\.name)
        guard Set(names).count == names.count, parts.isSuperset(of: names), Self.needed.isSubset(of: names),
            names.allSatisfy({ index.members[$0] != nil })
        else { throw TarIndex.Refused(reason: "the archive has not all parts of an export") }
        (self.index, self.manifest) = (index, manifest)
        guard attachmentCount <= limits.importFilesMax else {
            throw HubError.limit("importFilesMax", limits.importFilesMax, "the archive has too many files")
        }
        guard attachmentCount == manifest.attachments else {
            throw TarIndex.Refused(
                reason: "the archive should have \(manifest.attachments) files, and has \(attachmentCount)")
        }
        let lines = manifest.files.reduce(into: 0) { $0 = $0.addingReportingOverflow($1.lines).partialValue }
        guard lines <= limits.importLinesMax,
            manifest.files.allSatisfy({ (0...limits.importLinesMax).contains($0.lines) })
        else { throw HubError.limit("importLinesMax", limits.importLinesMax, "the archive has too many lines") }
    }

    private var attachmentCount: Int { index.members.count - manifest.files.count - 1 }

    /// These came later: an export from before has none of them.
    private static let late: Set<ExportWriting.Part> = [.reviews, .sessions, .drafts, .tags]
    private static let needed = Set(ExportWriting.Part.allCases.filter { !late.contains($0) }.map(\.fileName))

    func lineCount(of part: ExportWriting.Part) -> Int {
        manifest.files.first { $0.name == part.fileName }?.lines ?? 0
    }

    func lines(of part: ExportWriting.Part) -> LineReader {
        LineReader(file, index.members[part.fileName] ?? 0..<0, byteCountMax: limits.importLineByteCountMax)
    }

    /// - Parameter id: as the archive has it.
    func attachment(_ id: Attachment.ID) -> Range<Int>? { index.members[Self.attachmentPrefix + id.rawValue] }

    /// - Parameter place: a file's, as `attachment` says it.
    func hash(of place: Range<Int>) throws -> ContentHash {
        let digest = try ContentDigest()
        var rest = place
        while !rest.isEmpty {
            digest.add(try file.whole(rest.prefix(Self.pieceByteCount)))
            rest = rest.dropFirst(Self.pieceByteCount)
        }
        return try digest.value()
    }

    /// The number of the last event that the exporting journal had.
    var lastSeq: UInt64? { manifest.position.split(separator: "-").last.flatMap { UInt64($0) } }
}

extension ExportWriting.Part {
    var fileName: String { rawValue + ".jsonl" }
}
