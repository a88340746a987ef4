import GRDB
import Hummingbird
import Logging
import NIOPosix

/// What the hub has of a card, as a plain row.
struct Card: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "cards"
    var id: String
    var columnId: String
    var title: String
    var prompt: String
    var status: String
    var position: Double
    var version: Int
}

struct Answer: ResponseEncodable {
    let data: Card
}

struct Move: Decodable {
    let columnId: String
}

/// `rest PORT FILE`: a board of 50 cards in two columns, in an SQLite file whose commits are durable, as the hub's are.
///
///     GET  /api/cards/{card}         one card
///     POST /api/cards/{card}/move    {"columnId": …}: to the end of that column
@main
struct Rest {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[1]) else { fatalError("rest PORT FILE") }
        let pool = try open(arguments[2])
        let router = Router()
        router.get("api/cards/:card") { _, context -> Answer in
            let id = try context.parameters.require("card")
            guard let card = try await pool.read({ try Card.fetchOne($0, key: id) }) else { throw HTTPError(.notFound) }
            return Answer(data: card)
        }
        router.post("api/cards/:card/move") { request, context -> Answer in
            let id = try context.parameters.require("card")
            let move = try await request.decode(as: Move.self, context: context)
            return Answer(
                data: try await pool.write { db in
                    guard var card = try Card.fetchOne(db, key: id) else { throw HTTPError(.notFound) }
                    let last = try Double.fetchOne(
                        db, sql: "SELECT max(position) FROM cards WHERE columnId = ?", arguments: [move.columnId])
                    (card.columnId, card.position, card.version) = (move.columnId, (last ?? 0) + 1, card.version + 1)
                    try card.update(db)
                    return card
                })
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
            logger: Logger(label: "rest") { _ in SwiftLogNoOpLogHandler() })
        try await application.runService()
    }

    private static func open(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE cards (
                        id TEXT PRIMARY KEY, columnId TEXT NOT NULL, title TEXT NOT NULL, prompt TEXT NOT NULL,
                        status TEXT NOT NULL, position REAL NOT NULL, version INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX cardsByColumn ON cards (columnId, position);
                    """)
            for number in 0..<50 {
                try Card(
                    id: "card\(number)", columnId: "todo", title: "Card \(number)", prompt: "", status: "todo",
                    position: Double(number), version: 1
                ).insert(db)
            }
        }
        return pool
    }
}
