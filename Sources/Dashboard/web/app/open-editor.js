// Opens a run's worktree in an editor on the reader's machine.

import { openMenu } from './controls.js';
import { h } from './dom.js';

const editors = [
    ['vscode', 'VS Code'],
    ['cursor', 'Cursor'],
    ['windsurf', 'Windsurf'],
    ['zed', 'Zed'],
    ['vscodium', 'VSCodium'],
    ['vscode-insiders', 'VS Code Insiders'],
    ['idea', 'IntelliJ IDEA'],
];

const here = new Set(['localhost', '127.0.0.1', '[::1]', '']);

/** What `files.editor` is asked: from another machine, the hub's is reached by the name that the page came from. */
export function editorQuery(run, editor, hostname) {
    return { run, editor, ...(here.has(hostname) ? {} : { host: hostname }) };
}

export function openEditorMenu(page, anchor, run) {
    openMenu(
        anchor,
        'Open in',
        editors.map(([editor, label]) => ({
            label,
            onchoose: async () => {
                try {
                    const { url } = await page.hub.call('files.editor', editorQuery(run.id, editor, location.hostname));
                    h('a', { href: url }).click();
                } catch (error) {
                    page.notices.failed(error);
                }
            },
        })),
    );
}
