// What the page promises to a browser that trusts nobody: everything comes from the hub, and nothing is read as markup.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../Sources/Dashboard/web/', import.meta.url));
const files = ['.', 'app', 'style'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).filter((each) => !each.isDirectory()).map((each) =>
        normalize(join(folder, each.name))
    )
);
const text = (name) => readFileSync(join(root, name), 'utf8');
const modules = files.filter((name) => name.endsWith('.js'));

test('has no inline script and no inline style', () => {
    const html = text('index.html');
    assert.doesNotMatch(html, /\sstyle\s*=|\son\w+\s*=|<style/i);
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
        assert.match(attributes, /\ssrc="/);
        assert.equal(body, '');
    }
});

test('loads nothing from elsewhere', () => {
    for (const name of files.filter((each) => /\.(html|css)$/.test(each))) {
        assert.doesNotMatch(text(name), /https?:|\/\/[a-z]|@import/i, name);
    }
});

test('never makes elements out of markup, and never runs text', () => {
    for (const name of modules) {
        assert.doesNotMatch(
            text(name),
            /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|setAttribute\('style/,
            name,
        );
    }
});

test('names only files that are there', () => {
    const referenced = [...text('index.html').matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, name]) => name);
    for (const name of modules) {
        for (const [, path] of text(name).matchAll(/from '(\.[^']+)'/g)) {
            referenced.push(normalize(join(dirname(name), path)));
        }
    }
    for (const name of referenced) assert.ok(files.includes(name), name);
    for (const name of files.filter((each) => /\.(js|css)$/.test(each))) {
        assert.ok(referenced.includes(name), `${name} is not used`);
    }
});

test('names only icons that are there', () => {
    const icons = new Set([...text('icons.svg').matchAll(/id="([^"]+)"/g)].map(([, id]) => id));
    for (const name of modules) {
        for (const [, id] of text(name).matchAll(/icon(?:\(|: )'([a-z]+)'/g)) {
            assert.ok(icons.has(id), `${id} in ${name}`);
        }
    }
});
