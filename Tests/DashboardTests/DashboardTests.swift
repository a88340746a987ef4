import Foundation
import Testing

@testable import Dashboard

@Suite("The dashboard's files")
struct DashboardTests {
    @Test("all of the page is there, each file with its type")
    func page() throws {
        let files = try Dashboard.load()
        #expect(files[Dashboard.index]?.contentType == "text/html; charset=utf-8")
        #expect(files["roost.js"]?.contentType == "text/javascript; charset=utf-8")
        #expect(files["app/main.js"]?.contentType == "text/javascript; charset=utf-8")
        #expect(files["style/base.css"]?.contentType == "text/css; charset=utf-8")
        #expect(files["icons.svg"]?.contentType == "image/svg+xml")
        #expect(files.values.allSatisfy { !$0.bytes.isEmpty })
        #expect(files["app"] == nil, "a folder is not a file")
    }

    @Test("a file of a kind that the page does not have is refused")
    func strayFile() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "dashboard-\(UUID())")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: root) } }
        #expect(throws: CocoaError.self, "without an index there is no page") { try Dashboard.load(from: root) }
        try Data("<!doctype html>".utf8).write(to: root.appending(path: Dashboard.index))
        #expect(try Dashboard.load(from: root).keys.sorted() == [Dashboard.index])
        try Data("notes".utf8).write(to: root.appending(path: "notes.txt"))
        #expect(throws: CocoaError.self) { try Dashboard.load(from: root) }
    }
}
