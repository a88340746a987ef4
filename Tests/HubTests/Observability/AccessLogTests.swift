import Foundation
import Model
import RoostTesting
import Testing
import Transport
import Wire

@testable import Hub

@Suite("Access log") struct AccessLogTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/access.log"
    }

    private static func record(_ id: String = "r1") -> ExchangeRecord {
        var record = ExchangeRecord(
            requestId: id, remote: RemoteAddress(host: "127.0.0.1", port: 9), status: 200, milliseconds: 12)
        (record.method, record.path, record.byteCount) = ("GET", "/api/\"x\"", 34)
        record.notes = ResponseNotes(operation: "info", user: "local")
        return record
    }

    private func lines(_ path: String) throws -> [JSONValue] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try WireJSON.parse(Array($0.utf8))
        }
    }

    @Test("a request is one line, a stream's end another with its close code; the file is the owner's alone")
    func lines() throws {
        let log = try AccessLog(.file(path), clock: ManualClock())
        log.write(Self.record())
        var end = Self.record("r2")
        (end.kind, end.closeCode) = (.webSocket, 1001)
        log.write(end)
        log.drain()
        let lines = try lines(path)
        #expect(lines.count == 2)
        #expect(lines[0]["requestId"] == "r1" && lines[0]["kind"] == "request" && lines[0]["path"] == "/api/\"x\"")
        #expect(lines[0]["user"] == "local" && lines[0]["operation"] == "info" && lines[0]["status"] == 200)
        #expect(lines[0]["bytes"] == 34 && lines[0]["durationMs"] == 12 && lines[0]["closeCode"] == nil)
        #expect(lines[1]["kind"] == "webSocket" && lines[1]["closeCode"] == 1001)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("lines without room are lost, counted, and told")
    func lost() throws {
        let line = AccessLogLine.encode(Self.record(), at: ManualClock().now())
        let log = try AccessLog(.file(path), clock: ManualClock(), waitingByteCountMax: line.count - 1)
        log.write(Self.record())
        log.drain()
        #expect(log.lostCount == 1)
        #expect(try lines(path).isEmpty)
        log.write(ExchangeRecord(requestId: "", remote: .unix, status: 1, milliseconds: 1))
        log.drain()
        let lines = try lines(path)
        #expect(lines.last?["kind"] == "lost" && lines.last?["lines"] == 1)
    }

    @Test("what a full disk does not take is lost, counted, and told when there is room again")
    func full() throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
        let log = try AccessLog(.file(path), clock: ManualClock())
        log.write(Self.record("nowhere"))
        log.drain()
        #expect(log.lostCount == 1)
        try FileManager.default.removeItem(atPath: path)
        try log.reopen()
        log.write(Self.record("after"))
        log.drain()
        let lines = try lines(path)
        #expect(lines.count == 2 && lines[0]["requestId"] == "after")
        #expect(lines[1]["kind"] == "lost" && lines[1]["lines"] == 1)
    }

    @Test("a log that was moved away goes on in a new file")
    func reopen() throws {
        let log = try AccessLog(.file(path), clock: ManualClock())
        log.write(Self.record("before"))
        log.drain()
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        log.write(Self.record("still"))
        log.drain()
        try log.reopen()
        log.write(Self.record("after"))
        log.drain()
        #expect(try lines(path + ".1").compactMap { $0["requestId"]?.string } == ["before", "still"])
        #expect(try lines(path).compactMap { $0["requestId"]?.string } == ["after"])
    }

    @Test("a file that cannot be opened is an error that names it")
    func unopenable() {
        let error = #expect(throws: AccessLogError.self) { try AccessLog(.file("/dev/null/x"), clock: ManualClock()) }
        #expect(error?.description.contains("/dev/null/x") == true)
    }
}
