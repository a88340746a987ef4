// Types of roost.js. What a member means is said there.

export declare const backoffBoundMinMs: number;
export declare const backoffBoundMaxMs: number;
export declare const withoutKey: ReadonlySet<string>;

export declare function backoffMs(attempt: number, random?: () => number): number;
export declare function socketUrl(address: string, name: string, batch: boolean): string;
export declare function kindOf(id: string): string;

/** A thing of the hub's: a card, a run … Its members are in `protocol/openapi.yaml`. */
export type Thing = Readonly<Record<string, unknown>>;

export type State = "idle" | "connecting" | "online" | "reconnecting" | "closed";

export declare class RoostError extends Error {
    constructor(message: string);
}

export declare class Problem extends RoostError {
    constructor(document: Thing);
    readonly members: Thing;
    readonly code: string;
    readonly status: number;
    readonly retryAfterSeconds: number | null;
}

export declare class ConnectionLost extends RoostError {
    constructor(message?: string);
}

export declare class TimedOut extends RoostError {}

export declare class Closed extends RoostError {
    constructor(code: number, reason?: string);
    readonly code: number;
    readonly reason: string;
}

export declare class Position {
    constructor(epoch: string, seq: number);
    readonly epoch: string;
    readonly seq: number;
    static parse(text: string): Position;
    toString(): string;
}

export declare class Answer<Data = any> {
    constructor(data: Data, meta?: Thing);
    readonly data: Data;
    /** `position`, `nextCursor`, `replayed`, where they are said. */
    readonly meta: Readonly<{ nextCursor?: string; replayed?: boolean; [name: string]: any }>;
    get position(): Position | null;
}

/** The state as a whole at `position`; what was known before is void. */
export interface SnapshotChange {
    kind: "snapshot";
    position: Position;
    data: Thing;
}

/** A durable event, told once and in order. `frame` has all of its members: `actor`, `ts`, `severity` … */
export interface EventChange {
    kind: "event";
    position: Position;
    type: string;
    data: any;
    frame: Thing;
}

/** Traffic without a number, which may be lost: `entry.delta`, `presence.*`, `job.log`. */
export interface PassingChange {
    kind: "passing";
    type: string;
    data: any;
}

/** Subscribed, at first and after each reconnection. `isRecovered`: what was missed follows, nothing is void. */
export interface JoinedChange {
    kind: "joined";
    isRecovered: boolean;
    data: any;
}

/**
 * Events are missing, and a snapshot follows where one was asked for; or nothing does (`isFinal`), since one may not see
 * this any more. `reason`: `retention`, `epoch` or `access` as the hub said, or `resume` where it had nothing to go on
 * from.
 */
export interface GapChange {
    kind: "gap";
    reason: string;
    isFinal: boolean;
}

export type Change = SnapshotChange | EventChange | PassingChange | JoinedChange | GapChange;

export interface Filter {
    topics?: string[];
    types?: string[];
    cardId?: string;
    runId?: string;
    level?: string;
}

export interface SubscribeOptions {
    filter?: Filter;
    /** Where one has been before. */
    after?: Position;
    /** Whether the state is wanted where there is nothing to go on from; true unless said. */
    snapshot?: boolean;
    /** How many changes wait for a busy subscriber before the channel is left for a while. */
    waitingMax?: number;
    /** Is told each change at once; the subscription is then not iterated over. */
    onChange?: (change: Change) => void;
    /** `error` is what the channel was refused with; null where it was closed. */
    onEnd?: (error: RoostError | null) => void;
}

export declare class Store {
    constructor(kinds?: Iterable<string>);
    position: Position | null;
    viewers: Map<string, any>;
    viewersTotal: number;
    get isLoaded(): boolean;
    of(kind: string): Map<string, any>;
    get(id: string): any;
    apply(change: Change): void;
    put(thing: unknown): void;
}

export declare class Subscription implements AsyncIterableIterator<Change> {
    /** Made by `Client.subscribe`. */
    private constructor();
    channel: string;
    position: Position | null;
    readonly isJoined: boolean;
    readonly isClosed: boolean;
    next(): Promise<IteratorResult<Change, undefined>>;
    return(value?: any): Promise<IteratorResult<Change, any>>;
    close(): void;
    [Symbol.asyncIterator](): this;
}

export declare class Mirror implements AsyncIterableIterator<Change> {
    constructor(subscription: Subscription, store: Store);
    readonly subscription: Subscription;
    readonly store: Store;
    next(): Promise<IteratorResult<Change, undefined>>;
    return(value?: any): Promise<IteratorResult<Change, any>>;
    until(holds: (store: Store) => boolean): Promise<Store>;
    close(): void;
    [Symbol.asyncIterator](): this;
}

export interface ClientOptions {
    token?: string | null;
    /** What each connection calls itself, so that others do not see it leave and come back; one is made up. */
    name?: string;
    /** Whether frames that wait together go together; true unless said. */
    batch?: boolean;
    /** Over all attempts of one call, waiting for a connection among them; 60,000 unless said. */
    callTimeoutMs?: number;
    /** How long the hub may be silent before it is asked, and then before it is given up; 20,000 unless said. */
    pingMs?: number;
    /** Called with the state and why. */
    onState?: (state: State, detail: string) => void;
    /** Where there is no global one. */
    WebSocket?: new (url: string) => any;
    /** For tests: chance, time and timers. */
    random?: () => number;
    now?: () => number;
    setTimeout?: (action: () => void, ms: number) => any;
    clearTimeout?: (timer: any) => void;
}

export interface CallOptions {
    /** The idempotency key; one is made up, by which the hub knows an attempt that it has seen. */
    key?: string;
    timeoutMs?: number;
}

export declare class Client {
    /** @param url the hub's address: `http://127.0.0.1:37100` */
    constructor(url: string, options?: ClientOptions);
    hello: any;
    get state(): State;
    get isOnline(): boolean;
    connect(): void;
    reconnectNow(): void;
    online(): Promise<void>;
    close(): void;
    call<Data = any>(operation: string, payload?: object, options?: CallOptions): Promise<Data>;
    request<Data = any>(operation: string, payload?: object, options?: CallOptions): Promise<Answer<Data>>;
    pages<Item = any>(operation: string, payload?: object, options?: CallOptions): Promise<Item[]>;
    subscribe(channel: string, options?: SubscribeOptions): Subscription;
    mirror(channel: string, options?: SubscribeOptions & { kinds?: Iterable<string> }): Mirror;
    presence(channel: string, state: unknown): Promise<void>;
}
