/// How much of a diff is kept. The statistics always count everything.
package struct DiffLimits: Sendable, Equatable {
    /// 256 KiB: some 5,000 lines; nobody reviews more of one file.
    package static let filePatchBytesDefault = 256 << 10
    /// 4 MiB: what a browser lays out without a pause, and one message may carry.
    package static let patchBytesDefault = 4 << 20
    /// 5,000: above it somebody has committed a package folder, and the list itself is the news.
    package static let filesDefault = 5_000

    package var filePatchBytesMax = filePatchBytesDefault
    package var patchBytesMax = patchBytesDefault
    package var filesMax = filesDefault

    package init() {}
}
