// One entry of a conversation, drawn by its kind.

import { fromTree, h, icon, setAttribute, setChildren, setText } from './dom.js';
import { usageLine } from './format.js';
import { markdown } from './markdown.js';

const actionIcons = {
    file_read: 'file',
    file_edit: 'edit',
    command_run: 'terminal',
    search: 'search',
    web_fetch: 'globe',
    task_create: 'list',
    todo_management: 'list',
    ask_user_question: 'question',
    plan_presentation: 'list',
    tool: 'tool',
};

const toolStatusLabels = {
    created: 'announced',
    running: 'running',
    success: 'done',
    failed: 'failed',
    denied: 'denied',
    pending_approval: 'waits for approval',
    timed_out: 'nobody answered',
};

const drawers = {
    user_message: drawMessage,
    assistant_message: drawMessage,
    thinking: drawThinking,
    tool_use: drawTool,
    plan: drawPlan,
    next_action: drawMessage,
    system_message: drawText,
    error_message: drawText,
    usage: (element, { usage }) => setText(element, usageLine(usage) || 'No usage was reported'),
    output: drawText,
};

export function createEntry() {
    return h('div', { class: 'entry', 'data-testid': 'entry' });
}

/** @param {{index, content, createdAt?, isTyping?}} entry */
export function updateEntry(element, { id, index, content, createdAt, isTyping, truncated }) {
    if (element.dataset.kind !== content.kind) setChildren(element);
    setAttribute(element, 'data-kind', content.kind);
    setAttribute(element, 'data-id', id);
    setAttribute(element, 'data-index', index);
    setAttribute(element, 'data-status', content.tool?.status);
    setAttribute(element, 'data-stream', content.stream);
    setAttribute(element, 'title', createdAt && new Date(createdAt).toLocaleString());
    element.classList.toggle('typing', Boolean(isTyping));
    element.classList.toggle('truncated', Boolean(truncated));
    (drawers[content.kind] ?? drawText)(element, content);
}

function drawText(element, { text }) {
    setText(element, text ?? '');
}

/** Keeps the blocks that are as they were: while a message grows, only its end is new. */
function drawMessage(element, { text = '', attachments = [] }) {
    const body = element.firstElementChild ?? element.appendChild(h('div', { class: 'prose' }));
    const blocks = markdown(text);
    const shown = (body.blocks ??= []);
    blocks.forEach((block, index) => {
        const key = JSON.stringify(block);
        if (shown[index] === key) return;
        const drawn = fromTree(block);
        if (body.childNodes[index]) body.childNodes[index].replaceWith(drawn);
        else body.append(drawn);
        shown[index] = key;
    });
    while (body.childNodes.length > blocks.length) body.lastChild.remove();
    shown.length = blocks.length;
    if (attachments.length > 0 && element.childElementCount === 1) {
        const files = attachments.map(({ filename }) => h('span', { class: 'given-file' }, icon('file'), filename));
        element.append(h('div', { class: 'prompt-files', 'data-testid': 'given-files' }, files));
    }
}

function drawThinking(element, { text = '' }) {
    if (!element.firstElementChild) {
        element.append(
            h(
                'details',
                {},
                h(
                    'summary',
                    {},
                    icon('chevron'),
                    h('span', { class: 'entry-label' }, 'Thought'),
                    h('span', { class: 'preview' }),
                ),
                h('div', { class: 'thought' }),
            ),
        );
    }
    const [summary, body] = element.firstElementChild.children;
    setText(summary.lastElementChild, text.trimStart().split('\n', 1)[0]);
    setText(body, text);
}

function drawTool(element, { tool }) {
    if (!element.firstElementChild) element.append(createTool(element));
    const details = element.firstElementChild;
    const [, mark, name, title, status] = details.firstElementChild.children;
    setChildren(mark, icon(actionIcons[tool.action] ?? 'tool'));
    setText(name, tool.name);
    setText(title, tool.title);
    setText(status, toolStatusLabels[tool.status] ?? tool.status);
    element.tool = tool;
    if (details.open) drawToolBody(element);
}

function createTool(element) {
    return h(
        'details',
        { ontoggle: () => drawToolBody(element) },
        h(
            'summary',
            {},
            icon('chevron'),
            h('span', { class: 'tool-mark' }),
            h('span', { class: 'entry-label' }),
            h('span', { class: 'tool-title' }),
            h('span', { class: 'tool-status' }),
        ),
        h('div', { class: 'tool-body' }),
    );
}

/** Input and output are drawn when somebody looks: they can be long, and there are many. */
function drawToolBody(element) {
    const details = element.firstElementChild;
    if (!details.open) return;
    const { input, output } = element.tool;
    setChildren(
        details.lastElementChild,
        input !== undefined && input !== null && [h('h4', {}, 'Input'), inputView(input)],
        output ? [h('h4', {}, 'Output'), h('pre', {}, output)] : h('p', { class: 'muted' }, 'No output.'),
    );
}

/** What a tool was given: by member where it is an object, so that text keeps its lines. */
export function inputView(input) {
    if (typeof input !== 'object' || Array.isArray(input)) return h('pre', {}, plain(input));
    return h(
        'dl',
        { class: 'members' },
        Object.entries(input).map(([name, value]) =>
            h('div', {}, h('dt', {}, name), h('dd', {}, h('pre', {}, plain(value))))
        ),
    );
}

function plain(value) {
    if (typeof value === 'string') return value;
    if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value.join(' ');
    return JSON.stringify(value, null, 2);
}

const planIcons = { completed: 'check', in_progress: 'arrow', pending: null };

function drawPlan(element, { items = [], text }) {
    setChildren(
        element,
        h('h4', {}, 'Plan'),
        text && h('p', {}, text),
        h(
            'ul',
            { class: 'plan' },
            items.map(({ text: words, status }) =>
                h(
                    'li',
                    { 'data-status': status },
                    h('span', { class: 'plan-box' }, planIcons[status] && icon(planIcons[status])),
                    h('span', {}, words, h('span', { class: 'visually-hidden' }, ` (${status.replace('_', ' ')})`)),
                )
            ),
        ),
    );
}
