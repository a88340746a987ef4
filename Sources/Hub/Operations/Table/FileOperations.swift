import Engine
import Model
import Wire

// The files of a run's worktree, or of a project's own folder.
extension OperationTable {
    static let files: [Operation] = [
        Operation(
            "files.list", .get("/api/projects/{project}/files"), .get("/api/runs/{run}/tree"),
            summary: "Lists a folder, or all files that git tracks. What git keeps for itself is not shown.",
            input: filePlace + [
                .optional("path", optionalPath, "Relative to the top; absent: the top."),
                .optional("tracked", .boolean, "`true`: all files below that git tracks, flat."),
            ], output: .fileListing, ability: .projectRead,
            example: ["project": "website", "path": "Sources"]
        ) { call in
            let listing = try await call.engine.files(
                at: call.filePlace(), in: call.text("path") ?? "", tracked: call.input["tracked"]?.bool ?? false)
            return OperationAnswer(data: try WireJSON.encode(listing))
        },
        Operation(
            "files.read", .get("/api/projects/{project}/content"), .get("/api/runs/{run}/content"),
            summary: "Reads a file, or a range of it.",
            input: filePlace + [
                path, .optional("offset", .count, "In bytes; absent: 0."),
                .optional("length", .integer(1...Int64(Limits.fileReadBytesMax)), "In bytes; absent: 1 MiB."),
            ], output: .fileText, ability: .projectRead,
            example: ["project": "website", "path": "Sources/main.swift"]
        ) { call in
            let file = try await call.engine.readFile(
                at: call.filePlace(), call.text("path") ?? "", offset: call.number("offset") ?? 0,
                length: call.number("length"))
            return OperationAnswer(data: try WireJSON.encode(file))
        },
        Operation(
            "files.find", .get("/api/projects/{project}/files/find"), .get("/api/runs/{run}/files/find"),
            summary: "Finds files by words in their path, those first that history touched most often.",
            input: filePlace + [.required("q", query), .limit()], output: .array(.anyText, max: nil),
            ability: .projectRead, example: ["project": "website", "q": "main"]
        ) { call in
            let found = try await call.engine.findFiles(
                at: call.filePlace(), call.text("q") ?? "", countMax: call.limit)
            return OperationAnswer(data: try WireJSON.encode(found))
        },
        Operation(
            "files.search", .get("/api/projects/{project}/files/search"), .get("/api/runs/{run}/files/search"),
            summary: "Finds lines that hold a text, in files that git does not ignore, in any case of letters.",
            input: filePlace + [.required("q", query), .limit(Limits.fileMatchesMax, defaultsTo: Limits.pageMax)],
            output: .fileMatches, ability: .projectRead, example: ["project": "website", "q": "func main"]
        ) { call in
            let found = try await call.engine.searchFiles(
                at: call.filePlace(), call.text("q") ?? "", countMax: call.number("limit"))
            return OperationAnswer(data: try WireJSON.encode(found))
        },
        Operation(
            "files.write", .post("/api/projects/{project}/content"), .post("/api/runs/{run}/content"),
            summary:
                "Writes a file, whole or not at all, and makes the folders around it; also beside an agent at work.",
            input: filePlace + [
                path, .optional("text", fileText),
                .optional("base64", fileText, "Of what is binary; instead of `text`."),
                .optional(
                    "tag", .text(.characters(Limits.nameCharactersMax, "nameCharactersMax")),
                    "What is to be replaced, as it was read: 412 when it is another by now. Empty: nothing may be there."
                ),
            ], output: .fileChange, ability: .runWrite,
            example: ["run": exampleRun, "path": "notes.txt", "text": "Hello\n"]
        ) { call in
            let place = try await call.writablePlace("files.write")
            return OperationAnswer(
                data: try WireJSON.encode(
                    try await call.engine.writeFile(at: place, try call.decode(WriteFile.self))))
        },
        Operation(
            "files.folder", .post("/api/projects/{project}/files/folder"), .post("/api/runs/{run}/files/folder"),
            summary: "Makes a folder, and those around it, where nothing is there.",
            input: filePlace + [path], output: .fileChange, ability: .runWrite,
            example: ["run": exampleRun, "path": "docs"]
        ) { call in
            let place = try await call.writablePlace("files.folder")
            return OperationAnswer(
                data: try WireJSON.encode(try await call.engine.makeFolder(at: place, call.text("path") ?? "")))
        },
        Operation(
            "files.move", .post("/api/projects/{project}/files/move"), .post("/api/runs/{run}/files/move"),
            summary: "Gives a file or folder another path, where nothing is there.",
            input: filePlace + [path, .required("to", filePathText)], output: .fileChange, ability: .runWrite,
            example: ["run": exampleRun, "path": "notes.txt", "to": "docs/notes.txt"]
        ) { call in
            let place = try await call.writablePlace("files.move")
            return OperationAnswer(
                data: try WireJSON.encode(
                    try await call.engine.moveFile(at: place, call.text("path") ?? "", to: call.text("to") ?? "")))
        },
        Operation(
            "files.copy", .post("/api/projects/{project}/files/copy"), .post("/api/runs/{run}/files/copy"),
            summary:
                "Copies a file or folder beside itself, `notes copy.txt`, or to another path; beside what is there already.",
            input: filePlace + [path, .optional("to", filePathText, "Absent: beside itself.")], output: .fileChange,
            ability: .runWrite,
            example: ["run": exampleRun, "path": "notes.txt"]
        ) { call in
            let place = try await call.writablePlace("files.copy")
            return OperationAnswer(
                data: try WireJSON.encode(
                    try await call.engine.copyFile(at: place, call.text("path") ?? "", to: call.text("to"))))
        },
        Operation(
            "files.delete", .post("/api/projects/{project}/files/delete"), .post("/api/runs/{run}/files/delete"),
            summary: "Removes a file or folder, after a snapshot that holds it: `undo` is for `files.restore`.",
            input: filePlace + [path], output: .fileChange, ability: .runWrite,
            example: ["run": exampleRun, "path": "notes.txt"]
        ) { call in
            let place = try await call.writablePlace("files.delete")
            return OperationAnswer(
                data: try WireJSON.encode(try await call.engine.deleteFile(at: place, call.text("path") ?? "")))
        },
        Operation(
            "files.restore", .post("/api/projects/{project}/files/restore"), .post("/api/runs/{run}/files/restore"),
            summary: "Brings a file or folder back as a snapshot holds it, where nothing is in its place.",
            input: filePlace + [path, .required("snapshot", .snapshotName)], output: .fileChange, ability: .runWrite,
            example: ["run": exampleRun, "path": "notes.txt", "snapshot": "snp_01JD6Z5Z0A0000000000000000"]
        ) { call in
            let place = try await call.writablePlace("files.restore")
            return OperationAnswer(
                data: try WireJSON.encode(
                    try await call.engine.restoreFile(
                        at: place, call.text("path") ?? "", from: call.text("snapshot") ?? "")))
        },
    ]

    /// The route says which; a frame names one.
    static let filePlace: [Schema.Field] = [
        .optional("project", .reference(Project.self), "Whose own folder; or"),
        .optional("run", .reference(Run.self), "whose worktree."),
    ]
    private static let filePathText = Schema.string(.nonEmptyText, max: .bytes(Limits.pathBytesMax, "pathBytesMax"))
    private static let optionalPath = Schema.text(.bytes(Limits.pathBytesMax, "pathBytesMax"))
    private static let path = Schema.Field.required("path", filePathText, "Relative to the top.")
    private static let query = Schema.nonEmptyLine(.characters(Limits.searchCharactersMax, "searchCharactersMax"))
    private static let fileText = Schema.text(.bytes(Limits.fileWriteBytesMax * 4 / 3 + 4, "fileWriteBytesMax"))
}

extension OperationCall {
    func number(_ name: String) -> Int? { input[name]?.integer.map { Int($0) } }

    func filePlace() async throws -> FilePlace {
        switch (text("project"), text("run")) {
        case (_?, nil): return .project(try await projectID())
        case (nil, _?): return .run(try id())
        case (nil, nil): throw HubError.invalid("/project", "is needed, or run")
        case (_?, _?): throw HubError.invalid("/run", "is given, and project too")
        }
    }

    /// A project's own folder is its user's: what is written there is in nobody's branch.
    func writablePlace(_ what: String) async throws -> FilePlace {
        let place = try await filePlace()
        if case .project(let id) = place {
            try await hub.authorize(.projectWrite, on: .project, id.rawValue, for: caller, what)
        }
        return place
    }
}
