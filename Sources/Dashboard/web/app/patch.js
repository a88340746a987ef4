// A file's unified diff as rows to be shown.

/**
 * @returns {{kind: 'hunk' | 'add' | 'remove' | 'same' | 'note', before?: number, after?: number, text: string}[]}
 */
export function parsePatch(patch) {
    const rows = [];
    let before = 0;
    let after = 0;
    let inHunk = false;
    for (const line of patch.replace(/\n$/, '').split('\n')) {
        const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
        if (hunk) {
            [before, after] = [Number(hunk[1]), Number(hunk[2])];
            inHunk = true;
            rows.push({ kind: 'hunk', text: line });
        } else if (!inHunk) {
            // `diff --git`, `index`, `---`, `+++`: the file's heading says it already.
        } else if (line[0] === '+') {
            rows.push({ kind: 'add', after: after++, text: line.slice(1) });
        } else if (line[0] === '-') {
            rows.push({ kind: 'remove', before: before++, text: line.slice(1) });
        } else if (line[0] === '\\') {
            rows.push({ kind: 'note', text: line.slice(2) });
        } else {
            rows.push({ kind: 'same', before: before++, after: after++, text: line.slice(1) });
        }
    }
    return rows;
}
