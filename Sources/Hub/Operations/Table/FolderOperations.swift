import Engine
import Model
import Wire

// Folders of the hub's machine, for choosing a repository.
extension OperationTable {
    static let folders: [Operation] = [
        Operation(
            "folders.list", .get("/api/folders"),
            summary:
                "Lists the folders in a folder, inside of the configured roots; hidden ones and symlinks are left out.",
            input: [
                .optional("path", .path, "Absent: the roots themselves."),
                .optional("files", .boolean, "`true`: the files in it too, in a list of their own."),
            ], output: .folderListing,
            ability: .projectCreate, example: ["path": "/srv/git"]
        ) { call in
            OperationAnswer(
                data: try WireJSON.encode(
                    await call.engine.folders(
                        in: call.text("path"), withFiles: call.input["files"]?.bool == true)))
        },
        Operation(
            "folders.repositories", .get("/api/folders/repositories"),
            summary: "Finds git repositories below a folder, five folders deep and for no more than 3 seconds.",
            input: [.optional("path", .path, "Absent: all roots.")], output: .repositoryListing,
            ability: .projectCreate, example: ["path": "/srv/git"]
        ) { call in
            OperationAnswer(data: try WireJSON.encode(try await call.engine.repositories(below: call.text("path"))))
        },
    ]
}
