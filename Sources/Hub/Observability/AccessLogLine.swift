import Model
import Transport
import Wire

/// How the access log spells a record. Queries are left out: they may hold tokens.
enum AccessLogLine {
    static func encode(_ record: ExchangeRecord, at now: Timestamp) -> [UInt8] {
        var line = JSONObjectBytes()
        line.add("ts", now.description)
        line.add("kind", record.kind.rawValue)
        line.add("requestId", record.requestId)
        line.add("remote", record.remote.host)
        line.add("user", record.notes.user)
        line.add("method", record.method)
        line.add("path", record.path)
        line.add("operation", record.notes.operation)
        line.add("status", .integer(Int64(record.status)))
        line.add("bytes", .integer(Int64(record.byteCount)))
        line.add("durationMs", .integer(Int64(clamping: record.milliseconds)))
        line.add("closeCode", record.closeCode.map { .integer(Int64($0)) })
        return line.finished() + [UInt8(ascii: "\n")]
    }

    static func encodeLoss(_ count: Int, at now: Timestamp) -> [UInt8] {
        var line = JSONObjectBytes()
        line.add("ts", now.description)
        line.add("kind", "lost")
        line.add("lines", .integer(Int64(count)))
        return line.finished() + [UInt8(ascii: "\n")]
    }
}
