// A hub and a clock that are moved by hand.

import { RoostClient } from '../../Sources/Dashboard/web/roost-client.js';

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
    sent = [];
    isClosed = false;

    send(text) {
        this.sent.push(JSON.parse(text));
    }

    close() {
        this.isClosed = true;
    }

    say(frame) {
        this.onmessage?.({ data: JSON.stringify(frame) });
    }

    hello(pingIntervalMs = 10_000) {
        this.say({ type: 'hello', data: { protocol: 1, connectionId: 'c1', pingIntervalMs } });
    }

    drop(code = 1006, reason = '') {
        this.onclose?.({ code, reason });
    }

    /** The frames of one type that the client has sent. */
    frames(type) {
        return this.sent.filter((frame) => frame.type === type);
    }
}

export function makeClient({ random = () => 0.5 } = {}) {
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
    const client = new RoostClient('ws://hub/api/ws', {
        WebSocket,
        random,
        now: () => clock.nowMs,
        setTimeout: (action, ms) => clock.setTimeout(action, ms),
        clearTimeout: (id) => clock.clearTimeout(id),
    });
    client.onstate = (state) => states.push(state);
    return { client, clock, sockets, states };
}

/** A listener that writes down what it is told. */
export function makeListener(extra = {}) {
    const heard = [];
    return {
        heard,
        snapshot: (data) => heard.push(['snapshot', data]),
        event: (frame) => heard.push(['event', frame.seq]),
        transient: (frame) => heard.push(['transient', frame.type]),
        joined: () => heard.push(['joined']),
        refused: (error) => heard.push(['refused', error.code]),
        ...extra,
    };
}
