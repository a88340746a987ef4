// Moving cards: by mouse, by keyboard (Alt and the arrows), by the card's menu. The board shows the card at its new
// place at once, and where it really is as soon as the hub has said so.

import { openMenu } from './controls.js';
import { cardsOf, movedTo, positionAt } from './order.js';

export class CardMoves {
    #page;
    #board;
    #columns = [];
    #cards = [];
    #wished = new Map();
    #dragged = null;
    #target = null;
    #refocus = null;

    /** @param {Element} board the element that holds the columns' lists, which have `data-column-list` */
    constructor(page, board) {
        this.#page = page;
        this.#board = board;
        board.addEventListener('dragstart', (event) => this.#dragStarted(event));
        board.addEventListener('dragover', (event) => this.#draggedOver(event));
        board.addEventListener('drop', (event) => this.#dropped(event));
        board.addEventListener('dragend', () => this.#dragEnded());
        board.addEventListener('keydown', (event) => this.#keyPressed(event));
    }

    /** @returns the cards as they are to be shown */
    arrange(columns, cards) {
        this.#columns = columns;
        this.#cards = cards.map((card) => this.#asWished(card));
        return this.#cards;
    }

    #asWished(card) {
        const wish = this.#wished.get(card.id);
        if (!wish) return card;
        if (card.version >= wish.version) {
            this.#wished.delete(card.id);
            return card;
        }
        return wish.card;
    }

    /** Whether it is to have the focus when the board has been drawn. */
    isFocused(cardId) {
        return cardId === this.#refocus;
    }

    /** To be called after the board has been drawn: a card that was moved by keyboard keeps the focus. */
    settle() {
        if (!this.#refocus) return;
        const title = this.#board.querySelector(`[data-id="${this.#refocus}"] .card-title`);
        this.#refocus = null;
        title?.focus({ preventScroll: true });
        title?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }

    openMenu(cardId, anchor) {
        const { card, column, siblings, index } = this.#find(cardId);
        openMenu(anchor, 'Move to', [
            ...this.#columns.map((other) => ({
                label: other.name,
                disabled: other === column,
                onchoose: () => this.#move(card, other, this.#others(other, card).length),
            })),
            { label: 'Up', disabled: index === 0, onchoose: () => this.#move(card, column, index - 1) },
            {
                label: 'Down',
                disabled: index === siblings.length - 1,
                onchoose: () => this.#move(card, column, index + 1),
            },
        ]);
    }

    moveToColumn(cardId, columnId) {
        const { card } = this.#find(cardId);
        const column = this.#columns.find(({ id }) => id === columnId);
        if (card && column) this.#move(card, column, this.#others(column, card).length);
    }

    #find(cardId) {
        const card = this.#cards.find(({ id }) => id === cardId);
        const column = this.#columns.find(({ id }) => id === card?.columnId);
        const siblings = column ? cardsOf(column, this.#cards) : [];
        return { card, column, siblings, index: siblings.indexOf(card) };
    }

    #others(column, card) {
        return cardsOf(column, this.#cards).filter(({ id }) => id !== card.id);
    }

    async #move(card, column, index) {
        const others = this.#others(column, card);
        const moved = { ...card, columnId: column.id, position: positionAt(others, index) };
        // Shown until the card is known as the hub's answer has it; which version that is, the answer says.
        const wish = { card: moved, version: Infinity };
        this.#wished.set(card.id, wish);
        this.#page.render();
        this.#page.notices.announce(`${card.title}: ${column.name}, ${index + 1} of ${others.length + 1}`);
        const target = { card: card.id, columnId: column.id };
        try {
            const reply = await movedTo(others, index, (place) =>
                this.#page.hub.call('cards.move', { ...target, ...place }));
            wish.version = reply.version;
        } catch (error) {
            wish.version = 0;
            this.#page.notices.failed(error);
        }
        this.#page.render();
    }

    // By keyboard.

    #keyPressed(event) {
        const cardId = event.target.closest('.card')?.dataset.id;
        if (!cardId || !event.altKey || !event.key.startsWith('Arrow')) return;
        event.preventDefault();
        const { card, column, siblings, index } = this.#find(cardId);
        this.#refocus = cardId;
        if (event.key === 'ArrowUp' && index > 0) this.#move(card, column, index - 1);
        if (event.key === 'ArrowDown' && index < siblings.length - 1) this.#move(card, column, index + 1);
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        const other = step && this.#columns[this.#columns.indexOf(column) + step];
        if (!other) return;
        const below = this.#others(other, card);
        this.#move(card, other, Math.min(index, below.length));
    }

    // By mouse.

    #dragStarted(event) {
        const element = event.target.closest('.card');
        if (!element) return;
        this.#dragged = element.dataset.id;
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', this.#dragged);
        requestAnimationFrame(() => element.classList.add('dragged'));
    }

    #draggedOver(event) {
        const list = event.target.closest('.column')?.querySelector('[data-column-list]');
        if (!this.#dragged || !list) return this.#mark(null);
        event.preventDefault();
        const elements = [...list.children].filter((element) => element.dataset.id !== this.#dragged);
        const found = elements.findIndex((element) => {
            const { top, height } = element.getBoundingClientRect();
            return event.clientY < top + height / 2;
        });
        const index = found < 0 ? elements.length : found;
        this.#mark({ list, index, before: elements[index], last: elements.at(-1) });
    }

    #mark(target) {
        for (const element of this.#board.querySelectorAll('.drop-before, .drop-after, .drop-into')) {
            element.classList.remove('drop-before', 'drop-after', 'drop-into');
        }
        this.#target = target;
        if (!target) return;
        if (target.before) target.before.classList.add('drop-before');
        else if (target.last) target.last.classList.add('drop-after');
        else target.list.classList.add('drop-into');
    }

    #dropped(event) {
        if (!this.#dragged || !this.#target) return;
        event.preventDefault();
        const { card } = this.#find(this.#dragged);
        const column = this.#columns.find(({ id }) => id === this.#target.list.dataset.columnList);
        if (!card || !column) return;
        const isSamePlace = card.columnId === column.id &&
            cardsOf(column, this.#cards).indexOf(card) === this.#target.index;
        if (!isSamePlace) this.#move(card, column, this.#target.index);
    }

    #dragEnded() {
        this.#board.querySelector('.dragged')?.classList.remove('dragged');
        this.#mark(null);
        this.#dragged = null;
    }
}
