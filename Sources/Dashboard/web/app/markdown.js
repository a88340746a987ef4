// The markdown that agents write, as a tree of plain values: [tag, attributes, ...children], where text is a string.
//
// What an agent says is not trusted. The tree holds only tags from this file and text, and is made into elements with
// textContent (dom.js), never into markup, so there is nothing to escape and nothing to forget to escape.

/** Deeper lists and quotes are shown at this depth: nobody writes them, and recursion on foreign text needs an end. */
const depthMax = 6;

/** A longer line is shown as it is: it is data, not prose, and the search for spans takes time by its square. */
const spanLineCharactersMax = 10_000;

const fence = /^\s{0,3}(`{3,}|~{3,})\s*([\w+#.-]*)/;
const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const rule = /^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/;
const quote = /^\s{0,3}>\s?/;
const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const tableRule = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** @returns {Array} a list of nodes */
export function markdown(text) {
    return blocks(text.replace(/\r\n?/g, '\n').split('\n'), 0);
}

function blocks(lines, depth) {
    const nodes = [];
    let index = 0;
    while (index < lines.length) {
        const line = lines[index];
        if (!line.trim()) {
            index += 1;
            continue;
        }
        const [node, next] = block(lines, index, depth);
        nodes.push(node);
        index = next;
    }
    return nodes;
}

/** @returns {[node, nextIndex]} */
function block(lines, start, depth) {
    const line = lines[start];
    if (fence.test(line)) return codeBlock(lines, start);
    const title = heading.exec(line);
    if (title) return [[`h${Math.min(6, title[1].length + 2)}`, {}, ...inline(title[2])], start + 1];
    if (rule.test(line)) return [['hr', {}], start + 1];
    if (depth < depthMax && quote.test(line)) return quoteBlock(lines, start, depth);
    if (depth < depthMax && item.test(line)) return list(lines, start, depth);
    if (line.includes('|') && tableRule.test(lines[start + 1] ?? '')) return table(lines, start);
    return paragraph(lines, start);
}

function codeBlock(lines, start) {
    const [, marks, language] = fence.exec(lines[start]);
    let end = start + 1;
    while (end < lines.length && !isFenceEnd(lines[end], marks)) end += 1;
    const attributes = language ? { 'data-language': language } : {};
    return [['pre', attributes, ['code', {}, lines.slice(start + 1, end).join('\n')]], end + 1];
}

function isFenceEnd(line, marks) {
    const text = line.trim();
    return text.length >= marks.length && text === marks[0].repeat(text.length);
}

function quoteBlock(lines, start, depth) {
    let end = start;
    while (end < lines.length && quote.test(lines[end])) end += 1;
    const inner = lines.slice(start, end).map((line) => line.replace(quote, ''));
    return [['blockquote', {}, ...blocks(inner, depth + 1)], end];
}

function list(lines, start, depth) {
    const [, indent, marker] = item.exec(lines[start]);
    const isOrdered = /\d/.test(marker);
    const items = [];
    let index = start;
    while (index < lines.length) {
        const match = item.exec(lines[index]);
        if (!match || match[1].length !== indent.length || /\d/.test(match[2]) !== isOrdered) break;
        const inner = [match[3]];
        index += 1;
        // What is indented further, and what follows directly, belongs to the item.
        while (index < lines.length && belongsToItem(lines, index, indent.length)) {
            inner.push(unindent(lines[index], indent.length + 2));
            index += 1;
        }
        while (index < lines.length && !lines[index].trim() && item.test(nextLineWithText(lines, index))) index += 1;
        items.push(['li', {}, ...tight(blocks(inner, depth + 1))]);
    }
    const first = Number.parseInt(marker, 10);
    return [[isOrdered ? 'ol' : 'ul', isOrdered && first !== 1 ? { start: String(first) } : {}, ...items], index];
}

function belongsToItem(lines, index, indent) {
    const line = lines[index];
    if (!line.trim()) {
        const next = nextLineWithText(lines, index);
        return next.trim() !== '' && indentOf(next) > indent;
    }
    return indentOf(line) > indent || !startsBlock(line);
}

function nextLineWithText(lines, index) {
    return lines.slice(index, index + 4).find((line) => line.trim()) ?? '';
}

function indentOf(line) {
    return line.length - line.trimStart().length;
}

function unindent(line, width) {
    return line.slice(Math.min(width, indentOf(line)));
}

/** A list item of one paragraph is shown without a paragraph's distances. */
function tight(nodes) {
    return nodes.flatMap((node) => (node[0] === 'p' ? node.slice(2) : [node]));
}

function table(lines, start) {
    const cells = (line) =>
        line.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map((cell) =>
            inline(cell.trim().replaceAll('\\|', '|'))
        );
    const head = ['tr', {}, ...cells(lines[start]).map((cell) => ['th', {}, ...cell])];
    let end = start + 2;
    const rows = [];
    while (end < lines.length && lines[end].includes('|')) {
        rows.push(['tr', {}, ...cells(lines[end]).map((cell) => ['td', {}, ...cell])]);
        end += 1;
    }
    return [['table', {}, ['thead', {}, head], ['tbody', {}, ...rows]], end];
}

function paragraph(lines, start) {
    let end = start + 1;
    while (end < lines.length && lines[end].trim() && !startsBlock(lines[end])) end += 1;
    const children = [];
    lines.slice(start, end).forEach((line, index) => {
        if (index > 0) children.push(['br', {}]);
        children.push(...inline(line.trim()));
    });
    return [['p', {}, ...children], end];
}

function startsBlock(line) {
    return fence.test(line) || heading.test(line) || rule.test(line) || quote.test(line) || item.test(line);
}

// Inside a line. The first alternative that matches at the earliest place wins; what matches nothing is text.

const spans = new RegExp(
    [
        '(?<!`)(?<code>`+)(?!`)(?<codeText>.+?)(?<!`)\\k<code>(?!`)',
        '\\[(?<label>[^\\]\\n]+)\\]\\((?<target>[^\\s)]+)\\)',
        '(?<bare>https?://[^\\s<>"\'`]+[^\\s<>"\'`.,;:!?)\\]])',
        '\\*\\*(?<strong>\\S|\\S.*?\\S)\\*\\*',
        '~~(?<struck>\\S|\\S.*?\\S)~~',
        '(?<![\\w*])\\*(?<star>[^\\s*](?:[^*]*[^\\s*])?)\\*(?![\\w*])',
        '(?<![\\w_])_(?<underscore>[^\\s_](?:[^_]*[^\\s_])?)_(?![\\w_])',
        '\\\\(?<literal>[\\\\`*_{}\\[\\]()#+.!|~>-])',
    ].join('|'),
);

export function inline(text, depth = 0) {
    const nodes = [];
    const isPlain = depth >= depthMax || text.length > spanLineCharactersMax;
    let rest = text;
    while (rest) {
        const match = isPlain ? null : spans.exec(rest);
        if (!match) {
            nodes.push(rest);
            break;
        }
        if (match.index > 0) nodes.push(rest.slice(0, match.index));
        nodes.push(span(match, depth));
        rest = rest.slice(match.index + match[0].length);
    }
    return nodes;
}

function span({ 0: whole, groups }, depth) {
    const inner = (text) => inline(text, depth + 1);
    if (groups.code) return ['code', {}, groups.codeText.trim() || groups.codeText];
    if (groups.label) return isSafeLink(groups.target) ? link(groups.target, inner(groups.label)) : whole;
    if (groups.bare) return link(groups.bare, [groups.bare]);
    if (groups.strong) return ['strong', {}, ...inner(groups.strong)];
    if (groups.struck) return ['del', {}, ...inner(groups.struck)];
    if (groups.star) return ['em', {}, ...inner(groups.star)];
    if (groups.underscore) return ['em', {}, ...inner(groups.underscore)];
    return groups.literal;
}

/** Only addresses that open a page or a letter: never `javascript:`, never one of the hub's own. */
export function isSafeLink(target) {
    return /^(https?:\/\/|mailto:)/i.test(target);
}

function link(target, children) {
    return ['a', { href: target, rel: 'noopener noreferrer', target: '_blank' }, ...children];
}
