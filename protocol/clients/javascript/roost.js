// A client for a Roost hub: one WebSocket for operations and live channels.
//
//   const hub = new Client('http://127.0.0.1:37100', { token: 'rst_…' });
//   hub.connect();
//   const [project] = await hub.call('projects.list');
//   const board = hub.mirror(`project:${project.id}`);
//   for await (const change of board) console.log(change.kind, board.store.of('card').size);
//
// Connections come and go, the client stays: a call is done once, over as many connections as it takes, and a channel
// goes on after the last event that was told. No dependencies. Runs in browsers, Deno and Node: where there is no global
// WebSocket (Node before 22), one is passed in. `roost.d.ts` has the types; the protocol is in `protocol/protocol.md`.

/** Bounds of the delay before an attempt to connect: full jitter, so that many clients do not come in one instant. */
export const backoffBoundMinMs = 500;
export const backoffBoundMaxMs = 20_000;

/** The hub refuses a key on what tells a secret, whose answer is kept nowhere; such a call is never made twice. */
export const withoutKey = new Set(['auth.login', 'auth.setup', 'passwords.reset', 'tokens.create']);

const pingDefaultMs = 20_000;
const callTimeoutDefaultMs = 60_000;

/**
 * How much waits for a subscriber that is busy. Beyond it the channel is left, and followed again from there when what
 * waited has been taken: nothing is lost, and nothing grows.
 */
const waitingChangesMax = 10_000;

/** Of what the hub allows, which counts by its own clock. */
const paceShare = 0.8;
const messagesPerSecondDefault = 50;
const messageBurstDefault = 300;
const framesPerBatchMax = 256;

/** Close codes after which the same attempt would fail again. */
const isForGood = (code) => code >= 4000 && code <= 4099;

// What can go wrong.

export class RoostError extends Error {
    constructor(message) {
        super(message);
        this.name = new.target.name;
    }
}

/** The hub refused: an RFC 9457 problem document. What its code means is in `protocol/errors.json`. */
export class Problem extends RoostError {
    constructor(document) {
        super(document.detail ?? document.title ?? document.code ?? 'the hub refused');
        this.members = document;
        this.code = document.code ?? 'UNKNOWN';
        this.status = document.status ?? 0;
        this.retryAfterSeconds = document.retryAfterSeconds ?? null;
    }
}

/** The connection went before the answer came: whether the operation was done is not known. */
export class ConnectionLost extends RoostError {
    constructor(message = 'the connection to the hub was lost') {
        super(message);
    }
}

/** The answer has not come in time: whether the operation was done is not known. */
export class TimedOut extends RoostError {}

/** There is no connection and there will be none: closed by this side, or for good by the hub (4000 to 4099). */
export class Closed extends RoostError {
    constructor(code, reason = '') {
        super(reason ? `closed with ${code}: ${reason}` : `closed with ${code}`);
        this.code = code;
        this.reason = reason;
    }
}

// Values.

/** A place in a journal: everything up to and including `seq` has been seen. */
export class Position {
    constructor(epoch, seq) {
        this.epoch = epoch;
        this.seq = seq;
    }

    /** Reads `<epoch>-<seq>`, as in `Roost-Position`. */
    static parse(text) {
        const [, epoch, seq] = /^(.+)-([0-9]+)$/.exec(text) ?? [];
        if (epoch === undefined) throw new RangeError(`not a position: ${JSON.stringify(text)}`);
        return new Position(epoch, Number(seq));
    }

    toString() {
        return `${this.epoch}-${this.seq}`;
    }
}

/** What an operation answers. */
export class Answer {
    constructor(data, meta = {}) {
        this.data = data;
        this.meta = meta;
    }

    /** Up to where a journal tells of what was changed. */
    get position() {
        const { position } = this.meta;
        if (!position) return null;
        return typeof position === 'string' ? Position.parse(position) : new Position(position.epoch, position.seq);
    }
}

/** Anything between 0 and a bound that doubles with each attempt (0, 1, 2 …). */
export function backoffMs(attempt, random = Math.random) {
    return random() * Math.min(backoffBoundMaxMs, backoffBoundMinMs * 2 ** Math.min(attempt, 16));
}

/** Of a hub's address, `http://host:port`, its WebSocket's. */
export function socketUrl(address, name, batch) {
    const url = new URL(address);
    const scheme = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' }[url.protocol];
    if (!scheme) throw new TypeError(`not the address of a hub: ${address}`);
    const path = url.pathname.replace(/\/+$/, '').replace(/\/api\/ws$/, '');
    return `${scheme}//${url.host}${path}/api/ws?client=${encodeURIComponent(name)}${batch ? '&batch=1' : ''}`;
}

/** 128 bits in hexadecimal: a key, or a connection's name. `randomUUID` is not there in a page that came over http. */
function randomName() {
    const bytes = new Uint8Array(16);
    if (globalThis.crypto?.getRandomValues) globalThis.crypto.getRandomValues(bytes);
    else for (const index of bytes.keys()) bytes[index] = Math.random() * 256;
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Not sending faster than the hub allows, which ends a connection that does (4029): a bucket of tokens, one a frame. */
class Pace {
    #perMs;
    #burst;
    #now;
    #tokens;
    #at;

    constructor(perSecond, burst, now) {
        [this.#perMs, this.#burst, this.#now] = [perSecond / 1000, burst, now];
        [this.#tokens, this.#at] = [burst, now()];
    }

    /** How many of the frames that are wanted may go now. */
    take(wanted) {
        const now = this.#now();
        this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) * this.#perMs);
        this.#at = now;
        const taken = Math.min(wanted, Math.floor(this.#tokens));
        this.#tokens -= taken;
        return taken;
    }

    /** Until one more may go. */
    get waitMs() {
        return Math.max(0, (1 - this.#tokens) / this.#perMs);
    }
}

// A copy of what a channel shows.

/** The kind of a thing by the prefix of its id; one that is not listed is known by the prefix itself. */
const kindOfPrefix = {
    prj: 'project',
    brd: 'board',
    col: 'column',
    crd: 'card',
    run: 'run',
    prc: 'process',
    ent: 'entry',
    apr: 'approval',
    cns: 'consumer',
    att: 'attachment',
    job: 'job',
    usr: 'user',
    tok: 'token',
    mem: 'member',
    pol: 'policy',
    key: 'credential',
    pfl: 'profile',
    rev: 'review',
    org: 'organization',
    sea: 'seat',
    ses: 'session',
    drf: 'draft',
    tag: 'tag',
    tpl: 'template',
    prf: 'preference',
};

export function kindOf(id) {
    const prefix = id.split('_', 1)[0];
    return kindOfPrefix[prefix] ?? prefix;
}

/**
 * Fed by one channel alone, so that nothing is applied out of order. An event carries the whole thing after the change,
 * so keeping up is one rule: put it under its id, or remove it.
 */
export class Store {
    #kinds;
    #things = new Map();

    /** @param {Iterable<string>} [kinds] which are kept; all, if none are named */
    constructor(kinds) {
        this.#kinds = kinds ? new Set(kinds) : null;
        this.position = null;
        /** Who watches, by the user's id; `viewersTotal` counts those too that are not listed. */
        this.viewers = new Map();
        this.viewersTotal = 0;
    }

    /** Before the first snapshot, "nothing there" means "not known". */
    get isLoaded() {
        return this.position !== null;
    }

    /** All things of a kind by id: `card`, `column`, `run` … A live view, not to be changed. */
    of(kind) {
        if (!this.#things.has(kind)) this.#things.set(kind, new Map());
        return this.#things.get(kind);
    }

    get(id) {
        return this.of(kindOf(id)).get(id);
    }

    apply(change) {
        switch (change.kind) {
            case 'snapshot':
                this.#things.clear();
                for (const member of Object.values(change.data)) {
                    for (const thing of Array.isArray(member) ? member : [member]) this.put(thing);
                }
                this.position = change.position;
                break;
            case 'event':
                if (change.type.endsWith('.deleted')) this.of(kindOf(change.data.id)).delete(change.data.id);
                else this.put(change.data);
                this.position = change.position;
                break;
            case 'joined':
                this.#watched('presence.listed', change.data);
                break;
            case 'passing':
                if (change.type.startsWith('presence.')) this.#watched(change.type, change.data);
                break;
        }
    }

    /** Keeps a thing that was read otherwise, such as a page of older entries. What is no thing, or not wanted, is passed over. */
    put(thing) {
        if (typeof thing?.id !== 'string') return;
        const kind = kindOf(thing.id);
        if (!this.#kinds || this.#kinds.has(kind)) this.of(kind).set(thing.id, thing);
    }

    #watched(type, { viewers = [], viewersTotal = 0 }) {
        this.viewersTotal = viewersTotal;
        if (type === 'presence.listed') this.viewers = new Map();
        for (const viewer of viewers) {
            if (type === 'presence.left') this.viewers.delete(viewer.user.id);
            else this.viewers.set(viewer.user.id, viewer);
        }
    }
}

// One channel, followed over any number of connections.

/**
 * An async iterable of changes; it ends when it is closed, and throws what the channel is refused with. With `onChange`
 * each change is told at once instead, and `onEnd` hears of the end.
 *
 * The client feeds it (what has an underscore is between the two); it decides and never sends.
 */
export class Subscription {
    #options;
    #join;
    #leave;
    #waiting = [];
    #waiters = [];
    #error = null;

    constructor(channel, options, { join, leave }) {
        this.channel = channel;
        this.#options = { snapshot: true, waitingMax: waitingChangesMax, ...options };
        /** Up to where changes have been told. */
        this.position = this.#options.after ?? null;
        this.isJoined = false;
        this.isClosed = false;
        this.#join = join;
        this.#leave = leave;
        /** The id of the `subscribe` that has no answer yet; events before it are of an earlier subscription. */
        this._joining = null;
        this._isPaused = false;
        this._presence = undefined;
    }

    /** The payload of `subscribe`. */
    _request() {
        const { snapshot, filter } = this.#options;
        const payload = { channel: this.channel, snapshot };
        if (filter) payload.filter = filter;
        if (this.position) payload.after = String(this.position);
        return payload;
    }

    _joined(data) {
        this._joining = null;
        this.isJoined = true;
        if (!data.recovered) {
            // Where a position was held, what followed it cannot be had.
            const before = this.position;
            this.position = new Position(data.epoch, data.seq);
            if (before) {
                const reason = before.epoch === data.epoch ? 'resume' : 'epoch';
                this.#tell({ kind: 'gap', reason, isFinal: false });
            }
            if (data.snapshot) this.#tell({ kind: 'snapshot', position: this.position, data: data.snapshot });
        }
        this.#tell({ kind: 'joined', isRecovered: Boolean(data.recovered), data });
    }

    _told(frame) {
        if (!this.isJoined || this._isPaused) return;
        const { seq, type, data } = frame;
        if (seq === undefined) {
            // What may be lost is, before what may not.
            if (this.#waiting.length < this.#options.waitingMax / 2) this.#tell({ kind: 'passing', type, data });
            return;
        }
        if (!this.position || seq <= this.position.seq) return;
        if (this.#waiting.length >= this.#options.waitingMax) {
            this._isPaused = true;
            this.isJoined = false;
            this.#leave(this);
            return;
        }
        this.position = new Position(this.position.epoch, seq);
        this.#tell({ kind: 'event', position: this.position, type, data, frame });
    }

    /** The hub has ended the subscription; the client joins again, unless this is now closed. */
    _gap({ reason, resubscribe = true }) {
        this.isJoined = false;
        this.position = null;
        this.#tell({ kind: 'gap', reason, isFinal: !resubscribe });
        if (!resubscribe) this._end();
    }

    /** The connection has gone. */
    _lost() {
        this._joining = null;
        this.isJoined = false;
    }

    _end(error = null) {
        if (this.isClosed) return;
        this.isClosed = true;
        this.#error = error;
        this.#options.onEnd?.(error);
        this.#wake();
    }

    #tell(change) {
        if (this.isClosed) return;
        if (this.#options.onChange) return this.#options.onChange(change);
        this.#waiting.push(change);
        this.#wake();
    }

    #wake() {
        for (const waiter of this.#waiters.splice(0)) waiter();
    }

    close() {
        if (this.isClosed) return;
        this._end();
        this.#leave(this);
    }

    /** The next change, as an async iterator gives it. */
    async next() {
        while (this.#waiting.length === 0) {
            if (this.isClosed) {
                if (this.#error) throw this.#error;
                return { done: true, value: undefined };
            }
            const news = new Promise((resolve) => this.#waiters.push(resolve));
            if (this._isPaused) {
                this._isPaused = false;
                this.#join(this);
            }
            await news;
        }
        return { done: false, value: this.#waiting.shift() };
    }

    /** A loop that is left early lets go of the channel. */
    async return(value) {
        this.close();
        return { done: true, value };
    }

    [Symbol.asyncIterator]() {
        return this;
    }
}

/**
 * A store that follows a channel: an async iterable of the changes that have been applied to it. It takes each change as
 * it is iterated over; who only wants the state asks `until`.
 */
export class Mirror {
    constructor(subscription, store) {
        this.subscription = subscription;
        this.store = store;
    }

    async next() {
        const result = await this.subscription.next();
        if (!result.done) this.store.apply(result.value);
        return result;
    }

    return(value) {
        return this.subscription.return(value);
    }

    [Symbol.asyncIterator]() {
        return this;
    }

    /** The store when it is loaded and so; rejects with `RoostError` when the channel has ended before. */
    async until(holds) {
        while (!(this.store.isLoaded && holds(this.store))) {
            if ((await this.next()).done) throw new RoostError(`${this.subscription.channel} has ended`);
        }
        return this.store;
    }

    close() {
        this.subscription.close();
    }
}

// The connection.

export class Client {
    #url;
    #options;
    #socket = null;
    #state = 'idle';
    #attempt = 0;
    #retryTimer = null;
    #pingTimer = null;
    #flushTimer = null;
    #isFlushDue = false;
    #heardAt = 0;
    #pingedAt = null;
    /** The hub's word on when to come again: it gives each client a moment of its own. */
    #retryHintMs = 0;
    #refusal = '';
    #ended = null;
    #pace = null;
    #nextId = 1;
    #authentication = null;
    #calls = new Map();
    #subscriptions = new Map();
    #outbox = [];
    #whenOnline = [];

    /** What the hub said about itself when the connection came up. */
    hello = null;

    constructor(url, options = {}) {
        this.#options = {
            token: null,
            batch: true,
            callTimeoutMs: callTimeoutDefaultMs,
            pingMs: pingDefaultMs,
            onState: () => {},
            WebSocket: globalThis.WebSocket,
            random: Math.random,
            now: () => Date.now(),
            setTimeout: (action, ms) => setTimeout(action, ms),
            clearTimeout: (timer) => clearTimeout(timer),
            ...options,
        };
        if (!this.#options.WebSocket) throw new TypeError('there is no global WebSocket: pass one in');
        // The others do not see us leave and come back when each of our connections has the same name.
        this.#url = socketUrl(url, this.#options.name ?? randomName(), this.#options.batch);
    }

    /** `idle`, `connecting`, `online`, `reconnecting` or `closed`. */
    get state() {
        return this.#state;
    }

    get isOnline() {
        return this.#state === 'online';
    }

    /** Comes, and comes again, until it is closed. */
    connect() {
        if (this.#ended || this.#socket) return;
        this.#options.clearTimeout(this.#retryTimer);
        this.#setState(this.#attempt === 0 && this.#state !== 'reconnecting' ? 'connecting' : 'reconnecting');
        const socket = new this.#options.WebSocket(this.#url);
        this.#socket = socket;
        this.#watch();
        socket.onmessage = ({ data }) => this.#received(data);
        socket.onclose = ({ code, reason }) => this.#dropped(code, reason);
        // Close follows it; without a listener some implementations throw.
        socket.onerror = () => {};
    }

    /** Tries again now instead of when the delay is over: for when the machine is known to be back on a network. */
    reconnectNow() {
        if (this.#state === 'reconnecting') this.connect();
    }

    /** Resolves when there is a connection; rejects with `Closed` when there will be none. */
    online() {
        if (this.#ended) return Promise.reject(this.#ended);
        if (this.isOnline) return Promise.resolve();
        return new Promise((resolve, reject) => this.#whenOnline.push({ resolve, reject }));
    }

    close() {
        this.#end(new Closed(1000, 'closed by this client'), 1000);
    }

    // Operations.

    /** Has an operation done: `await hub.call('cards.move', { card: 'crd_…', columnId: 'col_…' })`; see `request`. */
    async call(operation, payload = {}, options = {}) {
        return (await this.request(operation, payload, options)).data;
    }

    /**
     * Has an operation done once, over as many connections and attempts as it takes.
     *
     * Rejects with `Problem`, where the hub refuses and does not say when to come again; `TimedOut`; `Closed`; and
     * `ConnectionLost` for the few operations that take no key (`withoutKey`).
     */
    request(operation, payload = {}, { key, timeoutMs = this.#options.callTimeoutMs } = {}) {
        const call = { frame: { type: operation, payload }, id: null, timer: null, isSettled: false };
        if (!withoutKey.has(operation)) call.frame.idempotencyKey = key ?? randomName();
        return new Promise((resolve, reject) => {
            const settle = (action) => (value) => {
                if (call.isSettled) return;
                call.isSettled = true;
                this.#options.clearTimeout(call.timer);
                this.#calls.delete(call.id);
                action(value);
            };
            [call.resolve, call.reject] = [settle(resolve), settle(reject)];
            const late = () => call.reject(new TimedOut(`${operation} was not answered within ${timeoutMs} ms`));
            call.timer = this.#options.setTimeout(late, timeoutMs);
            this.#attemptCall(call);
        });
    }

    async #attemptCall(call) {
        try {
            await this.online();
        } catch (error) {
            return call.reject(error);
        }
        // Others that waited for the connection may have lost it again.
        if (!this.isOnline) return this.#attemptCall(call);
        if (call.isSettled) return;
        call.id = this.#nextId++;
        this.#calls.set(call.id, call);
        this.#send({ ...call.frame, id: call.id });
    }

    /** All pages of a list. */
    async pages(operation, payload = {}, options = {}) {
        const items = [];
        for (let cursor; ;) {
            const answer = await this.request(operation, cursor ? { ...payload, cursor } : payload, options);
            items.push(...answer.data);
            cursor = answer.meta.nextCursor;
            if (!cursor) return items;
        }
    }

    // Channels.

    /** Follows a channel, `project:prj_…`, over any number of connections, until it is closed. */
    subscribe(channel, options = {}) {
        if (this.#subscriptions.has(channel)) throw new Error(`already subscribed to ${channel}`);
        const subscription = new Subscription(channel, options, {
            join: (which) => this.#join(which),
            leave: (which) => this.#left(which),
        });
        if (this.#ended) {
            subscription._end(this.#ended);
            return subscription;
        }
        this.#subscriptions.set(channel, subscription);
        this.#join(subscription);
        return subscription;
    }

    /** Follows a channel with a store that is kept up to date. */
    mirror(channel, { kinds, ...options } = {}) {
        return new Mirror(this.subscribe(channel, options), new Store(kinds));
    }

    /** Tells those who watch a subscribed channel what one does; it is told again after a reconnection. */
    async presence(channel, state) {
        const subscription = this.#subscriptions.get(channel);
        if (subscription) subscription._presence = state;
        await this.request('presence', { channel, state });
    }

    #join(subscription) {
        if (!this.isOnline || this.#subscriptions.get(subscription.channel) !== subscription) return;
        subscription._joining = this.#nextId++;
        this.#send({ type: 'subscribe', id: subscription._joining, payload: subscription._request() });
    }

    #left(subscription) {
        const { channel } = subscription;
        if (this.#subscriptions.get(channel) !== subscription) return;
        if (subscription.isClosed) this.#subscriptions.delete(channel);
        if (this.isOnline) this.#send({ type: 'unsubscribe', payload: { channel } });
    }

    /** Refused for the moment: each client asks again at a moment of its own. */
    #joinLater(subscription, seconds) {
        subscription._joining = null;
        this.#options.setTimeout(
            () => {
                if (subscription._joining === null && !subscription.isJoined) this.#join(subscription);
            },
            this.#spreadMs(seconds),
        );
    }

    #spreadMs(seconds) {
        return seconds * 1000 * (1 + this.#options.random());
    }

    // Frames up.

    #send(frame) {
        this.#outbox.push(frame);
        if (this.#isFlushDue) return;
        this.#isFlushDue = true;
        // What is asked for in one turn goes together.
        queueMicrotask(() => this.#flush());
    }

    #flush() {
        this.#options.clearTimeout(this.#flushTimer);
        this.#isFlushDue = false;
        while (this.#outbox.length > 0 && this.#socket && this.#pace) {
            const { batch } = this.#options;
            const count = this.#pace.take(batch ? Math.min(this.#outbox.length, framesPerBatchMax) : 1);
            if (count === 0) {
                this.#isFlushDue = true;
                this.#flushTimer = this.#options.setTimeout(() => this.#flush(), Math.ceil(this.#pace.waitMs));
                return;
            }
            const frames = this.#outbox.splice(0, count);
            this.#socket.send(JSON.stringify(batch ? frames : frames[0]));
        }
    }

    // Frames down.

    #received(text) {
        this.#heardAt = this.#options.now();
        this.#pingedAt = null;
        const socket = this.#socket;
        const frames = JSON.parse(text);
        for (const frame of Array.isArray(frames) ? frames : [frames]) {
            // Who hears of one frame may have closed the client.
            if (this.#socket !== socket) return;
            this.#take(frame);
        }
    }

    #take(frame) {
        const { type, id, data } = frame;
        const subscription = this.#subscriptions.get(frame.channel);
        switch (type) {
            case 'hello':
                return this.#greeted(data);
            case 'closing':
                this.#retryHintMs = data?.retryAfterMs ?? 0;
                return;
            case 'subscribed':
                return this.#joined(frame);
            case 'gap':
                return subscription && this.#gap(subscription, data);
            case 'error':
                return this.#refused(frame);
        }
        if (id !== undefined && id === this.#authentication) return this.#cameUp();
        if (id !== undefined) return this.#calls.get(id)?.resolve(new Answer(data, frame.meta));
        // Before the answer to a subscribe that is under way, events are of an earlier subscription.
        if (subscription && subscription._joining === null) subscription._told(frame);
    }

    #greeted(hello) {
        const { token, now } = this.#options;
        const { messagesPerSecond = messagesPerSecondDefault, messageBurstMax = messageBurstDefault } =
            hello.limits ?? {};
        this.hello = hello;
        this.#pace = new Pace(paceShare * messagesPerSecond, paceShare * messageBurstMax, now);
        if (!token) return this.#cameUp();
        // In a frame, where browsers cannot set a field: addresses end up in logs.
        this.#authentication = this.#nextId++;
        this.#send({ type: 'auth', id: this.#authentication, payload: { token } });
    }

    #cameUp() {
        this.#authentication = null;
        this.#attempt = 0;
        this.#setState('online');
        for (const { resolve } of this.#whenOnline.splice(0)) resolve();
        for (const subscription of this.#subscriptions.values()) {
            if (!subscription._isPaused && subscription._joining === null) this.#join(subscription);
        }
    }

    #joined({ id, channel, data }) {
        for (const subscription of this.#subscriptions.values()) {
            if (subscription._joining !== id) continue;
            // By slug one asks for a channel whose name is told in the answer.
            if (subscription.channel !== channel) {
                this.#subscriptions.delete(subscription.channel);
                subscription.channel = channel;
                this.#subscriptions.set(channel, subscription);
            }
            subscription._joined(data);
            if (subscription._presence !== undefined) {
                this.#send({ type: 'presence', payload: { channel, state: subscription._presence } });
            }
            return;
        }
    }

    #gap(subscription, data) {
        subscription._gap(data);
        if (subscription.isClosed) this.#subscriptions.delete(subscription.channel);
        else this.#join(subscription);
    }

    #refused({ id, error }) {
        const problem = new Problem(error);
        if (id === undefined) {
            // Before it was asked anything: what the close says comes next.
            this.#refusal = problem.message;
            if (!this.isOnline) this.#retryHintMs = (problem.retryAfterSeconds ?? 0) * 1000;
            return;
        }
        for (const subscription of this.#subscriptions.values()) {
            if (subscription._joining !== id) continue;
            if (problem.retryAfterSeconds !== null) return this.#joinLater(subscription, problem.retryAfterSeconds);
            this.#subscriptions.delete(subscription.channel);
            return subscription._end(problem);
        }
        const call = this.#calls.get(id);
        if (!call) return;
        if (problem.retryAfterSeconds === null) return call.reject(problem);
        this.#calls.delete(id);
        this.#options.setTimeout(() => this.#attemptCall(call), this.#spreadMs(problem.retryAfterSeconds));
    }

    // The connection's life.

    #setState(state, detail = '') {
        this.#state = state;
        this.#options.onState(state, detail);
    }

    /**
     * A socket can be dead without anybody saying so (a laptop's lid, a changed network). Browsers hide the protocol's
     * own pings, so one that was silent for `pingMs` is asked, and given up when it is silent as long again.
     */
    #watch() {
        const { pingMs, now, setTimeout } = this.#options;
        this.#heardAt = now();
        this.#pingedAt = null;
        const look = () => {
            const isSilent = now() - (this.#pingedAt ?? this.#heardAt) >= pingMs;
            if (isSilent && (this.#pingedAt !== null || this.#state !== 'online')) {
                // Node's `ws` waits for the other side's close unless it is told not to; others have no word for that.
                this.#socket.terminate?.();
                return this.#dropped(1006, 'the hub has not answered');
            }
            if (isSilent) {
                this.#pingedAt = now();
                this.#send({ type: 'ping' });
            }
            this.#pingTimer = setTimeout(look, pingMs / 2);
        };
        this.#pingTimer = setTimeout(look, pingMs / 2);
    }

    #dropped(code, reason) {
        this.#detach();
        const said = reason || this.#refusal || `code ${code}`;
        this.#refusal = '';
        if (isForGood(code)) return this.#end(new Closed(code, said));
        const delayMs = Math.max(this.#retryHintMs, backoffMs(this.#attempt, this.#options.random));
        this.#retryHintMs = 0;
        this.#attempt += 1;
        this.#retryTimer = this.#options.setTimeout(() => this.connect(), delayMs);
        this.#setState('reconnecting', said);
        for (const subscription of this.#subscriptions.values()) subscription._lost();
        const calls = [...this.#calls.values()];
        this.#calls.clear();
        for (const call of calls) {
            // With its key the hub knows an attempt that it has seen.
            if (call.frame.idempotencyKey) this.#attemptCall(call);
            else call.reject(new ConnectionLost());
        }
    }

    /** Lets go of the socket at once: a dead one takes minutes to say that it is closed. */
    #detach(code) {
        const { clearTimeout } = this.#options;
        for (const timer of [this.#pingTimer, this.#retryTimer, this.#flushTimer]) clearTimeout(timer);
        this.#outbox = [];
        this.#isFlushDue = false;
        this.#pace = null;
        this.#authentication = null;
        const socket = this.#socket;
        this.#socket = null;
        if (!socket) return;
        socket.onmessage = null;
        socket.onclose = null;
        socket.close(...(code ? [code] : []));
    }

    #end(error, code) {
        if (this.#ended) return;
        this.#ended = error;
        this.#detach(code);
        const [subscriptions, calls] = [[...this.#subscriptions.values()], [...this.#calls.values()]];
        this.#subscriptions.clear();
        for (const call of calls) call.reject(error);
        for (const { reject } of this.#whenOnline.splice(0)) reject(error);
        for (const subscription of subscriptions) subscription._end(error.code === 1000 ? null : error);
        this.#setState('closed', error.message);
    }
}
