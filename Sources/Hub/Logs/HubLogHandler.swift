package import Logging
import Model

/// swift-log's way into the hub's log.
package struct HubLogHandler: LogHandler {
    package var logLevel: Logger.Level = .trace
    package var metadata: Logger.Metadata = [:]
    private let log: HubLog

    package init(_ log: HubLog) { self.log = log }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        log.put(LogLevel(event.level), "\(event.message)", all.mapValues { "\($0)" })
    }
}

extension LogLevel {
    fileprivate init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}
