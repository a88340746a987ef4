import Hummingbird
import Logging
import NIOPosix

/// `hello PORT BODY`: answers `GET /health` with the body, as JSON.
@main
struct Hello {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[1]) else { fatalError("hello PORT BODY") }
        let body = arguments[2]
        let router = Router()
        router.get("health") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: body)))
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            // One loop, as the hub has one shard and nginx one worker.
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
            logger: Logger(label: "hello") { _ in SwiftLogNoOpLogHandler() })
        try await application.runService()
    }
}
