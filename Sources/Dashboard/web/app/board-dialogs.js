// How things come onto the board: the forms for the first project, for cards and for columns.

import { busy, field, openDialog } from './controls.js';
import { h, icon, setText, show } from './dom.js';
import { createProject, projectFields } from './project-rail.js';

const columnTypes = [
    ['backlog', 'Backlog: waits to be taken up'],
    ['active', 'Active: is being worked on'],
    ['done', 'Done: finished and merged'],
    ['archive', 'Archive: out of sight'],
];

/** What stands in the place of the first board. */
export function createWelcome(page) {
    const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    const submit = h('button', { class: 'button primary', type: 'submit' }, 'Create project');
    const form = h(
        'form',
        {
            class: 'welcome',
            onsubmit: async (event) => {
                event.preventDefault();
                show(problem, false);
                try {
                    await busy(submit, createProject(page, new FormData(form)));
                } catch (error) {
                    setText(problem, error.message);
                    show(problem, true);
                }
            },
        },
        icon('bird'),
        h('h1', {}, 'Point Roost at a git repository'),
        h(
            'p',
            {},
            'A project is one repository. You put work on its board as cards, and coding agents do it, each in a ' +
                'worktree of its own. Nothing reaches your branch until you merge it.',
        ),
        projectFields(page),
        problem,
        submit,
    );
    return form;
}

/** @param {object} shown `project` and `columns` */
export function openCardDialog(page, { project, columns }, columnId) {
    const select = h(
        'select',
        { name: 'columnId' },
        columns.map((column) => h('option', { value: column.id }, column.name)),
    );
    if (columnId) select.value = columnId;
    openDialog({
        title: 'New card',
        submit: 'Create card',
        body: [
            field(
                'Title',
                h('input', {
                    name: 'title',
                    required: true,
                    maxlength: 500,
                    autocomplete: 'off',
                    'data-testid': 'card-title-input',
                }),
            ),
            field(
                'What is to be done',
                h('textarea', {
                    name: 'prompt',
                    rows: 6,
                    placeholder: 'Markdown. This is what the agent is told.',
                    'data-testid': 'card-prompt-input',
                }),
            ),
            field('Column', select),
        ],
        onsubmit: async (form) => {
            const title = form.get('title').trim();
            await page.hub.call('cards.create', {
                project: project.id,
                title,
                prompt: form.get('prompt'),
                columnId: form.get('columnId'),
            });
            page.notices.announce(`Card created: ${title}`);
        },
    });
}

/** @param {object[]} columns of the board, in their order */
export function openEditColumnDialog(page, column, columns) {
    const places = h(
        'select',
        { name: 'place' },
        columns.map((_, index) => h('option', { value: index }, String(index + 1))),
    );
    const place = columns.findIndex(({ id }) => id === column.id);
    places.value = String(place);
    openDialog({
        title: 'Edit column',
        submit: 'Save',
        body: [
            field(
                'Name',
                h('input', { name: 'name', required: true, maxlength: 200, value: column.name, autocomplete: 'off' }),
            ),
            field('Place', places),
            field(
                'Cards worked on at once',
                h('input', { name: 'wipLimit', type: 'number', min: 1, max: 100_000, value: column.wipLimit ?? '' }),
                'Empty: any number.',
            ),
            field('Prompt', h('textarea', { name: 'prompt', rows: 4 }, column.prompt ?? '')),
        ],
        onsubmit: async (form) => {
            const limit = form.get('wipLimit');
            await page.hub.call('columns.update', {
                column: column.id,
                version: column.version,
                name: form.get('name').trim(),
                prompt: form.get('prompt').replaceAll('\r\n', '\n').trim(),
                wipLimit: limit ? Number(limit) : null,
            });
            const wanted = Number(form.get('place'));
            if (wanted === place) return;
            const ids = columns.map(({ id }) => id).filter((id) => id !== column.id);
            ids.splice(wanted, 0, column.id);
            await page.hub.call('columns.reorder', { board: column.boardId, ids });
        },
    });
}

/** Another board, laid out as a template or like the one that is shown. @returns nothing; `onmade` gets its id */
export async function openBoardDialog(page, { project, board }, onmade) {
    const templates = await page.call('boards.templates');
    if (!templates) return;
    openDialog({
        title: 'New board',
        submit: 'Create board',
        body: [
            field('Name', h('input', { name: 'name', required: true, maxlength: 200, autocomplete: 'off' })),
            field(
                'Columns',
                h('select', { name: 'layout' }, [
                    ...templates.map(({ id, name, columns }) =>
                        h('option', { value: id }, `${name} (${columns.map((column) => column.name).join(', ')})`)
                    ),
                    board && h('option', { value: '' }, `Those of ${board.name}`),
                ]),
            ),
        ],
        onsubmit: async (form) => {
            const layout = form.get('layout');
            const made = await page.hub.call('boards.create', {
                project: project.id,
                name: form.get('name').trim(),
                ...(layout ? { template: layout } : { copyOf: board.id }),
            });
            onmade(made.id);
        },
    });
}

/** What is done or given up goes, after a look at how much that is. */
export async function openCleanDialog(page, { board }) {
    const preview = await page.call('boards.clean', { board: board.id, action: 'delete', preview: true });
    if (!preview) return;
    const count = `${preview.cards.length}${preview.hasMore ? ' and more' : ''}`;
    openDialog({
        title: 'Clean up this board?',
        submit: 'Clean up',
        kind: 'danger',
        body: [
            h(
                'p',
                { 'data-testid': 'clean-count' },
                preview.cards.length === 1 && !preview.hasMore
                    ? '1 card is done or given up.'
                    : `${count} cards are done or given up.`,
            ),
            field(
                'They are',
                h('select', { name: 'action' }, [
                    h('option', { value: 'archive' }, 'moved to the archive column'),
                    h('option', { value: 'delete' }, 'deleted, with their attachments'),
                ]),
                'Their runs and branches stay.',
            ),
        ],
        onsubmit: async (form) => {
            let done;
            do {
                done = await page.hub.call('boards.clean', { board: board.id, action: form.get('action') });
            } while (done.hasMore);
            page.notices.announce('The board is cleaned up');
        },
    });
}

/** @param {object} shown `project`, and `board` if there is one */
export function openColumnDialog(page, { project, board }) {
    openDialog({
        title: 'Add column',
        submit: 'Add column',
        body: [
            field('Name', h('input', { name: 'name', required: true, maxlength: 200, autocomplete: 'off' })),
            field(
                'Kind',
                h('select', { name: 'type' }, columnTypes.map(([value, label]) => h('option', { value }, label))),
            ),
            field(
                'Prompt',
                h('textarea', { name: 'prompt', rows: 3 }),
                'Optional, for an active column: a card that is moved here is worked on at once, and the agent is ' +
                    'told this first.',
            ),
        ],
        onsubmit: async (form) => {
            // A project whose boards are all gone gets one with the usual columns first.
            const home = board ??
                (await page.hub.call('boards.create', { project: project.id, name: 'Board' }));
            const prompt = form.get('prompt').trim();
            await page.hub.call('columns.create', {
                board: home.id,
                name: form.get('name').trim(),
                type: form.get('type'),
                ...(prompt && { prompt }),
            });
        },
    });
}
