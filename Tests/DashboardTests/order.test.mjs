import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { blockers, deferralText, partCounts, tieTexts } from '../../Sources/Dashboard/web/app/card-links.js';
import { matching } from '../../Sources/Dashboard/web/app/slash-commands.js';
import { byColumn, byPosition, cardsOf, placeAt, positionAt } from '../../Sources/Dashboard/web/app/order.js';

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
