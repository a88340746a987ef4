import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
    backoffMaxMs,
    backoffMinMs,
    backoffMs,
    ConnectionLost,
    HubProblem,
} from '../../Sources/Dashboard/web/roost-client.js';
import { makeClient, makeListener } from './fakes.mjs';

const channel = 'project:prj_1';

function subscribed(socket, { seq, recovered = false, snapshot = { project: { id: 'prj_1' } } }) {
    const { id } = socket.frames('subscribe').at(-1);
    const data = { epoch: 'e', seq, recovered, ...(recovered ? {} : { snapshot }) };
    socket.say({ type: 'subscribed', id, channel, data });
}

function event(seq) {
    return { channel, type: 'card.updated', seq, data: { id: 'crd_1' } };
}

describe('back-off', () => {
    test('grows from half a second to twenty and stays between them', () => {
        for (let attempt = 0; attempt < 40; attempt += 1) {
            assert.equal(backoffMs(attempt, () => 0), backoffMinMs);
            assert.ok(backoffMs(attempt, () => 0.999999) <= backoffMaxMs);
        }
        assert.ok(backoffMs(0, () => 0.999999) <= 1_000);
        assert.ok(backoffMs(3, () => 0.999999) > backoffMs(2, () => 0.999999));
        assert.ok(backoffMs(9, () => 0.999999) > backoffMaxMs - 1);
    });

    test('starts again after a connection that worked', () => {
        const { client, clock, sockets, states } = makeClient({ random: () => 0.999999 });
        client.connect();
        for (let attempt = 0; attempt < 6; attempt += 1) {
            sockets.at(-1).drop();
            clock.advance(clock.nextMs);
        }
        sockets.at(-1).hello();
        sockets.at(-1).drop();
        assert.ok(clock.nextMs <= 1_000);
        assert.equal(states.at(0), 'connecting');
        assert.equal(states.at(-1), 'reconnecting');
    });

    test('waits as long as a hub that goes away asks for', () => {
        const { client, clock, sockets } = makeClient();
        client.connect();
        sockets[0].hello();
        sockets[0].say({ type: 'closing', data: { reason: 'restart', retryAfterMs: 5_000 } });
        sockets[0].drop(1001);
        assert.equal(clock.nextMs, 5_000);
    });

    test('does not come back where the same attempt would fail again', () => {
        const { client, clock, sockets, states } = makeClient();
        client.connect();
        sockets[0].drop(4001, 'not authenticated');
        assert.equal(states.at(-1), 'closed');
        assert.equal(clock.nextMs, Infinity);
    });
});

describe('operations', () => {
    test('answers find their calls, in any order', async () => {
        const { client, sockets } = makeClient();
        client.connect();
        sockets[0].hello();
        const first = client.call('projects.list');
        const second = client.call('cards.move', { card: 'crd_1', columnId: 'col_1' });
        const [a, b] = sockets[0].sent;
        assert.deepEqual(b.payload, { card: 'crd_1', columnId: 'col_1' });
        sockets[0].say({ type: 'reply', id: b.id, data: { id: 'crd_1' } });
        sockets[0].say({ type: 'error', id: a.id, error: { status: 403, code: 'FORBIDDEN', detail: 'no' } });
        assert.deepEqual(await second, { id: 'crd_1' });
        await assert.rejects(
            first,
            (error) => error instanceof HubProblem && error.code === 'FORBIDDEN' && error.message === 'no',
        );
    });

    test('fail at once without a connection, and when it is lost', async () => {
        const { client, sockets } = makeClient();
        await assert.rejects(client.call('info'), ConnectionLost);
        client.connect();
        sockets[0].hello();
        const call = client.call('info');
        sockets[0].drop();
        await assert.rejects(call, ConnectionLost);
    });
});

describe('channels', () => {
    test('a snapshot comes first, then events by number, each once', () => {
        const { client, sockets } = makeClient();
        const listener = makeListener();
        client.subscribe(channel, listener);
        client.connect();
        sockets[0].hello();
        sockets[0].say(event(7)); // not subscribed yet: cannot be ours
        subscribed(sockets[0], { seq: 10 });
        for (const seq of [10, 11, 11, 12, 9]) sockets[0].say(event(seq));
        sockets[0].say({ channel, type: 'presence.joined', data: { viewers: [], viewersTotal: 2 } });
        assert.deepEqual(listener.heard.slice(1), [['joined'], ['event', 11], ['event', 12], [
            'transient',
            'presence.joined',
        ]]);
        assert.equal(listener.heard[0][0], 'snapshot');
    });

    test('after a drop it goes on behind the last event', () => {
        const { client, clock, sockets } = makeClient();
        const listener = makeListener({ filter: { topics: ['card'] } });
        client.connect();
        sockets[0].hello();
        client.subscribe(channel, listener);
        subscribed(sockets[0], { seq: 10 });
        sockets[0].say(event(11));
        sockets[0].drop();
        clock.advance(clock.nextMs);
        sockets[1].hello();
        const { payload } = sockets[1].frames('subscribe')[0];
        assert.deepEqual(payload, {
            channel,
            snapshot: true,
            filter: { topics: ['card'] },
            after: { epoch: 'e', seq: 11 },
        });
        // The hub stands at 14 already; what was missed follows.
        subscribed(sockets[1], { seq: 14, recovered: true });
        for (const seq of [11, 12, 14]) sockets[1].say(event(seq));
        assert.deepEqual(listener.heard.filter(([kind]) => kind === 'event'), [['event', 11], ['event', 12], [
            'event',
            14,
        ]]);
        assert.equal(listener.heard.filter(([kind]) => kind === 'snapshot').length, 1);
    });

    test('a gap asks for a new snapshot and hears nothing until it is there', () => {
        const { client, sockets } = makeClient();
        const listener = makeListener();
        client.connect();
        sockets[0].hello();
        client.subscribe(channel, listener);
        subscribed(sockets[0], { seq: 10 });
        sockets[0].say({
            type: 'gap',
            channel,
            data: { from: 'e-10', to: 'e-900', reason: 'retention', resubscribe: true },
        });
        assert.equal(sockets[0].frames('subscribe')[1].payload.after, undefined);
        sockets[0].say(event(900));
        subscribed(sockets[0], { seq: 900 });
        sockets[0].say(event(901));
        assert.deepEqual(listener.heard.map(([kind]) => kind), ['snapshot', 'joined', 'snapshot', 'joined', 'event']);
    });

    test('a channel that may not be seen is not asked for again', () => {
        const { client, clock, sockets } = makeClient();
        const [refused, removed] = [makeListener(), makeListener()];
        client.connect();
        sockets[0].hello();
        client.subscribe('run:run_1', refused);
        sockets[0].say({ type: 'error', id: sockets[0].sent[0].id, error: { status: 404, code: 'RUN_NOT_FOUND' } });
        client.subscribe(channel, removed);
        subscribed(sockets[0], { seq: 1 });
        sockets[0].say({ type: 'gap', channel, data: { reason: 'access', resubscribe: false } });
        assert.deepEqual(refused.heard, [['refused', 'RUN_NOT_FOUND']]);
        assert.deepEqual(removed.heard.at(-1), ['refused', 'FORBIDDEN']);
        sockets[0].drop();
        clock.advance(clock.nextMs);
        sockets[1].hello();
        assert.deepEqual(sockets[1].frames('subscribe'), []);
    });

    test('a channel that is refused for the moment is asked for again', () => {
        const { client, clock, sockets } = makeClient();
        const listener = makeListener();
        client.connect();
        sockets[0].hello();
        const subscription = client.subscribe(channel, listener);
        const refuse = () =>
            sockets[0].say({
                type: 'error',
                id: sockets[0].frames('subscribe').at(-1).id,
                error: { status: 503, code: 'OVERLOADED', retryAfterSeconds: 2 },
            });
        refuse();
        clock.advance(1_999);
        assert.equal(sockets[0].frames('subscribe').length, 1);
        clock.advance(2_001);
        assert.equal(sockets[0].frames('subscribe').length, 2);
        refuse();
        subscription.close();
        clock.advance(4_000);
        assert.equal(sockets[0].frames('subscribe').length, 2);
        assert.deepEqual(listener.heard, []);
    });

    test('a closed subscription hears nothing more', () => {
        const { client, sockets } = makeClient();
        const listener = makeListener();
        client.connect();
        sockets[0].hello();
        const subscription = client.subscribe(channel, listener);
        subscription.close();
        subscribed(sockets[0], { seq: 10 });
        sockets[0].say(event(11));
        assert.deepEqual(listener.heard, []);
        assert.deepEqual(sockets[0].frames('unsubscribe')[0].payload, { channel });
    });
});

describe('a dead socket', () => {
    test('is asked after two silent intervals, and left after a third', () => {
        const { client, clock, sockets, states } = makeClient();
        client.connect();
        sockets[0].hello(10_000);
        clock.advance(19_000);
        assert.deepEqual(sockets[0].sent, []);
        clock.advance(1_000);
        assert.deepEqual(sockets[0].sent, [{ type: 'ping' }]);
        clock.advance(9_000);
        assert.equal(states.at(-1), 'online');
        clock.advance(1_000);
        assert.equal(states.at(-1), 'reconnecting');
        assert.ok(sockets[0].isClosed);
        // What it says from its grave is not heard.
        sockets[0].say({ type: 'hello', data: {} });
        assert.equal(states.at(-1), 'reconnecting');
    });

    test('is alive when it answers, or says anything', () => {
        const { client, clock, sockets, states } = makeClient();
        client.connect();
        sockets[0].hello(10_000);
        for (let round = 0; round < 5; round += 1) {
            clock.advance(20_000);
            sockets[0].say({ type: 'pong' });
        }
        assert.equal(states.at(-1), 'online');
        assert.equal(sockets.length, 1);
    });

    test('is left when it never says hello', () => {
        const { client, clock, sockets } = makeClient();
        client.connect();
        clock.advance(90_000);
        assert.ok(sockets[0].isClosed);
        assert.ok(sockets.length > 1);
    });
});
