// A command line as people write it, cut into the arguments that the hub wants. There is no shell: quotes group, a
// backslash keeps the next character, and nothing else means anything.

export function splitCommandLine(line) {
    const words = [];
    let word = null;
    let quote = null;
    for (let index = 0; index < line.length; index += 1) {
        const character = line[index];
        if (character === '\\' && quote !== "'" && index + 1 < line.length) {
            index += 1;
            word = (word ?? '') + line[index];
        } else if (quote) {
            if (character === quote) quote = null;
            else word += character;
        } else if (character === '"' || character === "'") {
            quote = character;
            word ??= '';
        } else if (/\s/.test(character)) {
            if (word !== null) words.push(word);
            word = null;
        } else {
            word = (word ?? '') + character;
        }
    }
    if (word !== null) words.push(word);
    return words;
}
