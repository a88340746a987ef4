// A hub and a clock that are moved by hand.

import { Client } from '../../protocol/clients/javascript/roost.js';

export class FakeClock {
    nowMs = 0;
    #timers = new Map();
    #nextId = 1;

    setTimeout(action, ms) {
        const id = this.#nextId++;
        this.#timers.set(id, { at: this.nowMs + ms, action });
        return id;
    }

    clearTimeout(id) {
        this.#timers.delete(id);
    }

    /** When the next timer is due, from now; Infinity when none is set. */
    get nextMs() {
        return Math.min(...[...this.#timers.values()].map(({ at }) => at)) - this.nowMs;
    }

    advance(ms) {
        const end = this.nowMs + ms;
        for (;;) {
            const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
            if (!due) break;
            const [id, { at, action }] = due;
            this.#timers.delete(id);
            this.nowMs = at;
            action();
        }
        this.nowMs = end;
    }
}

/** What the client holds for a WebSocket; the test is the hub. */
export class FakeSocket {
    /** The frames that the client has sent, batched or not, in their order. */
    sent = [];
    messages = 0;
    isClosed = false;

    send(text) {
        this.messages += 1;
        this.sent.push(...[JSON.parse(text)].flat());
    }

    close(code) {
        this.isClosed = true;
        this.closeCode = code;
    }

    say(frame) {
        this.onmessage?.({ data: JSON.stringify(frame) });
    }

    /** Up to when what the client does about it is done. */
    async hello(limits = {}) {
        this.say({ type: 'hello', data: { protocol: 1, connectionId: 'c1', limits } });
        await turn();
    }

    drop(code = 1006, reason = '') {
        this.onclose?.({ code, reason });
    }

    /** The frames of one type that the client has sent. */
    frames(type) {
        return this.sent.filter((frame) => frame.type === type);
    }
}

/** Lets go on what waits for nothing but its turn: promises and microtasks. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

export function makeClient(options = {}) {
    const clock = new FakeClock();
    const sockets = [];
    const states = [];
    class WebSocket extends FakeSocket {
        constructor(url) {
            super();
            this.url = url;
            sockets.push(this);
        }
    }
    const client = new Client('http://hub', {
        WebSocket,
        batch: false,
        random: () => 0.5,
        pingMs: 10_000,
        now: () => clock.nowMs,
        setTimeout: (action, ms) => clock.setTimeout(action, ms),
        clearTimeout: (id) => clock.clearTimeout(id),
        onState: (state) => states.push(state),
        ...options,
    });
    return { client, clock, sockets, states };
}

/** What is told of a channel, written down: `[kind, seq or type or reason]`. */
export function makeListener() {
    const heard = [];
    return {
        heard,
        onChange(change) {
            const { kind } = change;
            if (kind === 'event') heard.push([kind, change.position.seq]);
            else if (kind === 'passing') heard.push([kind, change.type]);
            else if (kind === 'gap') heard.push([kind, change.reason]);
            else heard.push([kind]);
        },
        onEnd: (error) => heard.push(['end', error && error.code]),
    };
}
