import CKeeper
import Glibc
import Keeper

extension KeeperLoop {
    /// What the loop waits for.
    enum Source {
        case signals
        case listener
        case input(Descriptor)
        case stream(SpoolStream, Descriptor)
        case hub(HubConnection)
    }

    /// Waits until something can be done, or until a deadline.
    func wait() throws -> [(Source, Int16)] {
        let watched = watched()
        var polled = watched.map { pollfd(fd: $0.descriptor.number, events: $0.events, revents: 0) }
        guard unsafe poll(&polled, nfds_t(polled.count), timeoutMs()) >= 0 else {
            guard errno == EINTR else {
                // For want of memory: the next one may not fail, and whoever is kept goes on.
                complain("\(SystemError("poll"))")
                usleep(UInt32(Self.retryMs) * 1_000)
                return []
            }
            return []
        }
        return zip(watched, polled).filter { $1.revents != 0 }.map { ($0.source, $1.revents) }
    }

    private func watched() -> [(source: Source, descriptor: Descriptor, events: Int16)] {
        var watched: [(source: Source, descriptor: Descriptor, events: Int16)] = [(.signals, signals, Int16(POLLIN))]
        if listensAgainAt == nil { watched.append((.listener, listener, Int16(POLLIN))) }
        // Watched for nothing, it still tells when nobody reads any more.
        if let input = child.input {
            watched.append((.input(input), input, queue.waitingCount > 0 ? Int16(POLLOUT) : 0))
        }
        for (stream, descriptor) in child.streams {
            watched.append((.stream(stream, descriptor), descriptor, Int16(POLLIN)))
        }
        for hub in connections {
            watched.append((.hub(hub), hub.descriptor, Int16(POLLIN) | (hub.wantsToWrite ? Int16(POLLOUT) : 0)))
        }
        return watched
    }

    private func timeoutMs() -> Int32 {
        guard let deadline = [lifecycle.deadline, growthAt, listensAgainAt].compactMap({ $0 }).min() else { return -1 }
        let now = MonotonicClock.now()
        return deadline <= now ? 0 : Int32(clamping: deadline - now)
    }

    func handle(_ source: Source, _ events: Int16) throws {
        switch source {
        case .signals: try takeSignals()
        case .listener: greet()
        case .input(let descriptor): feed(descriptor, isBroken: events & Int16(POLLERR | POLLHUP) != 0)
        case .stream(let stream, let descriptor): try spool(stream, from: descriptor)
        case .hub(let hub): serve(hub)
        }
    }

    private func greet() {
        let accepted: Descriptor?
        do {
            accepted = try ControlSocket.accept(from: listener)
        } catch {
            complain("whoever connects has to wait \(Self.retryMs) ms: \(error)")
            listensAgainAt = MonotonicClock.now() + Self.retryMs
            return
        }
        guard let hub = accepted else { return }
        guard connections.count < Self.connectionCountMax else {
            return complain("refused a connection: \(Self.connectionCountMax) are connected (connectionCountMax)")
        }
        connections.append(HubConnection(hub))
    }

    private func takeSignals() throws {
        while true {
            switch ckeeper_next_signal(signals.number) {
            case 0: return
            case SIGCHLD: reap()
            case SIGTERM, SIGINT:
                perform(lifecycle.stop(.request, graceMs: Lifecycle.graceMs, at: MonotonicClock.now()))
            default: throw SystemError("read signals")
            }
        }
    }
}
