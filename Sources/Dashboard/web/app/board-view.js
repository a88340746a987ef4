// The middle of the page: a project's board, or what is there instead.

import { createWelcome, openBoardDialog, openCardDialog, openCleanDialog, openColumnDialog, openEditColumnDialog } from './board-dialogs.js';
import { button } from './controls.js';
import { cloneView } from './clone-state.js';
import { enterConversation } from './conversations.js';
import { CardMoves } from './card-moves.js';
import { isOver, partCounts, tieTexts } from './card-links.js';
import { cardModel, createCard, sameCardModel, updateCard } from './card-view.js';
import { h, icon, KeyedList, setAttribute, setChildren, setText, show } from './dom.js';
import { plural } from './format.js';
import { byColumn, byPosition } from './order.js';
import { openRepositoryMenu } from './repository-menu.js';
import { atWorkByColumn } from './run-rules.js';

/** Cards of a column that are drawn at first, and with each further step: what a screen shows many times over. */
const cardsAtOnce = 100;

export class BoardView {
    #page;
    #root;
    #head;
    #tabs;
    #columns;
    #lists = new Map();
    /** How many cards of a column are drawn, where that is more than at first. */
    #drawn = new Map();
    #state;
    #stateKey = null;
    #shownBoard = null;
    #shown = null;

    constructor(page, root) {
        this.#page = page;
        this.#root = root;
        this.#head = this.#createHead();
        this.#tabs = h('div', { class: 'board-tabs', role: 'group', 'aria-label': 'Boards' });
        const board = h('div', { class: 'board' });
        this.moves = new CardMoves(page, board);
        const columns = h('div', { class: 'columns' });
        board.append(
            columns,
            button({
                label: 'Add column',
                icon: 'plus',
                kind: 'quiet',
                class: 'button quiet add-column',
                onclick: () => openColumnDialog(page, this.#shown),
            }),
        );
        this.#columns = new KeyedList(columns, {
            key: ({ column }) => column.id,
            create: ({ column }) => this.#createColumn(column),
            update: (element, item) => this.#updateColumn(element, item),
        });
        this.#state = h('div', { class: 'stage-state' });
        this.board = board;
        root.append(this.#head.element, this.#tabs, board, this.#state);
    }

    /** @param {object} shown `message`, or `isEmpty`, or `project` and `replica` */
    update(shown, route) {
        const isBoard = Boolean(shown.project);
        show(this.#head.element, isBoard);
        show(this.board, isBoard);
        show(this.#state, !isBoard);
        if (!isBoard) {
            show(this.#tabs, false);
            return this.#showState(shown);
        }
        this.#stateKey = null;
        this.#showHead(shown.project, shown.replica);
        this.#showBoard(shown.project, shown.replica, route);
    }

    // Instead of a board.

    #showState({ message, isEmpty, clone, cloned }) {
        const key = isEmpty ? 'empty' : clone ? JSON.stringify([cloned.id, clone]) : message;
        if (this.#stateKey === key) return;
        this.#stateKey = key;
        const shown = clone ? cloneView(this.#page, cloned, clone) : h('p', { class: 'stage-message' }, message);
        setChildren(this.#state, isEmpty ? createWelcome(this.#page) : shown);
    }

    // The heading.

    #createHead() {
        const name = h('h1', {});
        const path = h('p', { class: 'project-path' }, icon('folder'), h('span', {}), icon('branch'), h('span', {}));
        const viewers = h('p', { class: 'viewers', 'data-testid': 'viewers' }, icon('eye'), h('span', {}));
        const waiting = h('p', { class: 'attention' }, icon('hand'), h('span', {}));
        const newCard = button({
            label: 'New card',
            icon: 'plus',
            kind: 'primary',
            'data-testid': 'new-card',
            onclick: () => openCardDialog(this.#page, this.#shown),
        });
        const assistant = button({
            label: 'Assistant',
            icon: 'thought',
            kind: 'quiet',
            title: 'Ask an agent about this project',
            'data-testid': 'assistant',
            onclick: () => enterConversation(this.#page, this.#shown.replica, this.#shown.project),
        });
        const clean = button({
            label: 'Clean up',
            icon: 'check',
            kind: 'quiet',
            'data-testid': 'clean-board',
            onclick: () => openCleanDialog(this.#page, this.#shown),
        });
        const seen = button({
            label: 'Mark all read',
            icon: 'eye',
            kind: 'quiet',
            'data-testid': 'mark-all-read',
            onclick: () => this.#page.unread.seeAll(),
        });
        const repository = button({
            label: 'Repository',
            icon: 'branch',
            kind: 'quiet',
            iconOnly: true,
            'data-testid': 'repository-menu',
            onclick: () => openRepositoryMenu(this.#page, repository, this.#shown.project),
        });
        const newBoard = button({
            label: 'New board',
            icon: 'list',
            kind: 'quiet',
            iconOnly: true,
            'data-testid': 'new-board',
            onclick: () =>
                openBoardDialog(this.#page, this.#shown, (id) => {
                    this.#shownBoard = id;
                    this.#page.render();
                }),
        });
        const element = h(
            'header',
            { class: 'project-head' },
            h('div', { class: 'project-title' }, name, path),
            h('div', { class: 'project-facts', 'aria-live': 'polite' }, waiting, viewers),
            assistant,
            seen,
            clean,
            repository,
            newBoard,
            newCard,
        );
        return { element, name, path, viewers, waiting, seen, clean, newCard };
    }

    #showHead(project, replica) {
        const { name, path, viewers, waiting, seen, clean, newCard } = this.#head;
        setText(name, project.name);
        setText(path.children[1], project.path);
        setText(path.children[3], project.defaultBranch);
        setAttribute(path, 'title', `${project.path}, branch ${project.defaultBranch}`);
        const pending = pendingApprovals(replica).length;
        show(waiting, pending > 0);
        setText(waiting.lastElementChild, pending === 1 ? '1 approval waits' : `${pending} approvals wait`);
        const watchers = [...replica.viewers.values()];
        const places = watchers.length === 1 ? watchers[0].connections : 0;
        show(viewers, replica.viewersTotal > 1 || places > 1);
        setText(
            viewers.lastElementChild,
            replica.viewersTotal > 1 ? `${replica.viewersTotal} watching` : `open in ${places} places`,
        );
        setAttribute(viewers, 'title', watchers.map(({ user }) => user.name ?? user.id).join(', '));
        newCard.disabled = replica.columns.size === 0;
        show(seen, this.#page.unread.size > 0);
        show(clean, [...replica.cards.values()].some(isOver));
    }

    // The board.

    #showBoard(project, replica, route) {
        const boards = [...replica.boards.values()].sort(byPosition);
        const board = boards.find(({ id }) => id === this.#shownBoard) ?? boards[0];
        this.#shown = { project, board, replica };
        this.#showTabs(boards, board);
        const columns = [...replica.columns.values()].filter(({ boardId }) => boardId === board?.id).sort(byPosition);
        this.#shown.columns = columns;
        const cards = this.moves.arrange(columns, [...replica.cards.values()]);
        const runs = newestRunByCard(replica.runs.values());
        const approvals = approvalCountByCard(replica);
        const parts = partCounts(cards);
        const model = (card) =>
            cardModel(
                card,
                runs.get(card.id),
                approvals.get(card.id) ?? 0,
                project.slug ?? project.id,
                card.id === route.card,
                tieTexts(card, replica.cards, parts.get(card.id)).join('\n'),
                this.#page.unread.has(card.id),
            );
        const grouped = byColumn(cards);
        const atWork = atWorkByColumn(replica.runs.values(), replica.cards);
        this.#columns.show(columns.map((column) => {
            const all = grouped.get(column.id) ?? [];
            const open = all.findIndex((card) => card.id === route.card || this.moves.isFocused(card.id));
            const count = Math.max(this.#drawn.get(column.id) ?? cardsAtOnce, open + 1);
            const shown = all.slice(0, count).map(model);
            return { column, total: all.length, atWork: atWork.get(column.id) ?? 0, cards: shown };
        }));
        for (const id of this.#lists.keys()) if (!replica.columns.has(id)) this.#lists.delete(id);
        this.moves.settle();
    }

    #showTabs(boards, current) {
        show(this.#tabs, boards.length > 1);
        setChildren(
            this.#tabs,
            boards.length > 1 && boards.map((board) =>
                button({
                    label: board.name,
                    kind: 'quiet',
                    'aria-pressed': String(board === current),
                    onclick: () => {
                        this.#shownBoard = board.id;
                        this.#page.render();
                    },
                })
            ),
        );
    }

    #createColumn(column) {
        const list = h('ul', { class: 'cards', 'data-column-list': column.id });
        this.#lists.set(
            column.id,
            new KeyedList(list, {
                key: ({ card }) => card.id,
                same: sameCardModel,
                create: () => createCard(this.moves),
                update: updateCard,
            }),
        );
        return h(
            'section',
            { class: 'column', 'data-testid': 'column', 'data-id': column.id, 'data-column': column.id },
            h(
                'header',
                { class: 'column-head' },
                h('span', { class: 'column-dot' }),
                h('h2', {}),
                h('span', { class: 'column-count' }),
                button({
                    label: 'Edit column',
                    icon: 'edit',
                    kind: 'quiet',
                    iconOnly: true,
                    'data-testid': 'edit-column',
                    onclick: async () => {
                        const { columns } = this.#shown;
                        const whole = await this.#page.whole(columns.find(({ id }) => id === column.id));
                        if (whole) openEditColumnDialog(this.#page, whole, columns);
                    },
                }),
                button({
                    label: 'New card here',
                    icon: 'plus',
                    kind: 'quiet',
                    iconOnly: true,
                    onclick: () => openCardDialog(this.#page, this.#shown, column.id),
                }),
            ),
            list,
            button({
                label: 'Show more',
                kind: 'quiet',
                class: 'button quiet more-cards',
                'data-testid': 'more-cards',
                onclick: () => {
                    this.#drawn.set(column.id, list.children.length + cardsAtOnce);
                    this.#page.render();
                },
            }),
        );
    }

    #updateColumn(element, { column, cards, total, atWork }) {
        const [head, , more] = element.children;
        show(more, total > cards.length);
        setText(more.lastElementChild ?? more, `${total - cards.length} more`);
        const [, name, countLabel] = head.children;
        setAttribute(element, 'data-type', column.type);
        setAttribute(element, 'aria-label', `${column.name}, ${plural(total, 'card')}`);
        setAttribute(element, 'title', null);
        setText(name, column.name);
        setAttribute(name, 'title', column.prompt ? `Cards moved here are worked on: ${column.prompt}` : null);
        // The hub counts runs in columns where work is done; cards may come as they like.
        const limit = column.type === 'active' ? column.wipLimit : undefined;
        setText(countLabel, limit ? `${total}, ${atWork}/${limit} at work` : String(total));
        countLabel.classList.toggle('over', Boolean(limit) && atWork > limit);
        this.#lists.get(column.id).show(cards);
    }
}

export function pendingApprovals(replica) {
    return [...replica.approvals.values()].filter(({ status }) => status === 'pending');
}

function approvalCountByCard(replica) {
    const counts = new Map();
    for (const { cardId } of pendingApprovals(replica)) counts.set(cardId, (counts.get(cardId) ?? 0) + 1);
    return counts;
}

function newestRunByCard(runs) {
    const newest = new Map();
    for (const run of runs) {
        const known = newest.get(run.cardId);
        if (run.cardId && (!known || run.id > known.id)) newest.set(run.cardId, run);
    }
    return newest;
}
