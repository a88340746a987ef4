// roost.d.ts says what roost.js has: no export and no member stands in one of them alone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as client from '../../protocol/clients/javascript/roost.js';

const folder = fileURLToPath(new URL('../../protocol/clients/javascript/', import.meta.url));
const declarations = readFileSync(`${folder}roost.d.ts`, 'utf8');

/** What a class has that is its user's: not private, and not between subscription and client. */
const isPublic = (name) => name !== 'constructor' && !name.startsWith('_');

function declaredMembers(body) {
    const names = body.matchAll(/^ {4}(?:readonly |get |static )*([a-zA-Z]+)(?:<[^>]*>)?[(:?]/gm);
    return new Set([...names].map(([, name]) => name).filter(isPublic));
}

test('every export is declared, and nothing else', () => {
    const declared = [...declarations.matchAll(/^export declare (?:class|const|function) ([A-Za-z]+)/gm)];
    assert.deepEqual(declared.map(([, name]) => name).sort(), Object.keys(client).sort());
});

test('every member of a class is declared, and nothing else', () => {
    const samples = {
        Problem: [{}],
        Closed: [1000],
        Position: ['e', 1],
        Answer: [{}],
        Store: [],
        Subscription: ['hub', {}, {}],
        Mirror: [{}, {}],
        Client: ['http://h', { WebSocket: class {} }],
    };
    for (const [, name, base, body] of declarations.matchAll(/class (\w+)(?:<[^{]*>)?([^{]*)\{([^]*?)(?:\n\}|(?<=\{)\})/g)) {
        const Class = client[name];
        const inherited = new Set(['name', 'message', 'stack', 'toString'].filter(() => base.includes('extends')));
        const made = samples[name] ? Object.getOwnPropertyNames(new Class(...samples[name])) : [];
        const statics = Object.getOwnPropertyNames(Class).filter((each) => !['length', 'name', 'prototype'].includes(each));
        const has = [...Object.getOwnPropertyNames(Class.prototype), ...made, ...statics].filter(isPublic);
        assert.deepEqual(
            [...declaredMembers(body)].sort(),
            [...new Set(has.filter((each) => !inherited.has(each)))].sort(),
            name,
        );
    }
});

test('the types hold, and say what a program may do', () => {
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'es2022', '--moduleResolution', 'node'];
    const sample = fileURLToPath(new URL('usage.ts', import.meta.url));
    const done = spawnSync('tsc', [...options, sample], { encoding: 'utf8' });
    assert.equal(done.error, undefined, 'tsc is missing: tools/setup --tests');
    assert.equal(done.stdout, '');
    assert.equal(done.status, 0);
});
