/// Who keeps and who is kept: the file `keeper`.
package struct KeeperRecord: Sendable, Equatable {
    /// 4 KiB: the record takes some hundred bytes.
    package static let byteCountMax = 4 << 10

    package let keeper: ProcessIdentity
    /// nil until the child has been started.
    package let child: ProcessIdentity?

    package init(keeper: ProcessIdentity, child: ProcessIdentity?) {
        self.keeper = keeper
        self.child = child
    }

    package func encoded() -> [UInt8] {
        var fields = FieldWriter()
        keeper.write(to: &fields)
        fields.flag(child != nil)
        child?.write(to: &fields)
        return fields.bytes
    }

    package init(decoding bytes: [UInt8]) throws {
        var fields = try FieldReader(bytes)
        keeper = try ProcessIdentity(from: &fields)
        child = try fields.flag() ? try ProcessIdentity(from: &fields) : nil
        try fields.finish()
    }
}
