import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { entriesOf } from '../../Sources/Dashboard/web/app/conversation.js';
import { Replica } from '../../Sources/Dashboard/web/app/replica.js';
import { Position } from '../../protocol/clients/javascript/roost.js';

const card = (id, more = {}) => ({ id, projectId: 'prj_1', columnId: 'col_1', position: 1, ...more });
const entry = (index, text) => ({ id: `ent_${index}`, index, content: { kind: 'assistant_message', text } });
const delta = (index, text) => ({
    type: 'entry.delta',
    data: { runId: 'run_1', index, kind: 'assistant_message', text },
});

/** A replica that is told what a channel says. */
class Told extends Replica {
    snapshot(data) {
        this.apply({ kind: 'snapshot', position: new Position('e', 1), data });
    }

    event(frame) {
        this.apply({ kind: 'event', position: new Position('e', 2), ...frame });
    }

    transient(frame) {
        this.apply({ kind: 'passing', ...frame });
    }

    joined(data) {
        this.apply({ kind: 'joined', isRecovered: true, data });
    }
}

describe('a replica', () => {
    test('holds what a snapshot says, and nothing else', () => {
        const replica = new Told();
        assert.equal(replica.isLoaded, false);
        replica.snapshot({
            project: { id: 'prj_1' },
            boards: [],
            columns: [{ id: 'col_1' }],
            cards: [card('crd_1'), card('crd_2')],
            runs: [],
            approvals: [],
        });
        replica.snapshot({ project: { id: 'prj_1' }, cards: [card('crd_2')] });
        assert.deepEqual([...replica.cards.keys()], ['crd_2']);
        assert.equal(replica.columns.size, 0);
        assert.equal(replica.isLoaded, true);
    });

    test('puts and removes by id, whatever the event is called', () => {
        const replica = new Told();
        replica.snapshot({ cards: [card('crd_1')] });
        replica.event({ type: 'card.moved', data: card('crd_1', { columnId: 'col_2' }) });
        replica.event({ type: 'branch.conflict', data: { id: 'run_1', merge: 'conflict' } });
        replica.event({ type: 'card.created', data: card('crd_2') });
        replica.event({ type: 'card.deleted', data: { id: 'crd_1' } });
        replica.event({ type: 'card.deleted', data: { id: 'crd_1' } });
        assert.deepEqual([...replica.cards.keys()], ['crd_2']);
        assert.equal(replica.runs.get('run_1').merge, 'conflict');
    });

    test('does not trip over things that it does not know', () => {
        const replica = new Told();
        replica.snapshot({ project: { id: 'prj_1' }, sessions: [{ id: 'ses_1' }], entriesTotal: 3 });
        replica.event({ type: 'snapshot.created', data: { id: 'snp_1' } });
        replica.event({ type: 'session.deleted', data: { id: 'ses_1' } });
        assert.equal(replica.projects.size, 1);
        assert.equal(replica.entriesTotal, 3);
    });

    test('two replicas that heard the same hold the same, however often they heard it', () => {
        const events = [
            { type: 'card.created', data: card('crd_1') },
            { type: 'card.updated', data: card('crd_1', { title: 'b' }) },
            { type: 'card.created', data: card('crd_2') },
            { type: 'card.deleted', data: { id: 'crd_2' } },
        ];
        const [once, twice] = [new Told(), new Told()];
        for (const event of events) once.event(event);
        for (const event of [...events.slice(0, 2), ...events]) twice.event(event);
        assert.deepEqual([...once.cards], [...twice.cards]);
    });

    test('counts who watches', () => {
        const replica = new Told();
        const [anna, bert, carl] = ['anna', 'bert', 'carl'].map((id) => ({ user: { type: 'user', id }, connections: 1 }));
        replica.joined({ viewers: [anna], viewersTotal: 1 });
        replica.transient({ type: 'presence.joined', data: { viewers: [bert], viewersTotal: 2 } });
        replica.transient({ type: 'presence.updated', data: { viewers: [{ ...bert, connections: 2 }], viewersTotal: 2 } });
        replica.transient({ type: 'presence.left', data: { viewers: [anna], viewersTotal: 80 } });
        assert.deepEqual([...replica.viewers.keys()], ['bert']);
        assert.equal(replica.viewers.get('bert').connections, 2);
        assert.equal(replica.viewersTotal, 80);
        replica.transient({ type: 'presence.listed', data: { viewers: [carl], viewersTotal: 1 } });
        assert.deepEqual([...replica.viewers.keys()], ['carl']);
    });

    test('says that it changed', () => {
        let changes = 0;
        const replica = new Told(() => (changes += 1));
        replica.snapshot({});
        replica.event({ type: 'card.created', data: card('crd_1') });
        assert.equal(changes, 2);
    });
});

describe('what is being typed', () => {
    test('grows by deltas until the whole is told', () => {
        const replica = new Told();
        replica.snapshot({ entries: [entry(0, 'one')], entriesTotal: 1 });
        replica.transient(delta(1, 'tw'));
        replica.transient(delta(1, 'o'));
        assert.deepEqual(entriesOf(replica).map(({ content, isTyping }) => [content.text, Boolean(isTyping)]), [[
            'one',
            false,
        ], ['two', true]]);
        replica.event({ type: 'entry.added', data: entry(1, 'two!') });
        assert.deepEqual(entriesOf(replica).map(({ content, isTyping }) => [content.text, Boolean(isTyping)]), [[
            'one',
            false,
        ], ['two!', false]]);
    });

    test('continues an entry that is there already', () => {
        const replica = new Told();
        replica.snapshot({ entries: [entry(0, 'Hel')] });
        replica.transient(delta(0, 'lo'));
        assert.equal(entriesOf(replica)[0].content.text, 'Hello');
        assert.equal(entriesOf(replica)[0].id, 'ent_0');
    });

    test('is void after a reconnection: its beginning may be missing', () => {
        const replica = new Told();
        replica.snapshot({ entries: [] });
        replica.transient(delta(0, 'half'));
        replica.joined({ recovered: true });
        assert.deepEqual(entriesOf(replica), []);
    });

    test('older entries come before, and do not undo what is newer', () => {
        const replica = new Told();
        replica.snapshot({ entries: [entry(2, 'c'), entry(3, 'd')] });
        replica.addOlder([entry(0, 'a'), entry(1, 'b'), entry(2, 'old c')]);
        assert.equal(entriesOf(replica).map(({ content }) => content.text).join(''), 'abcd');
    });
});
