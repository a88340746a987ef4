// A card on the board.

import { button, diffStats, setStatusChip, statusChip } from './controls.js';
import { h, icon, setAttribute, setChildren, setText, show } from './dom.js';
import { cardStatusLabels, runStatusLabel } from './format.js';
import { formatRoute } from './route.js';

/** How a card looks follows from these values alone. */
export function cardModel(card, run, approvalCount, projectSlug, isOpen, ties = '', isUnread = false) {
    return { card, run, approvalCount, projectSlug, isOpen, ties, isUnread };
}

export function sameCardModel(a, b) {
    return Object.keys(a).every((name) => a[name] === b[name]);
}

export function createCard(moves) {
    const element = h(
        'li',
        { class: 'card', 'data-testid': 'card', draggable: 'true' },
        h('a', {
            class: 'card-title',
            'data-testid': 'card-title',
            draggable: 'false',
            'aria-keyshortcuts': 'Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight',
        }),
        button({
            label: 'Move this card',
            icon: 'more',
            kind: 'quiet',
            iconOnly: true,
            class: 'card-menu button quiet icon-only',
            'data-testid': 'card-menu',
            onclick: (event) => moves.openMenu(element.dataset.id, event.currentTarget),
        }),
        h('ul', { class: 'labels', 'aria-label': 'Labels' }),
        h('ul', { class: 'ties', 'data-testid': 'card-ties' }),
        h('p', { class: 'attention' }, icon('hand'), h('span', {})),
        h(
            'div',
            { class: 'card-foot' },
            statusChip('run-status'),
            h('span', { class: 'card-status' }),
            h('span', { class: 'diff-stats' }),
        ),
    );
    return element;
}

export function updateCard(element, { card, run, approvalCount, projectSlug, isOpen, ties, isUnread }) {
    const [title, , labels, tieList, attention, foot] = element.children;
    const [chip, status, stats] = foot.children;
    setAttribute(element, 'data-id', card.id);
    setAttribute(element, 'data-status', card.status);
    setAttribute(element, 'data-column', card.columnId);
    element.classList.toggle('open', isOpen);
    element.classList.toggle('unread', isUnread);
    setAttribute(title, 'aria-description', isUnread ? 'Changed since you saw it' : null);
    setText(title, card.title);
    setAttribute(title, 'href', formatRoute({ project: projectSlug, card: card.id, run: run?.id }));
    setAttribute(title, 'aria-current', isOpen ? 'true' : null);
    setChildren(labels, card.labels.map((label) => h('li', { class: 'label' }, label)));
    show(labels, card.labels.length > 0);
    setChildren(tieList, ties.split('\n').filter(Boolean).map((text) => h('li', {}, text)));
    show(tieList, Boolean(ties));
    setAttribute(element, 'data-deferred', card.deferred ? 'true' : null);
    show(attention, approvalCount > 0);
    setText(attention.lastElementChild, approvalCount > 1 ? `${approvalCount} approvals wait` : 'Approval waits');
    show(chip, Boolean(run));
    if (run) {
        setStatusChip(chip, run.status, `${runStatusLabel(run)} · ${run.provider}`);
        setAttribute(chip, 'data-waiting-for', run.waitingFor);
    }
    // Of a card that is being worked on, its run says more.
    show(status, !(run && card.status === 'inprogress'));
    setText(status, cardStatusLabels[card.status] ?? card.status);
    show(stats, Boolean(run?.diff?.filesChanged));
    if (run?.diff) setChildren(stats, diffStats(run.diff));
}
