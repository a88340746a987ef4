// The JavaScript client (protocol/clients/javascript) against a hub that is played by hand.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
    backoffBoundMaxMs,
    backoffMs,
    Client,
    Closed,
    ConnectionLost,
    Position,
    Problem,
    socketUrl,
    TimedOut,
} from '../../protocol/clients/javascript/roost.js';
import { makeClient, makeListener, turn } from './fakes.mjs';

const channel = 'project:prj_1';

async function subscribed(socket, { seq, recovered = false, epoch = 'e', name = channel }) {
    await turn();
    const { id } = socket.frames('subscribe').at(-1);
    const data = { epoch, seq, recovered, ...(recovered ? {} : { snapshot: { project: { id: 'prj_1' } } }) };
    socket.say({ type: 'subscribed', id, channel: name, data });
}

/** A client that is online, and what plays its hub. */
async function online(options) {
    const made = makeClient(options);
    made.client.connect();
    await made.sockets[0].hello();
    return { ...made, socket: made.sockets[0] };
}

function event(seq) {
    return { channel, type: 'card.updated', seq, data: { id: 'crd_1' } };
}

describe('back-off', () => {
    test('is anything below a bound that doubles', () => {
        const bounds = Array.from({ length: 40 }, (_, attempt) => backoffMs(attempt, () => 1));
        assert.deepEqual(bounds.slice(0, 6), [500, 1_000, 2_000, 4_000, 8_000, 16_000]);
        assert.deepEqual(new Set(bounds.slice(6)), new Set([backoffBoundMaxMs]));
        assert.equal(backoffMs(7, () => 0), 0);
    });

    test('starts again after a connection that worked', async () => {
        const { client, clock, sockets, states } = makeClient({ random: () => 1 });
        client.connect();
        for (let attempt = 0; attempt < 6; attempt += 1) {
            sockets.at(-1).drop();
            clock.advance(clock.nextMs);
        }
        await sockets.at(-1).hello();
        sockets.at(-1).drop();
        assert.equal(clock.nextMs, 500);
        assert.equal(states.at(0), 'connecting');
        assert.equal(states.at(-1), 'reconnecting');
    });

    test('waits as long as a hub that goes away asks for', async () => {
        const { clock, socket } = await online();
        socket.say({ type: 'closing', data: { reason: 'restart', retryAfterMs: 5_000 } });
        socket.drop(1001);
        assert.equal(clock.nextMs, 5_000);
    });

    test('waits as long as a hub asks for that has no room', () => {
        const { client, clock, sockets } = makeClient();
        client.connect();
        sockets[0].say({ type: 'error', error: { status: 503, code: 'SERVER_FULL', retryAfterSeconds: 7 } });
        sockets[0].drop(4100);
        assert.equal(clock.nextMs, 7_000);
    });

    test('does not come back where the same attempt would fail again', async () => {
        const { client, clock, sockets, states } = makeClient();
        const call = client.call('info');
        client.connect();
        sockets[0].drop(4001, 'not authenticated');
        assert.equal(states.at(-1), 'closed');
        await assert.rejects(call, (error) => error instanceof Closed && error.code === 4001);
        await assert.rejects(client.online(), Closed);
        await assert.rejects(client.call('info'), Closed);
        assert.equal(clock.nextMs, Infinity);
    });

    test('ends when the machine is known to be back on a network', async () => {
        const { client, sockets, socket } = await online();
        socket.drop();
        client.reconnectNow();
        assert.equal(sockets.length, 2);
    });
});

describe('who one is', () => {
    test('is said in the first frame, and nothing before its answer', async () => {
        const { client, socket, states } = await online({ token: 'rst_x' });
        client.call('info').catch(() => {});
        client.subscribe(channel);
        await turn();
        assert.deepEqual(socket.sent, [{ type: 'auth', id: 1, payload: { token: 'rst_x' } }]);
        assert.equal(states.at(-1), 'connecting');
        socket.say({ type: 'reply', id: 1 });
        await turn();
        assert.deepEqual(socket.sent.slice(1).map(({ type }) => type).sort(), ['info', 'subscribe']);
        assert.equal(states.at(-1), 'online');
    });

    test('addresses', () => {
        assert.equal(socketUrl('http://h:1', 'n', false), 'ws://h:1/api/ws?client=n');
        assert.equal(socketUrl('https://h/roost/', 'n', true), 'wss://h/roost/api/ws?client=n&batch=1');
        assert.equal(socketUrl('ws://h/api/ws', 'n', false), 'ws://h/api/ws?client=n');
        assert.throws(() => socketUrl('ftp://h', 'n', false), TypeError);
        assert.throws(() => new Client('http://h', { WebSocket: undefined }), TypeError);
    });
});

describe('operations', () => {
    test('answers find their calls, in any order', async () => {
        const { client, socket } = await online();
        const first = client.call('projects.list');
        const second = client.request('cards.move', { card: 'crd_1', columnId: 'col_1' });
        await turn();
        const [a, b] = socket.sent;
        assert.deepEqual(b.payload, { card: 'crd_1', columnId: 'col_1' });
        assert.match(b.idempotencyKey, /^[0-9a-f]{32}$/);
        assert.notEqual(a.idempotencyKey, b.idempotencyKey);
        const meta = { position: { epoch: 'e', seq: 7 } };
        socket.say({ type: 'reply', id: b.id, data: { id: 'crd_1' }, meta });
        const problem = { status: 403, code: 'FORBIDDEN', detail: 'no', ability: 'x' };
        socket.say({ type: 'error', id: a.id, error: problem });
        const answer = await second;
        assert.deepEqual([answer.data, answer.position], [{ id: 'crd_1' }, new Position('e', 7)]);
        await assert.rejects(first, (error) => {
            assert.ok(error instanceof Problem);
            assert.deepEqual([error.code, error.status, error.message], ['FORBIDDEN', 403, 'no']);
            return error.members.ability === 'x';
        });
    });

    test('wait for a connection, and are sent again with their key when one is lost', async () => {
        const { client, clock, sockets } = makeClient();
        const call = client.call('cards.create', { title: 'once' });
        client.connect();
        await sockets[0].hello();
        const [sent] = sockets[0].sent;
        sockets[0].drop();
        clock.advance(clock.nextMs);
        await sockets[1].hello();
        const [again] = sockets[1].sent;
        assert.equal(again.idempotencyKey, sent.idempotencyKey);
        sockets[1].say({ type: 'reply', id: again.id, data: { title: 'once' } });
        assert.deepEqual(await call, { title: 'once' });
    });

    test('that tell a secret take no key, and are not made twice', async () => {
        const { client, socket } = await online();
        const call = client.call('tokens.create', { name: 'bot' });
        await turn();
        assert.equal(socket.sent[0].idempotencyKey, undefined);
        socket.drop();
        await assert.rejects(call, ConnectionLost);
    });

    test('are tried again where the hub says when, each at a moment of its own', async () => {
        const { client, clock, socket } = await online();
        const call = client.call('runs.start', { run: 'run_1' }, { key: 'mine' });
        await turn();
        socket.say({ type: 'error', id: socket.sent[0].id, error: { status: 503, retryAfterSeconds: 2 } });
        clock.advance(2_999);
        await turn();
        assert.equal(socket.frames('runs.start').length, 1);
        clock.advance(1);
        await turn();
        const frames = socket.frames('runs.start');
        assert.deepEqual(frames.map(({ idempotencyKey }) => idempotencyKey), ['mine', 'mine']);
        socket.say({ type: 'reply', id: frames[1].id, data: {} });
        await call;
    });

    test('end when their time is over, with or without a connection', async () => {
        const { client, clock } = makeClient({ callTimeoutMs: 5_000 });
        const calls = [client.call('info'), client.call('me', {}, { timeoutMs: 4_000 })];
        clock.advance(5_000);
        for (const call of calls) await assert.rejects(call, TimedOut);
    });

    test('of a list give all of its pages', async () => {
        const { client, socket } = await online();
        const list = client.pages('cards.list', { project: 'p' });
        await turn();
        socket.say({ type: 'reply', id: socket.sent[0].id, data: [1, 2], meta: { nextCursor: 'c' } });
        await turn();
        assert.deepEqual(socket.sent[1].payload, { project: 'p', cursor: 'c' });
        socket.say({ type: 'reply', id: socket.sent[1].id, data: [3] });
        assert.deepEqual(await list, [1, 2, 3]);
    });

    test('go together, and no faster than the hub allows', async () => {
        const { client, clock, sockets } = makeClient({ batch: true });
        client.connect();
        await sockets[0].hello({ messagesPerSecond: 10, messageBurstMax: 20 });
        for (let number = 0; number < 20; number += 1) client.call('info').catch(() => {});
        await turn();
        assert.deepEqual([sockets[0].sent.length, sockets[0].messages], [16, 1]);
        clock.advance(125);
        assert.equal(sockets[0].sent.length, 17);
        clock.advance(2_000);
        assert.equal(sockets[0].sent.length, 20);
        client.close();
    });
});

describe('channels', () => {
    test('a snapshot comes first, then events by number, each once', async () => {
        const { client, socket } = await online();
        const listener = makeListener();
        client.subscribe(channel, listener);
        socket.say(event(7)); // not subscribed yet: cannot be ours
        await subscribed(socket, { seq: 10 });
        for (const seq of [10, 11, 11, 12, 9]) socket.say(event(seq));
        socket.say({ channel, type: 'presence.joined', data: { viewers: [], viewersTotal: 2 } });
        assert.deepEqual(
            listener.heard,
            [['snapshot'], ['joined'], ['event', 11], ['event', 12], ['passing', 'presence.joined']],
        );
    });

    test('after a drop it goes on behind the last event', async () => {
        const { client, clock, sockets, socket } = await online();
        const listener = makeListener();
        client.subscribe(channel, { ...listener, filter: { topics: ['card'] } });
        await subscribed(socket, { seq: 10 });
        socket.say(event(11));
        socket.drop();
        clock.advance(clock.nextMs);
        await sockets[1].hello();
        assert.deepEqual(sockets[1].frames('subscribe')[0].payload, {
            channel,
            snapshot: true,
            filter: { topics: ['card'] },
            after: 'e-11',
        });
        await subscribed(sockets[1], { seq: 11, recovered: true });
        for (const seq of [11, 12, 14]) sockets[1].say(event(seq));
        assert.deepEqual(
            listener.heard,
            [['snapshot'], ['joined'], ['event', 11], ['joined'], ['event', 12], ['event', 14]],
        );
    });

    test('what cannot be continued is a gap and a snapshot', async () => {
        const { client, clock, sockets, socket } = await online();
        const listener = makeListener();
        client.subscribe(channel, listener);
        await subscribed(socket, { seq: 10 });
        socket.drop();
        clock.advance(clock.nextMs);
        await sockets[1].hello();
        await subscribed(sockets[1], { seq: 3, epoch: 'f' });
        assert.deepEqual(listener.heard.slice(2), [['gap', 'epoch'], ['snapshot'], ['joined']]);
    });

    test('a gap asks for a new snapshot and hears nothing until it is there', async () => {
        const { client, socket } = await online();
        const listener = makeListener();
        client.subscribe(channel, listener);
        await subscribed(socket, { seq: 10 });
        const data = { from: 'e-10', to: 'e-900', reason: 'retention', resubscribe: true };
        socket.say({ type: 'gap', channel, data });
        await turn();
        assert.equal(socket.frames('subscribe')[1].payload.after, undefined);
        socket.say(event(900));
        await subscribed(socket, { seq: 900 });
        socket.say(event(901));
        assert.deepEqual(listener.heard.slice(2), [['gap', 'retention'], ['snapshot'], ['joined'], ['event', 901]]);
    });

    test('a channel that may not be seen is not asked for again', async () => {
        const { client, clock, sockets, socket } = await online();
        const [refused, removed] = [makeListener(), makeListener()];
        client.subscribe('run:run_1', refused);
        await turn();
        socket.say({ type: 'error', id: socket.sent[0].id, error: { status: 404, code: 'RUN_NOT_FOUND' } });
        client.subscribe(channel, removed);
        await subscribed(socket, { seq: 1 });
        socket.say({ type: 'gap', channel, data: { reason: 'access', resubscribe: false } });
        assert.deepEqual(refused.heard, [['end', 'RUN_NOT_FOUND']]);
        assert.deepEqual(removed.heard.slice(2), [['gap', 'access'], ['end', null]]);
        socket.drop();
        clock.advance(clock.nextMs);
        await sockets[1].hello();
        assert.deepEqual(sockets[1].frames('subscribe'), []);
    });

    test('a channel that is refused for the moment is asked for again', async () => {
        const { client, clock, socket } = await online();
        const listener = makeListener();
        const subscription = client.subscribe(channel, listener);
        const refuse = async () => {
            await turn();
            const { id } = socket.frames('subscribe').at(-1);
            socket.say({ type: 'error', id, error: { status: 503, code: 'OVERLOADED', retryAfterSeconds: 2 } });
        };
        const asked = async () => (await turn(), socket.frames('subscribe').length);
        await refuse();
        clock.advance(2_999);
        assert.equal(await asked(), 1);
        clock.advance(1);
        assert.equal(await asked(), 2);
        await refuse();
        subscription.close();
        clock.advance(4_000);
        assert.equal(await asked(), 2);
        assert.deepEqual(listener.heard, [['end', null]]);
    });

    test('a closed subscription hears nothing more', async () => {
        const { client, socket } = await online();
        const listener = makeListener();
        const subscription = client.subscribe(channel, listener);
        await turn();
        const { id } = socket.frames('subscribe')[0];
        subscription.close();
        await turn();
        socket.say({ type: 'subscribed', id, channel, data: { epoch: 'e', seq: 10, recovered: false, snapshot: {} } });
        socket.say(event(11));
        assert.deepEqual(listener.heard, [['end', null]]);
        assert.deepEqual(socket.frames('unsubscribe')[0].payload, { channel });
    });

    test('by a slug one follows the channel that the hub names', async () => {
        const { client, socket } = await online();
        const listener = makeListener();
        const subscription = client.subscribe('project:demo', listener);
        await subscribed(socket, { seq: 1 });
        socket.say(event(2));
        assert.equal(subscription.channel, channel);
        assert.deepEqual(listener.heard.at(-1), ['event', 2]);
        assert.throws(() => client.subscribe(channel));
    });

    test('what one shows is shown again after a reconnection', async () => {
        const { client, clock, sockets, socket } = await online();
        client.subscribe(channel);
        await subscribed(socket, { seq: 1 });
        const shown = client.presence(channel, { at: 'a card' });
        await turn();
        socket.say({ type: 'reply', id: socket.frames('presence')[0].id });
        await shown;
        socket.drop();
        clock.advance(clock.nextMs);
        await sockets[1].hello();
        await subscribed(sockets[1], { seq: 1, recovered: true });
        await turn();
        assert.deepEqual(sockets[1].frames('presence')[0].payload, { channel, state: { at: 'a card' } });
    });
});

describe('a dead socket', () => {
    test('is asked when it was silent, and left when it does not answer', async () => {
        const { clock, socket, states } = await online();
        clock.advance(9_000);
        await turn();
        assert.deepEqual(socket.sent, []);
        clock.advance(1_000);
        await turn();
        assert.deepEqual(socket.sent, [{ type: 'ping' }]);
        clock.advance(9_000);
        assert.equal(states.at(-1), 'online');
        clock.advance(1_000);
        assert.equal(states.at(-1), 'reconnecting');
        assert.ok(socket.isClosed);
        // What it says from its grave is not heard.
        socket.say({ type: 'hello', data: {} });
        assert.equal(states.at(-1), 'reconnecting');
    });

    test('is alive when it answers, or says anything', async () => {
        const { clock, sockets, socket, states } = await online();
        for (let round = 0; round < 5; round += 1) {
            clock.advance(10_000);
            await turn();
            socket.say({ type: 'pong' });
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

describe('the end', () => {
    test('is clean: nothing waits, nothing is left', async () => {
        const { client, clock, socket, states } = await online();
        const listener = makeListener();
        client.subscribe(channel, listener);
        const iterated = client.subscribe('run:run_1');
        const call = client.call('info');
        await turn();
        client.close();
        client.close();
        await assert.rejects(call, (error) => error instanceof Closed && error.code === 1000);
        assert.deepEqual(await iterated.next(), { done: true, value: undefined });
        assert.deepEqual(listener.heard, [['end', null]]);
        assert.deepEqual([socket.closeCode, clock.nextMs, states.at(-1)], [1000, Infinity, 'closed']);
        client.connect();
        assert.equal(states.at(-1), 'closed');
    });
});
