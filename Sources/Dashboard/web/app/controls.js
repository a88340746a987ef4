// The page's buttons, chips and dialogs.

import { h, icon, setChildren, show } from './dom.js';

/** @param {object} how `label`, `icon`, `kind` (primary, quiet, danger, plain), `iconOnly`, any attribute */
export function button({ label, icon: iconName, kind = 'plain', iconOnly = false, ...attributes }) {
    return h(
        'button',
        {
            type: 'button',
            class: `button ${kind}${iconOnly ? ' icon-only' : ''}`,
            'aria-label': iconOnly ? label : null,
            title: iconOnly ? label : null,
            ...attributes,
        },
        iconName && icon(iconName),
        !iconOnly && h('span', {}, label),
    );
}

/** Keeps a control from being used twice while its work is being done. */
export async function busy(control, work) {
    control.setAttribute('aria-busy', 'true');
    control.disabled = true;
    try {
        return await work;
    } finally {
        control.removeAttribute('aria-busy');
        control.disabled = false;
    }
}

export function field(label, control, hint) {
    return h(
        'label',
        { class: 'field' },
        h('span', { class: 'field-label' }, label),
        control,
        hint && h('small', {}, hint),
    );
}

/** Fills a `<select>`, keeping what was chosen. */
export function setOptions(select, options) {
    const chosen = select.value;
    const wanted = JSON.stringify(options);
    if (select.dataset.options === wanted) return;
    select.dataset.options = wanted;
    setChildren(
        select,
        options.map(({ value, label, disabled }) => h('option', { value, disabled: Boolean(disabled) }, label)),
    );
    if (options.some(({ value }) => value === chosen)) select.value = chosen;
}

export function statusChip(testId) {
    return h('span', { class: 'status', 'data-testid': testId }, h('span', { class: 'status-dot' }), h('span', {}));
}

export function setStatusChip(chip, status, label) {
    chip.dataset.status = status;
    chip.lastElementChild.textContent = label;
}

/** `+12 −3` */
export function diffStats({ additions, deletions }) {
    return [
        h('span', { class: 'added' }, `+${additions}`),
        ' ',
        h('span', { class: 'removed' }, `−${deletions}`),
    ];
}

/**
 * Asks in a modal dialog.
 * @param {object} how `title`, `body` (elements), `submit` (the button's label), `kind`, and `onsubmit(FormData)`,
 *   whose promise closes the dialog when it resolves, and shows its error in the dialog when it rejects
 */
export function openDialog({ title, body, submit, kind = 'primary', onsubmit }) {
    const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    const confirm = h('button', { class: `button ${kind}`, type: 'submit' }, submit);
    const form = h(
        'form',
        {
            class: 'dialog-form',
            onsubmit: async (event) => {
                event.preventDefault();
                show(problem, false);
                try {
                    await busy(confirm, onsubmit(new FormData(form)));
                    dialog.close();
                } catch (error) {
                    problem.textContent = error.message;
                    show(problem, true);
                }
            },
        },
        h('h2', {}, title),
        body,
        problem,
        h(
            'div',
            { class: 'dialog-actions' },
            button({ label: 'Cancel', kind: 'quiet', onclick: () => dialog.close() }),
            confirm,
        ),
    );
    const dialog = h('dialog', { class: 'dialog', onclose: () => dialog.remove() }, form);
    dialog.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    document.body.append(dialog);
    dialog.showModal();
}

/** Something to read. */
export function openMessage({ title, body }) {
    const dialog = h(
        'dialog',
        { class: 'dialog', onclose: () => dialog.remove() },
        h(
            'div',
            { class: 'dialog-form' },
            h('h2', {}, title),
            body,
            h('div', { class: 'dialog-actions' }, button({ label: 'Close', onclick: () => dialog.close() })),
        ),
    );
    document.body.append(dialog);
    dialog.showModal();
}

/** A small menu beside a control, closed by Escape or by a click elsewhere. `items`: {label, disabled, onchoose} */
export function openMenu(anchor, label, items) {
    const menu = h('div', { class: 'menu', popover: 'auto', 'aria-label': label, role: 'group' });
    menu.append(
        h('p', { class: 'menu-title' }, label),
        ...items.map((item) =>
            h(
                'button',
                {
                    type: 'button',
                    disabled: Boolean(item.disabled),
                    onclick: () => {
                        menu.hidePopover();
                        item.onchoose();
                    },
                },
                item.label,
            )
        ),
    );
    menu.addEventListener('keydown', (event) => moveFocus(menu, event));
    menu.addEventListener('toggle', ({ newState }) => newState === 'closed' && menu.remove());
    document.body.append(menu);
    menu.showPopover();
    const place = anchor.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = menu;
    menu.style.left = `${Math.max(8, Math.min(place.right - offsetWidth, innerWidth - offsetWidth - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(place.bottom + 4, innerHeight - offsetHeight - 8))}px`;
    menu.querySelector('button:enabled')?.focus();
}

function moveFocus(menu, event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const choices = [...menu.querySelectorAll('button:enabled')];
    const index = choices.indexOf(document.activeElement);
    choices[(index + step + choices.length) % choices.length]?.focus();
}
