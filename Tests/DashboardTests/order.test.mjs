import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { blockers, deferralText, partCounts, tieTexts } from '../../Sources/Dashboard/web/app/card-links.js';
import { atWorkByColumn } from '../../Sources/Dashboard/web/app/run-rules.js';
import { matching } from '../../Sources/Dashboard/web/app/slash-commands.js';
import { byColumn, byPosition, cardsOf, movedTo, placeAt, positionAt } from '../../Sources/Dashboard/web/app/order.js';

const column = { id: 'col_1' };
const card = (id, position, columnId = 'col_1') => ({ id, position, columnId });
const others = [card('crd_a', 1), card('crd_b', 2), card('crd_c', 4)];

describe('the order of cards', () => {
    test('is by position, then by age, within one column', () => {
        const cards = [card('crd_3', 2), card('crd_2', 1), card('crd_1', 2), card('crd_0', 0, 'col_2')];
        assert.deepEqual(cardsOf(column, cards).map(({ id }) => id), ['crd_2', 'crd_1', 'crd_3']);
    });

    test('is the same when all columns are sorted at once', () => {
        const cards = [card('crd_3', 2), card('crd_2', 1), card('crd_0', 0, 'col_2')];
        const columns = byColumn(cards);
        assert.deepEqual([...columns.keys()].sort(), ['col_1', 'col_2']);
        assert.deepEqual(columns.get('col_1'), cardsOf(column, cards));
    });

    test('names the neighbour that a moved card goes before, at the end the one that it goes after', () => {
        assert.deepEqual(placeAt(others, 0), { before: 'crd_a' });
        assert.deepEqual(placeAt(others, 2), { before: 'crd_c' });
        assert.deepEqual(placeAt(others, 3), { after: 'crd_c' });
        assert.deepEqual(placeAt([], 0), {});
    });

    test('puts the card where its neighbours say, at every index', () => {
        for (let index = 0; index <= others.length; index += 1) {
            const moved = card('crd_x', positionAt(others, index));
            const shown = [...others, moved].sort(byPosition);
            assert.equal(shown.indexOf(moved), index);
        }
        assert.equal(positionAt([], 0), 0);
    });
});

describe('a move beside cards that somebody else moves', () => {
    /** A hub in whose column only these are left. */
    const hub = (...there) => {
        const asked = [];
        const move = async (place) => {
            asked.push(place);
            const neighbour = place.before ?? place.after;
            if (neighbour && !there.includes(neighbour)) throw Object.assign(new Error(), { code: 'NEIGHBOUR_MOVED' });
            return { place };
        };
        return { asked, move };
    };

    test('goes before the next one that is there, or to the end', async () => {
        const next = hub('crd_c');
        assert.deepEqual((await movedTo(others, 0, next.move)).place, { before: 'crd_c' });
        assert.deepEqual(next.asked, [{ before: 'crd_a' }, { before: 'crd_b' }, { before: 'crd_c' }]);
        const last = hub('crd_a');
        assert.deepEqual((await movedTo(others, 3, last.move)).place, { after: 'crd_a' });
        assert.deepEqual((await movedTo(others, 1, hub('crd_a').move)).place, { after: 'crd_a' });
        assert.deepEqual((await movedTo(others, 1, hub().move)).place, {});
    });

    test('is refused as it was where that is not why', async () => {
        const refuse = async () => {
            throw Object.assign(new Error(), { code: 'VERSION_STALE' });
        };
        await assert.rejects(movedTo(others, 1, refuse), { code: 'VERSION_STALE' });
    });
});

test('what a column\'s limit counts are runs that hold a place, by where their cards are', () => {
    const cards = new Map([card('crd_a', 1), card('crd_b', 2), card('crd_c', 1, 'col_2')].map((one) => [one.id, one]));
    const run = (cardId, status, more = {}) => ({ cardId, status, ...more });
    const runs = [
        run('crd_a', 'running'), run('crd_b', 'waiting', { waitingFor: 'approval' }), run('crd_b', 'completed'),
        run('crd_a', 'waiting', { waitingFor: 'quota' }), run('crd_a', 'queued'), run('crd_gone', 'running'),
        run('crd_c', 'paused', { pause: { agent: 'frozen' } }), run('crd_c', 'paused', { pause: { agent: 'gone' } }),
        run(undefined, 'running'),
    ];
    assert.deepEqual([...atWorkByColumn(runs, cards)], [['col_1', 2], ['col_2', 1]]);
});

describe('what cards have to do with one another', () => {
    const cards = new Map([
        { id: 'a', title: 'A', status: 'todo' },
        { id: 'b', title: 'B', status: 'done', parentId: 'a' },
        { id: 'c', title: 'C', status: 'todo', parentId: 'a', blockedBy: ['a', 'b', 'gone'] },
    ].map((one) => [one.id, one]));

    test('is what is open, counted from both ends', () => {
        assert.deepEqual(blockers(cards.get('c'), cards).map(({ id }) => id), ['a']);
        assert.deepEqual(blockers(cards.get('a'), cards), []);
        assert.deepEqual(partCounts(cards.values()).get('a'), { done: 1, total: 2 });
    });

    test('is said in a few words', () => {
        assert.deepEqual(tieTexts(cards.get('c'), cards), ['Waits for A', 'Part of A']);
        assert.deepEqual(tieTexts(cards.get('a'), cards, { done: 1, total: 2 }), ['1/2 parts']);
        assert.equal(deferralText({ deferred: {} }), 'Put off');
        assert.equal(deferralText({}), null);
        assert.match(deferralText({ deferred: { until: '2030-01-02T03:04:05.000Z' } }), /2030/);
    });
});

describe('commands after a slash', () => {
    const commands = [{ name: '/review' }, { name: '/Retry' }, { name: '/review' }, { name: '/test' }];

    test('are those that what is written may become', () => {
        assert.deepEqual(matching(commands, '/re').map(({ name }) => name), ['/review', '/Retry']);
        assert.deepEqual(matching(commands, '/').length, 3);
        for (const text of ['', 'x', '/review', '/re x', ' /re']) assert.deepEqual(matching(commands, text), []);
    });
});
