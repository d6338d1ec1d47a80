/**
 * Whether the whole text matches a pattern in which `*` stands for any number of characters and `?` for one; all others stand for
 * themselves. Not by a regular expression: one made of many stars can take for ever.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  const characters = [...text];
  const wanted = [...pattern];
  let at = 0;
  let next = 0;
  /** The last star, and how far it reaches: only that one ever needs to take more. */
  let star = -1;
  let reach = 0;
  while (at < characters.length) {
    if (wanted[next] === "*") {
      star = next++;
      reach = at;
    } else if (next < wanted.length && (wanted[next] === "?" || wanted[next] === characters[at])) {
      at++;
      next++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++reach;
    } else {
      return false;
    }
  }
  return wanted.slice(next).every((character) => character === "*");
}
