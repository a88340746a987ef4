// Elements out of plain values, and lists of them that change in place.

const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * Makes an element. Attributes: `on…` functions become listeners, true is an empty attribute, null, undefined and
 * false are left out. Children: elements, text, nested lists; null, undefined and false are left out. Nothing is ever
 * read as markup.
 */
export function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === 'function') element.addEventListener(name.slice(2), value);
        else setAttribute(element, name, value);
    }
    element.append(...present(children));
    return element;
}

/** An element out of what `markdown()` makes. */
export function fromTree(node) {
    if (typeof node === 'string') return document.createTextNode(node);
    const [tag, attributes, ...children] = node;
    return h(tag, attributes, children.map(fromTree));
}

export function icon(name, label) {
    const svg = document.createElementNS(svgNamespace, 'svg');
    svg.setAttribute('class', `icon icon-${name}`);
    if (label) {
        svg.setAttribute('role', 'img');
        svg.setAttribute('aria-label', label);
    } else {
        svg.setAttribute('aria-hidden', 'true');
    }
    const use = document.createElementNS(svgNamespace, 'use');
    use.setAttribute('href', `icons.svg#${name}`);
    svg.append(use);
    return svg;
}

function present(children) {
    return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Each of the following changes the page only where it differs, so that what is selected or focused stays so. */
export function setAttribute(element, name, value) {
    if (value === null || value === undefined || value === false) {
        if (element.hasAttribute(name)) element.removeAttribute(name);
    } else {
        const text = value === true ? '' : String(value);
        if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
}

export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

export function setChildren(element, ...children) {
    element.replaceChildren(...present(children));
}

export function show(element, isShown) {
    if (element.hidden === isShown) element.hidden = !isShown;
}

/**
 * A list whose elements live as long as their keys: items come, go and move without the others being touched.
 *
 * @param {Element} parent holds nothing but this list
 * @param {object} how `key(item)`, `create(item)` → element, `update(element, item)`: called after `create` and
 *   whenever the item is another than before, by `same(before, item)` or by identity
 */
export class KeyedList {
    #parent;
    #how;
    #rows = new Map();

    constructor(parent, how) {
        this.#parent = parent;
        this.#how = how;
    }

    get size() {
        return this.#rows.size;
    }

    element(key) {
        return this.#rows.get(key)?.element;
    }

    show(items) {
        const { key, create, update, same = Object.is } = this.#how;
        const rows = new Map();
        for (const item of items) {
            const name = key(item);
            const known = this.#rows.get(name);
            const element = known?.element ?? create(item);
            if (!known || !same(known.item, item)) update(element, item);
            rows.set(name, { element, item });
        }
        for (const [name, { element }] of this.#rows) if (!rows.has(name)) element.remove();
        this.#rows = rows;
        this.#arrange();
    }

    #arrange() {
        let cursor = this.#parent.firstElementChild;
        for (const { element } of this.#rows.values()) {
            // One that went further down is taken out of the way, instead of moving all those that it passes.
            if (cursor && cursor !== element && cursor.nextElementSibling === element) {
                const passing = cursor;
                cursor = element;
                this.#parent.append(passing);
            }
            if (cursor === element) cursor = cursor.nextElementSibling;
            else this.#parent.insertBefore(element, cursor);
        }
    }
}
