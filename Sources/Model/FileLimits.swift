/// What work with files, patches and folders may cost the hub. Settings; these are the defaults.
package struct FileLimits: Sendable, Equatable {
    /// 1 MiB at once: what an editor shows; more comes by range.
    package var fileReadBytesMax = Limits.fileReadBytesMax
    /// 8 MiB, as agents may write.
    package var fileWriteBytesMax = Limits.fileWriteBytesMax
    /// 10,000 names in an answer: 1 MB of JSON.
    package var filesListedMax = 10_000
    package var fileMatchesMax = Limits.fileMatchesMax
    package var reviewCommentsMax = Limits.reviewCommentsMax
    package var patchBytesMax = Limits.patchBytesMax
    package var filesPerCommandMax = Limits.filesPerCommandMax
    /// 10,000 files of a folder that is copied or removed at once: the sources of a large program. Packages, of which there are more,
    /// git ignores, and they are copied by a script.
    package var folderFilesMax = 10_000
    /// 1 GiB of them.
    package var folderBytesMax = 1 << 30
    /// 2,000 folders side by side: nobody scrolls further.
    package var foldersListedMax = 2_000
    /// How deep below its start a search for repositories goes, and what it may cost.
    package var folderSearchDepthMax = 5
    package var folderSearchFoldersMax = 20_000
    package var folderSearchSeconds = 3
    package var repositoriesFoundMax = 200

    package init() {}
}
