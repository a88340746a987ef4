// The parts of the JavaScript client that need no connection.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kindOf, Mirror, Position, Problem, Store, Subscription } from '../../protocol/clients/javascript/roost.js';

const joined = { epoch: 'e', seq: 10, recovered: false, snapshot: { cards: [{ id: 'crd_1', title: 'a' }] } };
const event = (seq, type = 'card.updated', data = {}) => ({ type, seq, data: { id: 'crd_1', ...data } });

function make(options = {}) {
    const asked = [];
    const subscription = new Subscription('project:prj_1', options, {
        join: () => asked.push('join'),
        leave: () => asked.push('leave'),
    });
    return { subscription, asked };
}

async function taken(iterator, count) {
    const changes = [];
    for (let number = 0; number < count; number += 1) changes.push((await iterator.next()).value);
    return changes;
}

describe('a subscription', () => {
    test('is iterated over until it is closed', async () => {
        const { subscription, asked } = make();
        subscription._joined(joined);
        subscription._told(event(11));
        const kinds = [];
        for await (const { kind } of subscription) {
            kinds.push(kind);
            if (kind === 'event') break;
        }
        assert.deepEqual(kinds, ['snapshot', 'joined', 'event']);
        assert.ok(subscription.isClosed, 'a loop that is left lets go of it');
        assert.deepEqual(asked, ['leave']);
    });

    test('throws what it is refused with', async () => {
        const { subscription } = make();
        const waiting = subscription.next();
        subscription._end(new Problem({ status: 404, code: 'RUN_NOT_FOUND' }));
        await assert.rejects(waiting, (error) => error.code === 'RUN_NOT_FOUND');
    });

    test('goes on from where its owner was, or says that it cannot', async () => {
        const { subscription } = make({ after: new Position('e', 5) });
        assert.equal(subscription._request().after, 'e-5');
        subscription._joined(joined);
        const [gap, snapshot] = await taken(subscription, 2);
        assert.deepEqual(gap, { kind: 'gap', reason: 'resume', isFinal: false });
        assert.deepEqual(snapshot.position, new Position('e', 10));
    });

    test('takes no snapshot where none is wanted', async () => {
        const { subscription } = make({ snapshot: false });
        assert.equal(subscription._request().snapshot, false);
        subscription._joined({ epoch: 'e', seq: 10, recovered: false });
        subscription._told(event(11));
        const kinds = (await taken(subscription, 2)).map(({ kind }) => kind);
        assert.deepEqual(kinds, ['joined', 'event']);
    });

    test('that is slow leaves, and comes back after what it has', async () => {
        const { subscription, asked } = make({ waitingMax: 5 });
        subscription._joined(joined);
        for (let seq = 11; seq < 30; seq += 1) subscription._told(event(seq));
        assert.deepEqual(asked, ['leave']);
        const changes = await taken(subscription, 5);
        assert.deepEqual(changes.slice(2).map(({ position }) => position.seq), [11, 12, 13]);
        const waiting = subscription.next();
        assert.deepEqual([asked, subscription._request().after], [['leave', 'join'], 'e-13']);
        subscription._joined({ epoch: 'e', seq: 13, recovered: true });
        assert.equal((await waiting).value.kind, 'joined');
    });
});

describe('a store', () => {
    const at = (seq) => new Position('e', seq);

    test('puts and removes by kind and id', () => {
        const store = new Store();
        assert.equal(store.isLoaded, false);
        const data = { project: { id: 'prj_1' }, cards: [{ id: 'crd_1' }, { id: 'crd_2' }], entriesTotal: 3 };
        store.apply({ kind: 'snapshot', position: at(1), data });
        store.apply({ kind: 'event', position: at(2), type: 'card.deleted', data: { id: 'crd_2' } });
        store.apply({ kind: 'event', position: at(3), type: 'merge.completed', data: { id: 'run_1', merge: 1 } });
        store.apply({ kind: 'event', position: at(4), type: 'thing.made', data: { id: 'new_1' } });
        assert.deepEqual([...store.of('card')], [['crd_1', { id: 'crd_1' }]]);
        assert.deepEqual(store.get('run_1'), { id: 'run_1', merge: 1 });
        assert.deepEqual([...store.of('new').keys()], ['new_1'], 'kinds that are not known yet are kept');
        assert.deepEqual(store.position, at(4));
        store.apply({ kind: 'snapshot', position: new Position('f', 1), data: {} });
        assert.equal(store.of('card').size, 0);
        assert.equal(store.get('prj_1'), undefined);
    });

    test('keeps only the kinds that are wanted', () => {
        const store = new Store(['card']);
        store.apply({ kind: 'snapshot', position: at(1), data: { cards: [{ id: 'crd_1' }], runs: [{ id: 'run_1' }] } });
        assert.deepEqual([store.of('card').size, store.of('run').size], [1, 0]);
    });

    test('follows a channel, and is waited for', async () => {
        const { subscription } = make();
        const mirror = new Mirror(subscription, new Store());
        const loaded = mirror.until((store) => store.get('crd_1')?.title === 'b');
        subscription._joined(joined);
        subscription._told(event(11, 'card.updated', { title: 'b' }));
        assert.equal((await loaded).position.seq, 11);
        mirror.close();
        await assert.rejects(mirror.until(() => false), /has ended/);
    });
});

test('positions are read as they are written', () => {
    assert.equal(String(Position.parse('k3v-9-17')), 'k3v-9-17');
    for (const wrong of ['', '17', '-17', 'k-', 'k-x', 'k-²']) assert.throws(() => Position.parse(wrong), RangeError);
});

test('the kind of a thing stands in its id', () => {
    assert.deepEqual(['crd_1', 'xyz_1'].map(kindOf), ['card', 'xyz']);
});
