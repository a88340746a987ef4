// A client for a Roost hub: one WebSocket for operations and live channels.
//
//   const hub = new RoostClient('ws://127.0.0.1:37100/api/ws');
//   hub.connect();
//   const projects = await hub.call('projects.list');
//   const subscription = hub.subscribe('project:prj_…', {
//       snapshot(data) {}, event(frame) {}, transient(frame) {},
//   });
//
// A dropped connection comes back by itself, and every subscription goes on after the last event it has seen: the hub
// sends what was missed, or, where it no longer can, a new snapshot. The caller sees each durable event exactly once
// and in order. No dependencies; runs in browsers and, given a WebSocket, in Node 18 and later.

/** Delays between attempts to connect: full jitter, so that many pages do not come back in the same instant. */
export const backoffMinMs = 500;
export const backoffMaxMs = 20_000;

/** Used until `hello` says how often the hub is heard of at least. */
const pingIntervalDefaultMs = 30_000;

/** Close codes after which the same attempt would fail again: 4000 to 4099. */
const closedForGood = (code) => code >= 4000 && code <= 4099;

/** What an operation failed with: an RFC 7807 problem document. */
export class HubProblem extends Error {
    constructor(problem) {
        super(problem.detail ?? problem.title ?? problem.code ?? 'The hub refused');
        this.name = 'HubProblem';
        this.problem = problem;
        this.code = problem.code;
        this.status = problem.status;
    }
}

/** The connection went away before the answer came: whether the operation was done is not known. */
export class ConnectionLost extends Error {
    constructor(message = 'The connection to the hub was lost') {
        super(message);
        this.name = 'ConnectionLost';
    }
}

/**
 * How long to wait before attempt `attempt` (0, 1, 2 …): anything up to a ceiling that doubles, and never less than
 * the least delay.
 */
export function backoffMs(attempt, random = Math.random) {
    const ceiling = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(attempt + 1, 16));
    return backoffMinMs + random() * (ceiling - backoffMinMs);
}

/**
 * @typedef {object} Listener
 * @property {(data: object) => void} [snapshot] the state as a whole; what was known before is void
 * @property {(frame: object) => void} [event] a durable event: `type`, `seq`, `ts`, `actor`, `data` …
 * @property {(frame: object) => void} [transient] replaceable traffic: `entry.delta`, `presence.joined` …
 * @property {(data: object) => void} [joined] subscribed, at first and after every reconnection: `viewers`, `viewersTotal` …
 * @property {(error: HubProblem) => void} [refused] the hub does not let us have this channel
 * @property {{topics?: string[], types?: string[]}} [filter] which events are wanted
 */

export class RoostClient {
    #url;
    #options;
    #socket = null;
    #state = 'idle';
    #attempt = 0;
    #retryTimer = null;
    #heartbeatTimer = null;
    #heardAt = 0;
    #pingedAt = null;
    #retryHintMs = null;
    #nextId = 1;
    #calls = new Map();
    #subscriptions = new Map();

    /** Called with `connecting`, `online`, `reconnecting` or `closed`, and what there is to say about it. */
    onstate = () => {};
    /** What the hub said about itself when the connection came up. */
    hello = null;

    /**
     * @param {string} url `ws://host:port/api/ws`, with `?token=…` where the hub asks for one
     * @param {object} [options] for tests and for Node 18: `WebSocket`, `random`, `now`, `setTimeout`, `clearTimeout`
     */
    constructor(url, options = {}) {
        // The others do not see us leave and come back when each of our connections has the same name.
        const name = Array.from({ length: 3 }, () => Math.random().toString(36).slice(2, 10)).join('');
        this.#url = `${url}${url.includes('?') ? '&' : '?'}client=${name}`;
        this.#options = {
            WebSocket: globalThis.WebSocket,
            random: Math.random,
            now: () => Date.now(),
            setTimeout: (action, ms) => setTimeout(action, ms),
            clearTimeout: (timer) => clearTimeout(timer),
            ...options,
        };
    }

    get state() {
        return this.#state;
    }

    connect() {
        if (this.#socket) return;
        this.#options.clearTimeout(this.#retryTimer);
        this.#setState(this.#attempt === 0 && this.#state !== 'reconnecting' ? 'connecting' : 'reconnecting');
        const socket = new this.#options.WebSocket(this.#url);
        this.#socket = socket;
        this.#watch(pingIntervalDefaultMs);
        socket.onmessage = ({ data }) => this.#received(JSON.parse(data));
        socket.onclose = ({ code, reason }) => this.#dropped(code, reason);
    }

    /** Tries again now instead of when the delay is over: for when the machine is known to be back on a network. */
    reconnectNow() {
        if (this.#state === 'reconnecting') this.connect();
    }

    close() {
        this.#detach();
        this.#setState('closed', 'closed by this client');
        this.#failCalls();
    }

    /**
     * Has an operation done.
     * @returns {Promise<object>} what it answers; rejects with `HubProblem` or `ConnectionLost`
     */
    call(operation, payload = {}) {
        if (this.#state !== 'online') return Promise.reject(new ConnectionLost('There is no connection to the hub'));
        const id = this.#nextId++;
        return new Promise((resolve, reject) => {
            this.#calls.set(id, { resolve, reject });
            this.#send({ type: operation, id, payload });
        });
    }

    /**
     * Follows a channel from its present state on, over any number of reconnections, until `close()`.
     * @param {Listener} listener
     */
    subscribe(channel, listener) {
        if (this.#subscriptions.has(channel)) throw new Error(`already subscribed to ${channel}`);
        const subscription = { channel, listener, position: null, joining: null, retryTimer: null };
        this.#subscriptions.set(channel, subscription);
        if (this.#state === 'online') this.#join(subscription);
        return {
            channel,
            close: () => {
                if (this.#subscriptions.get(channel) !== subscription) return;
                this.#subscriptions.delete(channel);
                if (this.#state === 'online') this.#send({ type: 'unsubscribe', payload: { channel } });
            },
        };
    }

    // Frames.

    #send(frame) {
        this.#socket.send(JSON.stringify(frame));
    }

    #received(frame) {
        this.#heardAt = this.#options.now();
        this.#pingedAt = null;
        switch (frame.type) {
            case 'hello':
                return this.#online(frame.data);
            case 'reply':
                return this.#settle(frame.id, (call) => call.resolve(frame.data));
            case 'error':
                return this.#refused(frame);
            case 'subscribed':
                return this.#joined(frame);
            case 'gap':
                return this.#gap(frame);
            case 'closing':
                this.#retryHintMs = frame.data?.retryAfterMs ?? null;
                return;
            case 'pong':
            case 'unsubscribed':
                return;
            default:
                return this.#told(frame);
        }
    }

    #online(hello) {
        this.hello = hello;
        this.#attempt = 0;
        this.#watch(hello.pingIntervalMs ?? pingIntervalDefaultMs);
        this.#setState('online');
        for (const subscription of this.#subscriptions.values()) this.#join(subscription);
    }

    #settle(id, action) {
        const call = this.#calls.get(id);
        this.#calls.delete(id);
        if (call) action(call);
    }

    #refused({ id, error }) {
        const problem = new HubProblem(error);
        for (const subscription of this.#subscriptions.values()) {
            if (subscription.joining !== id || id === undefined) continue;
            if (error.retryAfterSeconds !== undefined) return this.#joinLater(subscription, error.retryAfterSeconds);
            this.#subscriptions.delete(subscription.channel);
            subscription.listener.refused?.(problem);
            return;
        }
        this.#settle(id, (call) => call.reject(problem));
    }

    // Channels.

    #join(subscription) {
        this.#options.clearTimeout(subscription.retryTimer);
        const { channel, position, listener } = subscription;
        subscription.joining = this.#nextId++;
        const payload = { channel, snapshot: true };
        if (listener.filter) payload.filter = listener.filter;
        if (position) payload.after = position;
        this.#send({ type: 'subscribe', id: subscription.joining, payload });
    }

    /** Refused for the moment: each client asks again at a moment of its own. */
    #joinLater(subscription, seconds) {
        subscription.joining = null;
        subscription.retryTimer = this.#options.setTimeout(
            () => {
                if (this.#subscriptions.get(subscription.channel) !== subscription || this.#state !== 'online') return;
                this.#join(subscription);
            },
            seconds * 1000 * (1 + this.#options.random()),
        );
    }

    #joined({ id, channel, data }) {
        const subscription = this.#subscriptions.get(channel);
        if (!subscription || subscription.joining !== id) return;
        subscription.joining = null;
        if (!data.recovered) {
            // The missed events of a recovered channel follow, so its position stays where we were.
            subscription.position = { epoch: data.epoch, seq: data.seq };
            if (data.snapshot) subscription.listener.snapshot?.(data.snapshot);
        }
        subscription.listener.joined?.(data);
    }

    #gap({ channel, data }) {
        const subscription = this.#subscriptions.get(channel);
        if (!subscription) return;
        if (!data.resubscribe) {
            this.#subscriptions.delete(channel);
            return subscription.listener.refused?.(
                new HubProblem({ status: 403, code: 'FORBIDDEN', detail: `${channel} may not be seen any more` }),
            );
        }
        subscription.position = null;
        this.#join(subscription);
    }

    #told(frame) {
        const subscription = this.#subscriptions.get(frame.channel);
        if (!subscription || subscription.joining !== null) return;
        if (frame.seq === undefined) return subscription.listener.transient?.(frame);
        if (frame.seq <= subscription.position.seq) return;
        subscription.position = { ...subscription.position, seq: frame.seq };
        subscription.listener.event?.(frame);
    }

    // The connection's life.

    #setState(state, detail) {
        this.#state = state;
        this.onstate(state, detail);
    }

    /**
     * A socket can be dead without anybody saying so (a laptop's lid, a changed network). Browsers hide the protocol's
     * own pings, so after two silent intervals the hub is asked, and after another one without an answer given up.
     */
    #watch(intervalMs) {
        const { now, setTimeout, clearTimeout } = this.#options;
        clearTimeout(this.#heartbeatTimer);
        this.#heardAt = now();
        this.#pingedAt = null;
        const look = () => {
            if (this.#pingedAt !== null && now() - this.#pingedAt >= intervalMs) {
                return this.#dropped(1006, 'the hub has not answered');
            }
            if (this.#pingedAt === null && now() - this.#heardAt >= 2 * intervalMs) {
                if (this.#state !== 'online') return this.#dropped(1006, 'the hub has not answered');
                this.#pingedAt = now();
                this.#send({ type: 'ping' });
            }
            this.#heartbeatTimer = setTimeout(look, intervalMs / 2);
        };
        this.#heartbeatTimer = setTimeout(look, intervalMs / 2);
    }

    #dropped(code, reason) {
        this.#detach();
        const message = reason || `code ${code}`;
        if (closedForGood(code)) {
            this.#setState('closed', message);
        } else {
            const delayMs = Math.max(this.#retryHintMs ?? 0, backoffMs(this.#attempt, this.#options.random));
            this.#retryHintMs = null;
            this.#attempt += 1;
            this.#retryTimer = this.#options.setTimeout(() => this.connect(), delayMs);
            this.#setState('reconnecting', message);
        }
        this.#failCalls();
    }

    /** Lets go of the socket at once: a dead one takes minutes to say that it is closed. */
    #detach() {
        this.#options.clearTimeout(this.#heartbeatTimer);
        this.#options.clearTimeout(this.#retryTimer);
        const socket = this.#socket;
        this.#socket = null;
        if (!socket) return;
        socket.onmessage = null;
        socket.onclose = null;
        socket.close();
    }

    #failCalls() {
        const calls = [...this.#calls.values()];
        this.#calls.clear();
        for (const { reject } of calls) reject(new ConnectionLost());
    }
}
