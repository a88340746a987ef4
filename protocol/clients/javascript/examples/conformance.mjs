// Does what `roost conformance-server` asks of a client:
//
//   roost conformance-server -- node protocol/clients/javascript/examples/conformance.mjs
//
// Node before 22 needs the package `ws` where it looks for packages (NODE_PATH=/usr/share/nodejs with Debian's node-ws).

import { createRequire } from 'node:module';
import { Client, Closed } from '../roost.js';

const WebSocket = globalThis.WebSocket ?? createRequire(import.meta.url)('ws').WebSocket;
const client = new Client(process.argv.at(-1), { WebSocket, pingMs: 500 });
client.connect();

async function follow() {
    const board = client.mirror('project:demo', { kinds: ['card'] });
    let gaps = 0;
    for await (const change of board) {
        if (change.kind === 'gap') gaps += 1;
        if ([...board.store.of('card').values()].some(({ title }) => title === 'the end')) break;
    }
    const cards = Object.fromEntries([...board.store.of('card')].map(([id, { title }]) => [id, title]));
    return { gaps, cards, position: String(board.store.position) };
}

try {
    const created = client.call('cards.create', { project: 'demo', title: 'once' });
    const [{ id }, seen] = await Promise.all([created, follow()]);
    await client.call('conformance.report', { ...seen, created: id });
} catch (error) {
    // Turned away for good: that is all there is to do.
    if (!(error instanceof Closed)) throw error;
} finally {
    client.close();
}

// Node's own WebSocket holds on to a connection that is dead, and Node to it.
process.exit();
