import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inline, isSafeLink, markdown } from '../../Sources/Dashboard/web/app/markdown.js';

/** The tree as one would write it down, to compare it; text is marked so that it cannot be taken for a tag. */
function written(node) {
    if (typeof node === 'string') return `'${node}'`;
    const [tag, attributes, ...children] = node;
    const names = Object.entries(attributes).map(([name, value]) => ` ${name}=${value}`).join('');
    return `${tag}${names}(${children.map(written).join(' ')})`;
}

const shown = (text) => markdown(text).map(written).join(' ');

function tagsAndLinks(nodes, found = { tags: new Set(), links: [] }) {
    for (const node of nodes) {
        if (typeof node === 'string') continue;
        found.tags.add(node[0]);
        if (node[1].href) found.links.push(node[1].href);
        for (const name of Object.keys(node[1])) {
            assert.ok(['href', 'rel', 'target', 'start', 'data-language'].includes(name), name);
        }
        tagsAndLinks(node.slice(2), found);
    }
    return found;
}

const allowedTags = new Set(
    'p h3 h4 h5 h6 pre code ul ol li blockquote hr br a strong em del table thead tbody tr th td'.split(' '),
);

describe('what is not trusted', () => {
    const attacks = [
        '<script>alert(1)</script>',
        '<img src=x onerror=alert(1)>',
        '**<b onclick=x>bold</b>**',
        '[x](javascript:alert(1))',
        '[x](JaVaScRiPt:alert(1))',
        '[x](data:text/html,<script>)',
        '[x](/api/runs/run_1/cancel)',
        '[x](//evil.example)',
        '[<img src=x>](https://example.com/"onmouseover="x)',
        '```"><script>\n</code></pre><script>\n```',
        '| <script> |\n|---|\n| <img> |',
        '&lt;script&gt; &amp;',
    ];
    for (const text of attacks) {
        test(`stays text: ${text.split('\n', 1)[0]}`, () => {
            const { tags, links } = tagsAndLinks(markdown(text));
            for (const tag of tags) assert.ok(allowedTags.has(tag), tag);
            for (const link of links) assert.match(link, /^https?:\/\//);
        });
    }

    test('links open pages and letters, nothing else', () => {
        assert.ok(isSafeLink('https://a.example/b?c=d'));
        assert.ok(isSafeLink('mailto:a@b.example'));
        for (const target of ['javascript:1', ' javascript:1', 'vbscript:x', 'file:///etc/passwd', '#x', 'ftp://x']) {
            assert.ok(!isSafeLink(target));
        }
    });

    const monsters = {
        'a deep quote': '> '.repeat(2_000) + 'x',
        'a deep list': '- '.repeat(2_000) + 'x',
        'marks that close nothing': '*'.repeat(5_000) + 'a' + '*_~`['.repeat(900),
        'links that do not end': '[a]('.repeat(2_000),
        'an endless table': '|'.repeat(5_000) + '\n' + '|-'.repeat(2_500),
        'many ticks': Array.from({ length: 120 }, (_, length) => '`'.repeat(length + 1)).join(' '),
    };
    for (const [name, text] of Object.entries(monsters)) {
        test(`ends on ${name}`, () => {
            for (const tag of tagsAndLinks(markdown(text)).tags) assert.ok(allowedTags.has(tag), tag);
        });
    }

    test('a line that is too long for prose is shown as it is', () => {
        const line = '**a** '.repeat(2_000).trim();
        assert.deepEqual(inline(line), [line]);
        assert.equal(inline('**a** '.repeat(1_600)).filter((node) => node[0] === 'strong').length, 1_600);
    });
});

describe('blocks', () => {
    const cases = [
        ['two\n\nparagraphs', "p('two') p('paragraphs')"],
        ['one\nbreak', "p('one' br() 'break')"],
        ['# Title #', "h3('Title')"],
        ['#hash', "p('#hash')"],
        [
            '```swift\nlet a = "*b*"\n\nlet c\n```\nafter',
            "pre data-language=swift(code('let a = \"*b*\"\n\nlet c')) p('after')",
        ],
        ['```\nnot closed', "pre(code('not closed'))"],
        ['- a\n- b\n  - c\n  - d\n- e', "ul(li('a') li('b' ul(li('c') li('d'))) li('e'))"],
        ['3. a\n4. b', "ol start=3(li('a') li('b'))"],
        ['- a\n\n- b', "ul(li('a') li('b'))"],
        ['- a\n  ```\n  x\n  ```', "ul(li('a' pre(code('x'))))"],
        ['text\n- item', "p('text') ul(li('item'))"],
        ['> a\n> b', "blockquote(p('a' br() 'b'))"],
        ['---', 'hr()'],
        ['| a | b |\n|---|:-:|\n| 1 | `x` |', "table(thead(tr(th('a') th('b'))) tbody(tr(td('1') td(code('x')))))"],
        ['a | b', "p('a | b')"],
        ['', ''],
    ];
    for (const [text, expected] of cases) test(JSON.stringify(text), () => assert.equal(shown(text), expected));
});

describe('inside a line', () => {
    const cases = [
        ['a **b** c', "'a ' strong('b') ' c'"],
        ['**a** **b** **cd**', "strong('a') ' ' strong('b') ' ' strong('cd')"],
        ['*a* and _b_', "em('a') ' and ' em('b')"],
        ['snake_case_name and 2 * 3 * 4', "'snake_case_name and 2 * 3 * 4'"],
        ['`**not bold**`', "code('**not bold**')"],
        ['``a ` b``', "code('a ` b')"],
        ['**a `b` c**', "strong('a ' code('b') ' c')"],
        ['~~gone~~', "del('gone')"],
        ['\\*plain\\*', "'*' 'plain' '*'"],
        [
            'see https://a.example/b.',
            "'see ' a href=https://a.example/b rel=noopener noreferrer target=_blank('https://a.example/b') '.'",
        ],
        ['[`c`](https://a.example)', "a href=https://a.example rel=noopener noreferrer target=_blank(code('c'))"],
        ['🎉 **日本語** ü', "'🎉 ' strong('日本語') ' ü'"],
    ];
    for (const [text, expected] of cases) test(text, () => assert.equal(inline(text).map(written).join(' '), expected));
});
