// Has the JavaScript client do what a test wants: `node javascript_client.mjs SCENE JSON`. It says what came of it as a
// line of JSON each; what it waits for comes as lines on its standard input.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { Client, Problem, RoostError } from '../../protocol/clients/javascript/roost.js';

// Debian's; Node has one of its own from 22 on.
const { WebSocket } = createRequire(import.meta.url)('/usr/share/nodejs/ws');
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const hear = async () => JSON.parse((await lines.next()).value);

const open = (url, options = {}) => {
    const client = new Client(url, { WebSocket, pingMs: 400, ...options });
    client.connect();
    return client;
};

const told = (error) => {
    if (!(error instanceof RoostError)) throw error;
    return { name: error.name, code: error.code, status: error.status, members: error.members };
};

/** Chance from a seed (mulberry32). */
function chance(seed) {
    let state = seed;
    const next = () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    return { next, choice: (list) => list[Math.floor(next() * list.length)] };
}

const contents = (store) =>
    Object.fromEntries(['board', 'column', 'card'].map((kind) => [kind, Object.fromEntries(store.of(kind))]));

const scenes = {
    /** Clients move the same cards until the time is over, and then come to the position that they are told. */
    async play({ url, project, cards, columns, clients, seconds, seed, refused }) {
        const end = performance.now() + seconds * 1000;
        const players = Array.from({ length: clients }, (_, number) => {
            const player = { moved: 0, connections: 0, random: chance(seed * 1000 + number) };
            const onState = (state) => {
                if (state === 'online') player.connections += 1;
            };
            player.client = open(url, { batch: number % 2 === 0, onState });
            player.mirror = player.client.mirror(`project:${project}`);
            return player;
        });
        await Promise.all(players.map(async (player) => {
            const { client, mirror, random } = player;
            await mirror.until(() => true);
            player.following = (async () => {
                for await (const _ of mirror);
            })();
            while (performance.now() < end) {
                const card = random.choice(cards);
                const version = random.next() < 0.2 ? { version: mirror.store.get(card).version } : {};
                const columnId = random.choice(columns);
                const beside = [...mirror.store.of('card').values()].filter((other) => other.columnId === columnId);
                const place = beside.length > 0 && random.next() < 0.7
                    ? { [random.choice(['before', 'after'])]: random.choice(beside).id }
                    : {};
                try {
                    await client.call('cards.move', { card, columnId, ...place, ...version });
                    player.moved += 1;
                } catch (error) {
                    if (!(error instanceof Problem) || !refused.includes(error.code)) throw error;
                }
            }
        }));
        say(players.map(({ moved, connections }) => ({ moved, connections })));
        const { seq } = await hear();
        const isThere = ({ mirror }) => mirror.store.position.seq >= seq;
        while (!players.every(isThere)) await new Promise((resolve) => setTimeout(resolve, 20));
        for (const { mirror } of players) say(contents(mirror.store));
        for (const { client, following } of players) {
            client.close();
            await following;
        }
    },

    /** Makes so many cards, one after the other. */
    async create({ url, project, count }) {
        const client = open(url);
        for (let number = 0; number < count; number += 1) {
            await client.call('cards.create', { project, title: `card ${number}` });
        }
        client.close();
        say('done');
    },

    /** What is refused, and how. */
    async refusals({ url, project }) {
        const client = open(url);
        const [key, payload] = ['mine', { project, title: 'once' }];
        const first = await client.request('cards.create', payload, { key });
        const second = await client.request('cards.create', payload, { key });
        say({ first: first.data, second: second.data, replayed: second.meta.replayed, position: String(first.position) });
        say(await client.call('cards.get', { card: 'crd_nobody' }).catch(told));
        say(await client.call('projects.create', { colour: 'red' }).catch(told));
        say(await client.subscribe('run:run_nobody').next().catch(told));
        say((await client.pages('cards.list', { project, limit: 1 })).length);
        client.close();
    },

    /** Who one is, and what becomes of the connection. */
    async come({ url, token }) {
        const client = open(url, { token });
        say(await client.call('me').then(({ user }) => user, told));
        await client.call('me').catch(told);
        say(client.state);
        client.close();
    },

    /** Follows a project by its slug and says each change; a line from outside ends it. */
    async follow({ url, project }) {
        const client = open(url);
        const mirror = client.mirror(`project:${project}`);
        hear().then(() => client.close());
        for await (const { kind, type, reason, isRecovered } of mirror) {
            say({ kind, type, reason, isRecovered, cards: mirror.store.of('card').size, epoch: mirror.store.position?.epoch });
        }
    },

    /** Shows what it does, until a line comes. */
    async present({ url, project, state }) {
        const client = open(url);
        const mirror = client.mirror(`project:${project}`);
        await mirror.until(() => true);
        await client.presence(`project:${project}`, state);
        say('shown');
        hear().then(() => client.close());
        for await (const change of mirror) if (change.kind === 'joined') say({ isRecovered: change.isRecovered });
    },
};

const [, , scene, argument] = process.argv;
await scenes[scene](JSON.parse(argument));
lines.return?.();
process.stdin.destroy();
