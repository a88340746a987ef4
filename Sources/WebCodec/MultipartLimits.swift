/// What a form may cost beside its data, which whoever takes it limits.
package struct MultipartLimits: Sendable, Equatable {
    /// More fields than a person fills in; PHP's and Go's limits are 1,000.
    package var partCountMax = 100
    /// Fields, blank line and padding of the delimiter before them: half of a request's, room for a long file name.
    package var partHeadByteCountMax = 8 << 10

    /// RFC 2046 section 5.1.1.
    package static let boundaryByteCountMax = 70

    package init() {}
}
