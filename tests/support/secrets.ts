import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { SPELLINGS } from "../unit/support/spellings";
import { type Part, writePart } from "./report";

/** A secret in every spelling, in HTML, and in base64 wherever it begins in a larger text. */
export function formsOf(secret: string): string[] {
  const html = secret.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  const spelled = Object.values(SPELLINGS).map((spell) => spell(secret));
  return [...new Set([...spelled, html, ...[0, 1, 2].flatMap((offset) => base64At(Buffer.from(secret), offset))])];
}

/** What base64 makes of these bytes after some others, whatever those are and whatever follows. */
function base64At(bytes: Buffer, offset: number): string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  const certain = text.slice(first, last);
  return [certain, certain.replaceAll("+", "-").replaceAll("/", "_")];
}

/** Where secrets show, as `secret in place`. */
export function leaksIn(texts: ReadonlyMap<string, string>, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => {
    const forms = formsOf(secret);
    return [...texts]
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${secret} in ${place}`);
  });
}

/** Every file below a folder, as text. What is linked, as installed packages are, is not looked into. */
export function filesBelow(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { withFileTypes: true }).map(
    (entry) => [entry, path.join(folder, entry.name)] as const,
  );
  return new Map(
    entries.flatMap(([entry, file]): (readonly [string, string])[] => {
      if (entry.isDirectory()) return [...filesBelow(file)];
      return entry.isFile() ? [[file, readFileSync(file, "latin1")]] : [];
    }),
  );
}

interface Search {
  /** Secrets that were in use, one for each run or stack that was searched for it. */
  readonly planted: number;
  readonly found: number;
  /** Texts and files that were searched. */
  readonly places: number;
}

let own: Search = { planted: 0, found: 0, places: 0 };

/** Counts one search of the test file that is running, for the figures in `tests/reports/secrets.json`. */
export function countSearch(search: Search): void {
  own = added(own, search);
  writePart("secrets", expect.getState().testPath ?? "", own, summary);
}

function added(a: Search, b: Search): Search {
  return { planted: a.planted + b.planted, found: a.found + b.found, places: a.places + b.places };
}

function summary(parts: readonly Part<Search>[]): object {
  const total = parts.map(({ figures }) => figures).reduce(added);
  return { ...total, command: "npx jest --selectProjects lifecycle engine" };
}
